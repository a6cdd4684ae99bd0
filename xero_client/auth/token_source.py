"""Where a connection's tokens come from: the port, and the source for a custom connection, which signs in by itself."""

from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr

from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint
from xero_client.collaborators import Monotonic

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
    """Tokens of a custom connection: the app signs in by itself (grant `client_credentials`), no consent to keep."""

    def __init__(self, client: ClientCredentials, endpoint: TokenEndpoint, monotonic: Monotonic) -> None:
        self._client = client
        self._endpoint = endpoint
        self._monotonic = monotonic

    async def obtain(self, rejected: str | None) -> AccessToken:
        """As `TokenSource.obtain`; every request gives a new token."""
        del rejected
        asked_at = self._monotonic()
        form = {"grant_type": "client_credentials", "scope": " ".join(self._client.scopes)}
        reply = await self._endpoint.ask(self._client, form)
        return AccessToken(reply.access_token, asked_at + reply.expires_in)
