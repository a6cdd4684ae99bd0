"""Mail by SMTP: one message a note, to the people whom the company's profile names."""

import asyncio
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import aiosmtplib
import structlog

from mappers.outbound import AttentionNote
from streams.notes.channels.message import mail_message
from streams.notes.ports import Delivery, Result
from streams.ops import NoteChannel

log = structlog.get_logger(__name__)

SECONDS: Final = 30.0
"""For all of an attempt."""

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in. Without a user nobody signs in."""

    host: str
    port: int
    security: Security
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None


class MailChannel:
    """The port `Channel`."""

    name = NoteChannel.MAIL

    def __init__(
        self,
        server: MailServer,
        recipients: Callable[[str], Sequence[str]],
        own_name: str,
        *,
        seconds: float = SECONDS,
    ) -> None:
        """`recipients` are a company's, by the profile that counts; `own_name` is what we call ourselves."""
        self._server = server
        self._recipients = recipients
        self._own_name = own_name
        self._seconds = seconds

    def reaches(self, company_id: str) -> bool:
        """See the port."""
        return bool(self._recipients(company_id))

    async def send(self, note_id: str, note: AttentionNote) -> Delivery:
        """See the port. Some of the recipients are enough: a repeat would reach these twice."""
        recipients = list(self._recipients(note.data.company_id))
        try:
            message = mail_message(note_id, note, self._server.sender, recipients)
        except (OverflowError, ValueError) as error:  # A time that is none, in what others have kept.
            return Delivery(Result.REFUSED, f"it cannot be written as a mail ({type(error).__name__})")
        try:
            async with asyncio.timeout(self._seconds):
                refused, _ = await aiosmtplib.send(
                    message,
                    sender=self._server.sender,
                    recipients=recipients,
                    hostname=self._server.host,
                    port=self._server.port,
                    username=self._server.username,
                    password=self._server.password,
                    use_tls=self._server.security == "tls",
                    start_tls=self._server.security == "starttls",
                    tls_context=self._server.tls,
                    local_hostname=self._own_name,
                    timeout=self._seconds,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = sorted({each.code for each in error.recipients})
            return Delivery(Result.REFUSED, f"it refuses every recipient ({', '.join(map(str, codes))})")
        except aiosmtplib.SMTPDataError as error:
            return Delivery(Result.REFUSED, f"it refuses the message ({error.code})")
        except TimeoutError:
            return Delivery(Result.AWAY, "it did not answer in time")
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return Delivery(Result.AWAY, _reason(error))
        if refused:
            log.warning(
                "mail_partly_refused", company_id=note.data.company_id, note_id=note_id, recipients=len(refused)
            )
        return Delivery(Result.DELIVERED)


def _reason(error: Exception) -> str:
    """What a server says may repeat what it was told, the password among it: its code is enough."""
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return f"{type(error).__name__} ({error.code})"
    return f"{type(error).__name__}: {error}"
