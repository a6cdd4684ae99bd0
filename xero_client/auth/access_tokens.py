"""Access tokens of any number of connections, cached and renewed in time; implements `collaborators.Tokens`."""

import asyncio
from collections.abc import Mapping

from xero_client.auth.token_source import EARLY_SECONDS, AccessToken, TokenSource
from xero_client.collaborators import Monotonic
from xero_client.errors import DisconnectedError, XeroError

SPENT_SECONDS = 60.0
"""With less life left than this, a token is not handed out: it could expire on its way."""
PAUSE_SECONDS = 30.0
"""How long a refusal is repeated without asking again, and how long after a failure nobody tries in the background."""


class CachedToken:
    """One connection's token: renewed before it expires, by one request however many ask."""

    def __init__(self, source: TokenSource, monotonic: Monotonic) -> None:
        self._source = source
        self._monotonic = monotonic
        self._token: AccessToken | None = None
        self._renewal: asyncio.Task[AccessToken] | None = None
        self._failed_at = float("-inf")
        self._refusal = ""
        self._is_outdated = False

    @property
    def trouble(self) -> str:
        """Why no token can be had until a human acts; empty where nothing is wrong."""
        return self._refusal

    async def current(self) -> str:
        """A token with life left. Raises DisconnectedError or UnavailableError."""
        left = self._seconds_left()
        if self._token is None or left < SPENT_SECONDS:
            return await self._renewed(None)
        is_early = self._is_outdated or left < EARLY_SECONDS
        if is_early and self._monotonic() - self._failed_at >= PAUSE_SECONDS:
            self._start(None)
        return self._token.value.get_secret_value()

    async def newer_than(self, rejected: str) -> str:
        """A token other than `rejected`, which Xero did not accept."""
        if self._token is not None and self._seconds_left() >= SPENT_SECONDS:
            value = self._token.value.get_secret_value()
            if value != rejected:
                return value
        return await self._renewed(rejected)

    def retry_now(self) -> None:
        """After a refusal: make the next try at once, and forget the token that was refused."""
        if self._refusal:
            self._failed_at = float("-inf")
            self._token = None

    def renew_soon(self) -> None:
        """Another token would be allowed more: have one, and use the present one until it is there."""
        self._is_outdated = True
        if self._token is not None:
            self._start(None)

    @property
    def life(self) -> float:
        """The seconds that the token has left; 0 where there is none."""
        return max(0.0, self._seconds_left())

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
        # Before it is asked for: what changes while a reply is under way is not in it.
        self._is_outdated, was_outdated = False, self._is_outdated
        try:
            self._token = await self._source.obtain(rejected)
        except XeroError as error:
            self._is_outdated |= was_outdated
            self._failed_at = self._monotonic()
            self._refusal = error.message if isinstance(error, DisconnectedError) else self._refusal
            raise
        self._refusal = ""
        return self._token

    def _seconds_left(self) -> float:
        return float("-inf") if self._token is None else self._token.expires_at - self._monotonic()


class ConnectionTokens:
    """One token a connection, shared by its organisations.

    `connection_of` maps organisations to names of connections, `sources` names to where their tokens come from.
    """

    def __init__(
        self, connection_of: Mapping[str, str], sources: Mapping[str, TokenSource], *, monotonic: Monotonic
    ) -> None:
        self._connection_of = connection_of
        self._cached = {name: CachedToken(source, monotonic) for name, source in sources.items()}

    async def access_token(self, organisation: str) -> str:
        """As `collaborators.Tokens.access_token`."""
        return await self._of(organisation).current()

    async def renew(self, organisation: str, rejected: str) -> str:
        """As `collaborators.Tokens.renew`."""
        return await self._of(organisation).newer_than(rejected)

    def retry_now(self, connection: str) -> None:
        """Somebody may have consented anew: after a refusal, ask for a token again without the usual wait."""
        cached = self._cached.get(connection)
        if cached is not None:
            cached.retry_now()

    def renew_soon(self, connection: str) -> None:
        """What the connection is allowed, or asks for, has changed."""
        cached = self._cached.get(connection)
        if cached is not None:
            cached.renew_soon()

    def troubles(self) -> Mapping[str, str]:
        """Connections that need a human, with what to do."""
        return {name: cached.trouble for name, cached in self._cached.items() if cached.trouble}

    def lives(self) -> Mapping[str, float]:
        """The seconds that each connection's token has left; 0 where there is none."""
        return {name: cached.life for name, cached in self._cached.items()}

    async def close(self) -> None:
        """Wait for renewals under way."""
        await asyncio.gather(*(cached.close() for cached in self._cached.values()))

    def _of(self, organisation: str) -> CachedToken:
        connection = self._connection_of.get(organisation)
        if connection is None:
            raise DisconnectedError(f"no company of the profile belongs to organisation {organisation}")
        return self._named(connection)

    def _named(self, connection: str) -> CachedToken:
        cached = self._cached.get(connection)
        if cached is None:
            raise DisconnectedError(
                f"there are no credentials for connection {connection}; an administrator sets its client id and secret"
            )
        return cached


def _seen(task: asyncio.Task[AccessToken]) -> None:
    """A renewal in the background may fail unseen: whoever needs a token then asks again."""
    if not task.cancelled():
        task.exception()
