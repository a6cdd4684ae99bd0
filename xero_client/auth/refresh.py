"""Tokens of a consent (authorisation code): refresh tokens that change with every use, shared by several processes.

Xero lets the refresh token before the present one be used again for 30 minutes, in case its reply was lost
(developer.xero.com, "OAuth 2.0, token refresh"). So a process that dies between refresh and store does no harm: the
store still has the token that it used.
"""

import asyncio
import sys
from datetime import datetime, timedelta

from pydantic import SecretStr

from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint, TokenReply
from xero_client.auth.token_source import EARLY_SECONDS, AccessToken
from xero_client.auth.token_store import ConsentStore, FileLock, StoredConsent
from xero_client.collaborators import Monotonic, UtcClock
from xero_client.errors import DisconnectedError

GRACE = timedelta(minutes=30)
UNUSED_LIFE = timedelta(days=60)
"""A refresh token that is not used for so long ends, and the consent with it (the same page)."""


class AuthorizationCodeSource:
    """A `TokenSource` that lives by a person's consent. Lock, read again, refresh, store, and only then use."""

    def __init__(
        self,
        client: ClientCredentials,
        endpoint: TokenEndpoint,
        store: ConsentStore,
        lock: FileLock,
        *,
        utc: UtcClock,
        monotonic: Monotonic,
    ) -> None:
        self._client = client
        self._endpoint = endpoint
        self._store = store
        self._lock = lock
        self._utc = utc
        self._monotonic = monotonic

    async def obtain(self, rejected: str | None) -> AccessToken:
        """The stored token where another process renewed it, else a new one."""
        async with self._lock.held():
            consent = await self._read()
            if not self._is_fresh(consent, rejected):
                consent = await self._refreshed(consent)
            elif consent.connection is None:
                # As an earlier version wrote it: from now on it says whose it is.
                await asyncio.to_thread(self._store.write, consent)
            else:
                await asyncio.to_thread(self._store.remember, consent)
        return AccessToken(consent.access_token, self._monotonic() + self._seconds_left(consent))

    async def _read(self) -> StoredConsent:
        consent = await asyncio.to_thread(self._store.read)
        if consent is None:
            raise DisconnectedError(
                f"nobody has signed in to Xero for connection {self._client.name} yet; an administrator runs "
                "`shipledger connect`"
            )
        return consent

    async def _refreshed(self, consent: StoredConsent) -> StoredConsent:
        used = consent.refresh_token
        try:
            reply = await self._exchanged(used)
        except DisconnectedError:
            other = await self._other(consent)
            if other is None:
                raise
            used, reply = other, await self._exchanged(other)
        renewed = consent_of(reply, self._utc(), used)
        sys.audit("shipledger.token_received")
        await asyncio.to_thread(self._store.write, renewed)
        sys.audit("shipledger.token_stored")
        return renewed

    async def _other(self, consent: StoredConsent) -> SecretStr | None:
        """Another refresh token after the stored one was refused: one that somebody stored meanwhile, or the last."""
        now_stored = (await self._read()).refresh_token
        if now_stored != consent.refresh_token:
            return now_stored
        return consent.previous if self._utc() - consent.rotated_at < GRACE else None

    async def _exchanged(self, refresh_token: SecretStr) -> TokenReply:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token.get_secret_value()}
        return await self._endpoint.ask(self._client, form)

    def _is_fresh(self, consent: StoredConsent, rejected: str | None) -> bool:
        renewed_elsewhere = consent.access_token.get_secret_value() != rejected
        return renewed_elsewhere and self._seconds_left(consent) > EARLY_SECONDS

    def _seconds_left(self, consent: StoredConsent) -> float:
        return (consent.access_expires_at - self._utc()).total_seconds()


def consent_ends(consent: StoredConsent) -> datetime:
    """When the consent ends unless its refresh token is used before."""
    return consent.rotated_at + UNUSED_LIFE


def consent_of(reply: TokenReply, utc: datetime, used: SecretStr | None) -> StoredConsent:
    """What to store of a reply at `utc`; `used` is the refresh token given for it, None for a new consent.

    Raises DisconnectedError where there is no refresh token: then the app was not asked for `offline_access`.
    """
    refresh_token = reply.refresh_token or used
    if refresh_token is None:
        raise DisconnectedError("Xero gave no refresh token; an administrator allows the app offline_access")
    return StoredConsent(
        refresh_token=refresh_token,
        previous=used,
        rotated_at=utc,
        access_token=reply.access_token,
        access_expires_at=utc + timedelta(seconds=reply.expires_in),
    )
