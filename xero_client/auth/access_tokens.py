"""Access tokens of any number of connections; implements `collaborators.Tokens`."""

import asyncio
from collections.abc import Mapping

from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint
from xero_client.auth.tokens_held import AccessToken, HeldToken, TokenSource
from xero_client.collaborators import Monotonic
from xero_client.errors import DisconnectedError

SCOPES = ("accounting.invoices", "accounting.contacts.read", "accounting.settings.read")
"""Granular scopes, the least that will do: documents are written, master data is only read."""


class ConnectionTokens:
    """One token a connection, shared by its organisations.

    `connection_of` maps organisations to names of connections, `sources` names to where their tokens come from.
    """

    def __init__(
        self, connection_of: Mapping[str, str], sources: Mapping[str, TokenSource], *, monotonic: Monotonic
    ) -> None:
        self._connection_of = connection_of
        self._held = {name: HeldToken(source, monotonic) for name, source in sources.items()}

    async def access_token(self, organisation: str) -> str:
        """As `collaborators.Tokens.access_token`."""
        return await self._of(organisation).current()

    async def renew(self, organisation: str, rejected: str) -> str:
        """As `collaborators.Tokens.renew`."""
        return await self._of(organisation).newer_than(rejected)

    def reconsider(self, connection: str) -> None:
        """Somebody may have consented anew: what was refused is asked for again at once."""
        held = self._held.get(connection)
        if held is not None:
            held.reconsider()

    def troubles(self) -> Mapping[str, str]:
        """Connections that need a human, with what to do."""
        return {name: held.trouble for name, held in self._held.items() if held.trouble}

    async def close(self) -> None:
        """Wait for renewals under way."""
        await asyncio.gather(*(held.close() for held in self._held.values()))

    def _of(self, organisation: str) -> HeldToken:
        connection = self._connection_of.get(organisation)
        if connection is None:
            raise DisconnectedError(f"no company of the profile belongs to organisation {organisation}")
        return self._named(connection)

    def _named(self, connection: str) -> HeldToken:
        held = self._held.get(connection)
        if held is None:
            raise DisconnectedError(
                f"there are no credentials for connection {connection}; an administrator sets its client id and secret"
            )
        return held


class CustomConnection:
    """Tokens of a custom connection: the app signs in by itself (grant `client_credentials`), no consent to keep."""

    def __init__(self, client: ClientCredentials, endpoint: TokenEndpoint, monotonic: Monotonic) -> None:
        self._client = client
        self._endpoint = endpoint
        self._monotonic = monotonic

    async def obtain(self, rejected: str | None) -> AccessToken:
        """As `TokenSource.obtain`; every request gives a new token."""
        del rejected
        asked_at = self._monotonic()
        reply = await self._endpoint.ask(self._client, {"grant_type": "client_credentials", "scope": " ".join(SCOPES)})
        return AccessToken(reply.access_token, asked_at + reply.expires_in)
