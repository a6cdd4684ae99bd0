"""The connections of the settings: where the tokens of each come from, and where their consents are kept."""

import asyncio
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from config.attachments import scopes_for
from config.settings import Settings
from config.xero import XeroSettings
from mappers.model import Company
from streams.app.clocks import utc_now
from xero_client.auth import (
    AuthorizationCodeSource,
    ClientCredentials,
    ClientCredentialsSource,
    ConsentStore,
    FileLock,
    NewestSeen,
    TokenEndpoint,
    TokenSource,
)


class AskedScopes:
    """What each connection asks to be allowed, by the profile that counts at present."""

    def __init__(self, xero: XeroSettings, companies: Mapping[str, Company]) -> None:
        self._xero = xero
        self._companies = companies
        self._credentials = xero.credentials()
        self._known = self._all()

    def of(self, connection: str) -> tuple[str, ...]:
        """Those of one connection."""
        return scopes_for(self._xero, connection, self._credentials[connection], self._companies.values())

    def grown(self) -> list[str]:
        """The connections that ask for more than when this was called last, or since the start."""
        before, self._known = self._known, self._all()
        return [name for name, scopes in self._known.items() if not scopes <= before[name]]

    def _all(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(self.of(name)) for name in self._credentials}


def token_sources(
    settings: Settings, endpoint: TokenEndpoint, asked: AskedScopes | None = None
) -> dict[str, TokenSource]:
    """A source of tokens for each connection, by its name, as its grant asks; without `asked`, for documents alone."""
    sources: dict[str, TokenSource] = {}
    asked = asked or AskedScopes(settings.xero, {})
    for name, credentials in settings.xero.credentials().items():
        client = ClientCredentials(name, credentials.client_id, credentials.client_secret, asked.of(name))
        if credentials.grant == "client_credentials":
            sources[name] = ClientCredentialsSource(client, endpoint, time.monotonic, partial(asked.of, name))
        else:
            sources[name] = _consented(settings, client, endpoint)
    return sources


def consent_files(settings: Settings) -> dict[str, Path]:
    """The files of the connections that live by a person's consent, by the connection's name."""
    return {
        name: settings.consent_file(name)
        for name, credentials in settings.xero.credentials().items()
        if credentials.grant == "authorization_code"
    }


def consent_stores(settings: Settings) -> dict[str, ConsentStore]:
    """The consents of the connections that live by one, by the connection's name."""
    key = settings.xero.token_key
    return {} if key is None else {name: _consent_store(settings, name, key) for name in consent_files(settings)}


def _consent_store(settings: Settings, name: str, key: SecretStr) -> ConsentStore:
    return ConsentStore(settings.consent_file(name), key, name, NewestSeen(settings.consent_seen_file(name)))


def _consented(settings: Settings, client: ClientCredentials, endpoint: TokenEndpoint) -> AuthorizationCodeSource:
    key, file = settings.xero.token_key, settings.consent_file(client.name)
    if key is None:
        raise ValueError("the settings let a connection with the grant authorization_code pass without a key")
    lock = FileLock(file.with_suffix(".lock"), monotonic=time.monotonic, sleep=asyncio.sleep)
    store = _consent_store(settings, client.name, key)
    return AuthorizationCodeSource(client, endpoint, store, lock, utc=utc_now, monotonic=time.monotonic)
