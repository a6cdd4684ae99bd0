"""A mail server on loopback: aiosmtpd's, with what it was handed, and refusals as a test wants them."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

USERNAME, PASSWORD = "shipledger", "CANARY-mail-password"


class Mailbox:
    """The handler of aiosmtpd. `refused` are recipients; `answer` is what a whole message is answered."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.refused: set[str] = set()
        self.answer = "250 OK"
        self.port = 0

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name.
        self, _server: SMTP, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Envelope) -> str:  # noqa: N802  # As above.
        assert isinstance(envelope.content, bytes)
        if self.answer.startswith("2"):
            found = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(found, EmailMessage)
            self.messages.append(found)
            self.recipients.append(list(envelope.rcpt_tos))
        return self.answer


def _authenticated(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    fits = isinstance(data, LoginPassword) and (data.login, data.password) == (USERNAME.encode(), PASSWORD.encode())
    return AuthResult(success=fits, handled=False)


@asynccontextmanager
async def mail_server(
    *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None, sign_in: bool = False
) -> AsyncIterator[Mailbox]:
    """In the loop of the test, so that nothing of it outlives the test."""
    mailbox = Mailbox()

    def protocol() -> SMTP:
        return SMTP(
            mailbox,
            hostname="mail.example",
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=_authenticated if sign_in else None,
            # With TLS from the start aiosmtpd sees none, and warns; whoever signs in wrongly is refused all the same.
            auth_required=sign_in and tls is None,
            auth_require_tls=tls is None,
        )

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, ssl=tls)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
        await server.wait_closed()
