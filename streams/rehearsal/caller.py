"""One call after the other to one organisation: sent once, counted, held within Xero's limits.

The rehearsal speaks to Xero below `xero_client.accounting`, which would translate, repair and refuse what is to be
seen here as it is.
"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from streams.rehearsal.reply import JsonObject, XeroReply
from xero_client.collaborators import Monotonic, Sleep, Tokens
from xero_client.json_codec import UnreadableError, read_object
from xero_client.quota import read_headers
from xero_client.transport import ExactTransport, InFlightCall, LostError, Reply

MOST_CALLS = 200
"""Of all runs of one rehearsal together: a fifth of the day's calls of Xero's smallest tier."""
CALL_SECONDS = 60.0
MOST_WAITS = 5
SHORT_WAIT_SECONDS = 2.0

Query = Sequence[tuple[str, object]]


class NoReplyError(Exception):
    """Nothing, or a failure of Xero's own, came back: what was asked stays open, and may have been carried out."""


class StoppedError(Exception):
    """The rehearsal cannot go on now; its message says why, and what to do."""


@dataclass(slots=True)
class Caller:
    """Calls the Accounting API of one organisation. `base_url` is the root of the API's host."""

    base_url: str
    organisation: str
    tokens: Tokens
    transport: ExactTransport
    monotonic: Monotonic
    sleep: Sleep
    calls: int = 0

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: Query = (),
        body: Any = None,
        key: str | None = None,
        name_organisation: bool = True,
    ) -> XeroReply:
        """The reply, of any status that says something about what was asked. `path` is below `/api.xro/2.0/`.

        Raises NoReplyError where nothing can be learnt from what came back, and StoppedError where the calls of the
        rehearsal or of the day are used up, or the token is refused.
        """
        for _ in range(MOST_WAITS):
            reply = await self._with_token(method, path, query, body, key, name_organisation=name_organisation)
            if reply.status != HTTPStatus.TOO_MANY_REQUESTS:
                return self._told(reply, is_named=name_organisation)
            # A 429 is decided before anything is carried out, so the same call may go out again.
            await self.sleep(_wait_of(reply))
        raise StoppedError(
            "Xero's limits leave no room for the rehearsal: something else uses them. Run it again later."
        )

    async def renew_token(self) -> None:
        """Go on under another access token of the same app."""
        await self.tokens.renew(self.organisation, await self.tokens.access_token(self.organisation))

    async def _with_token(
        self, method: str, path: str, query: Query, body: Any, key: str | None, *, name_organisation: bool
    ) -> Reply:
        token = await self.tokens.access_token(self.organisation)
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "Content-Type": "application/json",
            **({"xero-tenant-id": self.organisation} if name_organisation else {}),
            **({"Idempotency-Key": key} if key else {}),
        }
        if self.calls >= MOST_CALLS:
            raise StoppedError(f"The rehearsal has used its {MOST_CALLS} calls.")
        self.calls += 1
        content = None if body is None else json.dumps(body, default=_plain).encode()
        call = InFlightCall(self.monotonic, deadline=self.monotonic() + CALL_SECONDS)
        url = f"{self.base_url}/api.xro/2.0/{path}"
        try:
            return await asyncio.to_thread(
                self.transport.exchange, call, method, url, query=query, headers=headers, body=content
            )
        except LostError as error:
            raise NoReplyError(f"no reply came back ({error.reason})") from error

    def _told(self, reply: Reply, *, is_named: bool) -> XeroReply:
        # Without the organisation's name a refusal is what was asked about.
        if is_named and reply.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            raise StoppedError(
                f"Xero does not let this connection do it (HTTP {reply.status}); it needs the scopes "
                "accounting.invoices, accounting.contacts.read and accounting.settings.read."
            )
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR or not reply.complete:
            raise NoReplyError(f"Xero failed (HTTP {reply.status})")
        return XeroReply(reply.status, reply.headers, _json(reply.body))


def _wait_of(reply: Reply) -> float:
    """Seconds until the call may go out again. Raises StoppedError at the limit of the day."""
    limits = read_headers(reply.headers, reply.status)
    if limits.breach == "day":
        raise StoppedError("The organisation's calls of the day are used up. Run it again tomorrow: it goes on here.")
    return max(limits.retry_after or 0.0, SHORT_WAIT_SECONDS)


def _json(body: bytes) -> JsonObject | None:
    try:
        return read_object(body)
    except UnreadableError:
        return None


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
