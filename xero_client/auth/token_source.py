"""Where a connection's tokens come from: the port, and the source for a custom connection, which signs in by itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from pydantic import SecretStr

from xero_client.auth.token_endpoint import ClientCredentials, ScopesRefusedError, TokenEndpoint, TokenReply
from xero_client.collaborators import Monotonic
from xero_client.vocabulary import ATTACHMENTS_SCOPE

EARLY_SECONDS = 300.0
"""With less life left than this, a token is renewed while it is still used."""


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


class ClientCredentialsSource:
    """Tokens of a custom connection: the app signs in by itself (grant `client_credentials`), no consent to keep.

    `scopes` are asked for at each token, where they may change; else those of the client.
    """

    def __init__(
        self,
        client: ClientCredentials,
        endpoint: TokenEndpoint,
        monotonic: Monotonic,
        scopes: Callable[[], tuple[str, ...]] | None = None,
    ) -> None:
        self._client = client
        self._scopes = scopes or (lambda: client.scopes)
        self._endpoint = endpoint
        self._monotonic = monotonic

    async def obtain(self, rejected: str | None) -> AccessToken:
        """As `TokenSource.obtain`; every request gives a new token."""
        del rejected
        asked_at, scopes = self._monotonic(), self._scopes()
        try:
            reply = await self._ask(scopes)
        except ScopesRefusedError:
            if ATTACHMENTS_SCOPE not in scopes:
                raise
            # Documents do not wait for what files lack: those are left with a warning that says so.
            reply = await self._ask(tuple(each for each in scopes if each != ATTACHMENTS_SCOPE))
        return AccessToken(reply.access_token, asked_at + reply.expires_in)

    async def _ask(self, scopes: tuple[str, ...]) -> TokenReply:
        form = {"grant_type": "client_credentials", "scope": " ".join(scopes)}
        return await self._endpoint.ask(replace(self._client, scopes=scopes), form)
