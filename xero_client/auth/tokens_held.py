"""One connection's access token: renewed before it expires, by one request however many ask."""

import asyncio
from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from xero_client.collaborators import Monotonic
from xero_client.errors import DisconnectedError, XeroError

EARLY_SECONDS = 300.0
"""With less life left than this, a token is renewed while it is still used."""
SPENT_SECONDS = 60.0
"""With less life left than this, a token is not handed out: it could expire on its way."""
PAUSE_SECONDS = 30.0
"""How long a refusal is repeated without asking again, and how long after a failure nobody tries in the background."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token and the end of its life, in seconds of the monotonic clock."""

    value: SecretStr
    expires_at: float


class TokenSource(Protocol):
    """Where a connection's tokens come from."""

    async def obtain(self, rejected: str | None) -> AccessToken:
        """A token other than `rejected`. Raises DisconnectedError or UnavailableError."""
        ...


class HeldToken:
    """The token of one connection."""

    def __init__(self, source: TokenSource, monotonic: Monotonic) -> None:
        self._source = source
        self._monotonic = monotonic
        self._token: AccessToken | None = None
        self._renewal: asyncio.Task[AccessToken] | None = None
        self._failed_at = float("-inf")
        self._refusal = ""

    @property
    def trouble(self) -> str:
        """Why no token can be had until a human acts; empty where nothing is wrong."""
        return self._refusal

    async def current(self) -> str:
        """A token with life left. Raises DisconnectedError or UnavailableError."""
        left = self._seconds_left()
        if self._token is None or left < SPENT_SECONDS:
            return await self._renewed(None)
        if left < EARLY_SECONDS and self._monotonic() - self._failed_at >= PAUSE_SECONDS:
            self._start(None)
        return self._token.value.get_secret_value()

    async def newer_than(self, rejected: str) -> str:
        """A token other than `rejected`, which Xero did not accept."""
        if self._token is not None and self._seconds_left() >= SPENT_SECONDS:
            value = self._token.value.get_secret_value()
            if value != rejected:
                return value
        return await self._renewed(rejected)

    def reconsider(self) -> None:
        """After a refusal: do not wait with the next try, and let the token go that was refused."""
        if self._refusal:
            self._failed_at = float("-inf")
            self._token = None

    async def close(self) -> None:
        """Wait for a renewal under way: what it rotated has to be stored."""
        if self._renewal is not None:
            await asyncio.gather(self._renewal, return_exceptions=True)

    async def _renewed(self, rejected: str | None) -> str:
        if self._refusal and self._monotonic() - self._failed_at < PAUSE_SECONDS:
            raise DisconnectedError(self._refusal)
        # Shielded: one asker that gives up must not take the renewal from the others.
        token = await asyncio.shield(self._start(rejected))
        return token.value.get_secret_value()

    def _start(self, rejected: str | None) -> asyncio.Task[AccessToken]:
        if self._renewal is None or self._renewal.done():
            self._renewal = asyncio.create_task(self._renew(rejected))
            self._renewal.add_done_callback(_seen)
        return self._renewal

    async def _renew(self, rejected: str | None) -> AccessToken:
        try:
            self._token = await self._source.obtain(rejected)
        except XeroError as error:
            self._failed_at = self._monotonic()
            self._refusal = error.message if isinstance(error, DisconnectedError) else self._refusal
            raise
        self._refusal = ""
        return self._token

    def _seconds_left(self) -> float:
        return float("-inf") if self._token is None else self._token.expires_at - self._monotonic()


def _seen(task: asyncio.Task[AccessToken]) -> None:
    """A renewal in the background may fail unseen: whoever needs a token then asks again."""
    if not task.cancelled():
        task.exception()
