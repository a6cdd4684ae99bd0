"""A reference cache on the simulator, through the real client and HTTP, and what tests ask of it."""

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp

from deploy.simulator.books.organisation import Organisation
from deploy.simulator.seed import Seed
from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from mappers.model.master_data import Needs, ReferenceData
from tests.fakes.alarm_clock import AlarmClock
from tests.fakes.xero_collaborators import FakeTokens, OpenGovernor, RecordingObserver
from xero_client.accounting.client import XeroClient
from xero_client.accounting.exchange import Endpoint
from xero_client.collaborators import MasterDataReader
from xero_client.master_data.cache import ReferenceCache
from xero_client.master_data.lists import OptionalLists
from xero_client.master_data.policy import CachePolicy

ORGANISATION = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
START = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)


class RecordingReferences:
    """Records what the cache reports: (list, result) of every use, ages, and organisations that changed."""

    def __init__(self) -> None:
        self.uses: list[tuple[str, str]] = []
        self.ages: dict[str, float] = {}
        self.changes: list[str] = []

    def reference_call(self, kind: str, result: str) -> None:
        """Keep one use."""
        self.uses.append((kind, result))

    def reference_age(self, organisation: str, seconds: float) -> None:
        """Keep the latest age."""
        self.ages[organisation] = seconds


class Harness:
    """The cache, the clock that it lives by, and the simulator behind it. `advance` moves both clocks."""

    def __init__(
        self, simulator: Simulator, reader: MasterDataReader, policy: CachePolicy, optional: OptionalLists
    ) -> None:
        self.simulator = simulator
        self.recorder = RecordingReferences()
        self.clock = AlarmClock()
        self.calls_left = 5_000
        self.cache = ReferenceCache(
            reader,
            optional_lists={ORGANISATION: optional},
            policy=policy,
            clock=simulator.state.clock.now,
            monotonic=self.clock.monotonic,
            sleep=self.clock.sleep,
            observer=self.recorder,
            on_change=self.recorder.changes.append,
            calls_left=lambda _organisation: self.calls_left,
        )

    @property
    def organisation(self) -> Organisation:
        """The organisation as Xero has it."""
        return self.simulator.state.organisations[ORGANISATION]

    def advance(self, seconds: float) -> None:
        """Time passes, without alarms."""
        self.clock.seconds += seconds
        self.simulator.state.clock.advance(seconds)

    async def wait(self, seconds: float) -> None:
        """Time passes; tasks that sleep wake up when theirs is over."""
        self.simulator.state.clock.advance(seconds)
        await self.clock.advance(seconds)

    def enter_contact(self, **row: str) -> None:
        """A person adds or changes a contact."""
        self.organisation.put_contact(dict(row), self.simulator.state.ids, self.simulator.state.clock.now())

    def enter_item(self, **row: Any) -> None:
        """A person adds or changes an item."""
        self.organisation.put_item(row, self.simulator.state.ids, self.simulator.state.clock.now())

    async def resolve(self, *customers: str, products: tuple[str, ...] = ()) -> ReferenceData:
        """Ask for these codes."""
        return await self.cache.resolve(ORGANISATION, Needs(frozenset(customers), frozenset(products)))

    @property
    def calls(self) -> int:
        """Calls to the organisation since the start."""
        return sum(self.simulator.state.counts.calls_by_tenant.get(ORGANISATION, {}).values())

    def calls_of(self, operation: str) -> int:
        """Calls such as `GET Contacts` since the start."""
        counts = self.simulator.state.counts.calls_by_tenant.get(ORGANISATION)
        return counts[operation] if counts else 0

    def requests(self) -> Iterator[str]:
        """Path and query of each call of the API."""
        for entry in self.simulator.state.request_log.entries:
            if entry.request.path.startswith("/api.xro/2.0/"):
                yield f"{entry.request.path}?{entry.request.query_string}"


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition that the loop brings about. Raises TimeoutError after five seconds."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  # The condition is behind HTTP.
            await asyncio.sleep(0.002)


@asynccontextmanager
async def kept_fresh(
    cache: ReferenceCache, is_ours: Callable[[str], bool] = lambda _organisation: True
) -> AsyncIterator[None]:
    """The cache's background loop runs inside the block."""
    loop = asyncio.create_task(cache.keep_fresh(is_ours))
    try:
        yield
        assert not loop.done()
    finally:
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)


@asynccontextmanager
async def open_harness(
    seed: Seed | None = None, *, policy: CachePolicy | None = None, optional: OptionalLists = ()
) -> AsyncIterator[Harness]:
    """A simulator whose seed is a minute old, and a cold cache."""
    async with Simulator.started(seed, clock=SimClock(START, scale=0)) as simulator:
        state = simulator.state
        state.clock.advance(60)
        state.limits.default = dataclasses.replace(state.limits.default, per_minute=10_000)
        client = XeroClient(
            Endpoint(simulator.base_url, "shipledger/test"),
            tokens=FakeTokens(await _token(simulator)),
            governor=OpenGovernor(),
            observer=RecordingObserver(),
            clock=state.clock.now,
            monotonic=time.monotonic,
        )
        made = Harness(simulator, client, policy or CachePolicy(), optional)
        try:
            yield made
        finally:
            await made.cache.close()
            client.close()


async def _token(simulator: Simulator) -> str:
    form = {"grant_type": "client_credentials", "client_id": "demo-client", "client_secret": "demo-secret"}
    async with aiohttp.ClientSession() as session, session.post(simulator.token_url, data=form) as reply:
        token: str = (await reply.json())["access_token"]
        return token
