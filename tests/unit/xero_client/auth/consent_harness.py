"""A stored consent, the simulator that gave it, and sources of tokens on it as several processes would have them."""

import asyncio
import dataclasses
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from deploy.kafka.ports import free_ports
from deploy.simulator.seed import AppSeed, Seed
from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from tests.fakes.xero_collaborators import RecordingObserver
from xero_client.auth.newest_seen import NewestSeen
from xero_client.auth.refresh import AuthorizationCodeSource
from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint
from xero_client.auth.token_store import ConsentStore, FileLock, new_key
from xero_client.collaborators import UtcClock

NOW = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
ORGANISATION = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
CLIENT = ClientCredentials("default", "consented-client", SecretStr("consented-secret"))
APP = AppSeed(
    "consented-client",
    "consented-secret",
    tenants=(ORGANISATION,),
    custom_connection=False,
)


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    return next(free_ports(random.Random()))  # noqa: S311  # A port is no secret.


def endpoint_of(url: str) -> TokenEndpoint:
    """An endpoint whose pauses are short."""

    async def pause(_seconds: float) -> None:
        await asyncio.sleep(0)

    return TokenEndpoint(
        url, observer=RecordingObserver(), monotonic=asyncio.get_running_loop().time, sleep=pause, random=lambda: 0.5
    )


def store_of(file: Path, key: SecretStr, connection: str = "default", seen: Path | None = None) -> ConsentStore:
    """The store of a connection, as any process opens it; `seen` is where its data folder keeps the generation."""
    return ConsentStore(file, key, connection, NewestSeen(seen or file.parent / "seen" / connection))


def source_of(endpoint: TokenEndpoint, store: ConsentStore, lock: Path, utc: UtcClock) -> AuthorizationCodeSource:
    """A source of tokens as one process has it."""
    monotonic = asyncio.get_running_loop().time
    file_lock = FileLock(lock, monotonic=monotonic, sleep=asyncio.sleep)
    return AuthorizationCodeSource(CLIENT, endpoint, store, file_lock, utc=utc, monotonic=monotonic)


@dataclass
class Harness:
    """The simulator with an app of a consent, and an empty store in `folder`."""

    simulator: Simulator
    clock: SimClock
    folder: Path
    key: SecretStr

    @property
    def store(self) -> ConsentStore:
        """The store, as any process opens it."""
        return store_of(self.folder / "default.consent", self.key)

    @property
    def endpoint(self) -> TokenEndpoint:
        """The simulator's token endpoint."""
        return endpoint_of(self.simulator.token_url)

    def source(self, store: ConsentStore | None = None) -> AuthorizationCodeSource:
        """One process's source of tokens."""
        return source_of(self.endpoint, store or self.store, self.folder / "default.lock", self.clock.now)


@asynccontextmanager
async def consent_harness(folder: Path) -> AsyncIterator[Harness]:
    """A harness on a frozen clock."""
    clock = SimClock(NOW, scale=0)
    seed = dataclasses.replace(Seed.demo(), apps=(APP,))
    async with Simulator.started(seed, clock=clock) as simulator:
        yield Harness(simulator, clock, folder, new_key())
