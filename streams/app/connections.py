"""The connections of the settings: where each one's tokens come from, and the news that somebody consented anew."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from config.settings import Settings
from streams.app.clocks import utc_now
from xero_client.auth import (
    ClientCredentials,
    ConsentedConnection,
    ConsentStore,
    CustomConnection,
    FileLock,
    TokenEndpoint,
    TokenSource,
)

LOOK_EVERY = 1.0

Mark = tuple[int, int] | None


def token_sources(settings: Settings, endpoint: TokenEndpoint) -> dict[str, TokenSource]:
    """A source of tokens for each connection, by its name, as its grant asks."""
    sources: dict[str, TokenSource] = {}
    for name, credentials in settings.xero.credentials().items():
        client = ClientCredentials(name, credentials.client_id, credentials.client_secret)
        if credentials.grant == "client_credentials":
            sources[name] = CustomConnection(client, endpoint, time.monotonic)
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


def _consented(settings: Settings, client: ClientCredentials, endpoint: TokenEndpoint) -> ConsentedConnection:
    key, file = settings.xero.token_key, settings.consent_file(client.name)
    if key is None:
        raise ValueError("the settings let a connection with the grant authorization_code pass without a key")
    lock = FileLock(file.with_suffix(".lock"), monotonic=time.monotonic, sleep=asyncio.sleep)
    return ConsentedConnection(client, endpoint, ConsentStore(file, key), lock, utc=utc_now, monotonic=time.monotonic)


class ConsentWatch:
    """Looks whether a consent's file was replaced: by `shipledger connect`, or by a worker that renewed its token."""

    def __init__(
        self,
        files: Mapping[str, Path],
        on_change: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`on_change` is told the connection's name."""
        self._files = files
        self._on_change = on_change
        self._sleep = sleep

    async def run(self) -> None:
        """Look every second until cancelled."""
        # In a thread: the folder may be on a network disk that hangs.
        seen = await asyncio.to_thread(self._look)
        while True:
            await self._sleep(LOOK_EVERY)
            now = await asyncio.to_thread(self._look)
            for name in [name for name, mark in now.items() if mark is not None and mark != seen[name]]:
                self._on_change(name)
            seen = now

    def _look(self) -> dict[str, Mark]:
        return {name: _mark(file) for name, file in self._files.items()}


def _mark(file: Path) -> Mark:
    """What differs between a file and the one that replaces it; null where there is none, or it cannot be seen."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns
