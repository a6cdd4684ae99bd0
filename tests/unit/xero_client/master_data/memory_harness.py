"""A reference cache over a reader in memory, for what a test cannot have the simulator do."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from mappers.model.master_data import Needs, ReferenceData
from tests.fakes.alarm_clock import AlarmClock
from tests.fakes.master_data import FakeMasterData, organisation_row
from tests.unit.xero_client.master_data.harness import RecordingReferences
from xero_client.collaborators import Resource
from xero_client.master_data.cache import ReferenceCache
from xero_client.master_data.lists import OptionalLists
from xero_client.master_data.policy import CachePolicy

NOW = datetime(2026, 11, 20, 3, 15, 22, 900_000, tzinfo=UTC)


@dataclass
class MemoryHarness:
    """`now` is our own wall clock; `advance` moves it together with the steady one."""

    reader: FakeMasterData
    now: datetime = NOW
    calls_left: int = 5_000
    optional: OptionalLists = ()
    policy: CachePolicy = field(default_factory=CachePolicy)
    clock: AlarmClock = field(default_factory=AlarmClock)
    recorder: RecordingReferences = field(default_factory=RecordingReferences)

    def __post_init__(self) -> None:
        self.cache = ReferenceCache(
            self.reader,
            optional_lists={"org": self.optional},
            policy=self.policy,
            clock=lambda: self.now,
            monotonic=self.clock.monotonic,
            sleep=self.clock.sleep,
            observer=self.recorder,
            on_change=self.recorder.changes.append,
            calls_left=lambda _organisation: self.calls_left,
        )

    async def resolve(self, *customers: str, products: tuple[str, ...] = ()) -> ReferenceData:
        """Ask for these codes of the organisation `org`."""
        return await self.cache.resolve("org", Needs(frozenset(customers), frozenset(products)))

    def advance(self, seconds: float) -> None:
        """Time passes, without alarms."""
        self.clock.seconds += seconds
        self.now += timedelta(seconds=seconds)

    async def wait(self, seconds: float) -> None:
        """Time passes; tasks that sleep wake up when theirs is over."""
        self.now += timedelta(seconds=seconds)
        await self.clock.advance(seconds)


def xero(*contacts: dict[str, Any], items: tuple[dict[str, Any], ...] = ()) -> FakeMasterData:
    """An organisation with two currencies, these contacts and these items."""
    return FakeMasterData(
        {
            Resource.ORGANISATION: [organisation_row()],
            Resource.CURRENCIES: [{"Code": "AUD"}, {"Code": "USD"}],
            Resource.CONTACTS: list(contacts),
            Resource.ITEMS: list(items),
        }
    )
