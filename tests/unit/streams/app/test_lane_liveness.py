"""A lane that is stuck is found beside any number that work; one that waits for Xero is left alone."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any

import pytest

from mappers.model.sync_request import SyncRequest
from streams.app.dispatch_part import PARTITION_PATIENCE, SENDING_PATIENCE
from streams.dispatch.lane.planning_loop import PlanningLoop
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.records import RowKey
from streams.dispatch.ownership.partition import Partition
from tests.builders import ORGANISATION, make_company
from tests.fakes.accounting import Fault
from tests.unit.streams.app.test_dispatch_liveness import ONE_MINUTE, Watchdog
from tests.unit.streams.dispatch.harness import SETTINGS, Harness
from tests.unit.streams.dispatch.ownership.test_owner import Owned, owned
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import DayLeft

STEP = 8
"""Seconds from one request of a busy lane to the next."""
STUCK = ORGANISATION
BUSY = [f"{index:08x}{ORGANISATION[8:]}" for index in range(11)]


def request_of(organisation: str, index: int) -> SyncRequest:
    """A request of the organisation's one company."""
    return numbered(index).model_copy(update={"company_id": organisation, "organisation": organisation})


class Twelve:
    """Eleven lanes that are given work and do it; and one."""

    def __init__(self, here: Owned) -> None:
        self.here = here
        self.watchdog = Watchdog(here)
        self.numbers = count(1000)

    async def give(self, *requests: SyncRequest) -> None:
        """Requests that are in the ledger, be it after a restart. No time passes meanwhile."""
        for request in requests:
            self.here.harness.record(request)
        await asyncio.sleep(0.01)  # For a restart to begin in.
        await self.here.harness.until(self._has_taken_all)

    def _has_taken_all(self) -> bool:
        if not self.here.dispatcher.running:
            return False
        with suppress(PartitionLostError):
            self.here.read_again()
        return not self.here.partition.has_uncommitted

    async def has_written(self, count: int) -> None:
        """Wait for so many writes, answered or not."""
        await self.here.harness.until(lambda: len(self.here.harness.accounting.writes) == count)

    async def still_has(self, partition: Partition) -> bool:
        """Whether it did not begin anew."""
        await asyncio.sleep(0.01)
        return self.here.dispatcher._owners[0].partition is partition

    async def keep_busy(self) -> None:
        """A request for each of the eleven, and its answer."""
        requests = {each.request_id: each for each in (request_of(name, next(self.numbers)) for name in BUSY)}
        await self.give(*requests.values())
        harness = self.here.harness
        await harness.until(lambda: requests.keys() <= {each.request_id for each in harness.ended()})

    async def look(self, seconds: float, *, until: Callable[[], Any] = lambda: False) -> list[str]:
        """What is stuck after so many seconds or earlier, while the eleven work on."""
        end = self.watchdog.now + seconds
        stuck: list[str] = []
        while self.watchdog.now < end and not stuck and not until():
            await self.keep_busy()
            stuck = await self.watchdog.look(STEP, until=until)
        return stuck


@asynccontextmanager
async def twelve() -> AsyncIterator[Twelve]:
    harness = Harness(*(make_company(id=each, organisation=each) for each in (STUCK, *BUSY)))
    async with owned(harness=harness) as here:
        await here.running(1)
        yield Twelve(here)


def plan_nothing_for_it(
    patch: pytest.MonkeyPatch, *numbers: int, as_long_as: Callable[[], bool] = lambda: True
) -> None:
    """The twelfth takes nothing up, or not the shipments with these numbers."""
    unplanned = PlanningLoop._unplanned

    def without(loop: PlanningLoop) -> list[tuple[RowKey, SyncRequest]]:
        shipments = {request_of(STUCK, number).shipment_id for number in numbers}
        work = unplanned(loop)
        if loop._organisation != STUCK or not as_long_as():
            return work
        return [(key, request) for key, request in work if numbers and key.shipment_id not in shipments]

    patch.setattr(PlanningLoop, "_unplanned", without)


async def test_one_stuck_beside_eleven_that_work_begins_anew_first(monkeypatch: pytest.MonkeyPatch) -> None:
    async with twelve() as lanes:
        take_overs = lanes.here.take_overs
        plan_nothing_for_it(monkeypatch, as_long_as=lambda: len(take_overs.at) == 1)
        await lanes.give(request_of(STUCK, 1))
        assert await lanes.look(ONE_MINUTE, until=lambda: len(take_overs.at) == 2) == []
        assert lanes.watchdog.now <= PARTITION_PATIENCE + 2 * STEP
        number = request_of(STUCK, 1).shipment["invoice_number"]
        await lanes.here.harness.until(lambda: number in lanes.here.harness.numbers(STUCK))


async def test_one_that_is_stuck_again_ends_the_process_within_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    async with twelve() as lanes:
        plan_nothing_for_it(monkeypatch)
        await lanes.give(request_of(STUCK, 1))
        assert await lanes.look(ONE_MINUTE) == [f"dispatch lane 0 {STUCK}"]
        assert len(lanes.here.take_overs.at) == 2


async def test_what_arrives_and_is_answered_behind_it_hides_no_request_that_is_stuck(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with twelve() as lanes:
        plan_nothing_for_it(monkeypatch, 1)
        await lanes.give(request_of(STUCK, 1))
        later = count(2)
        stuck: list[str] = []
        while lanes.watchdog.now < ONE_MINUTE and not stuck:
            stuck = await lanes.look(STEP)
            await lanes.give(request_of(STUCK, next(later)))
        assert stuck == [f"dispatch lane 0 {STUCK}"]
        assert len(lanes.here.harness.numbers(STUCK)) > 2, "its neighbours in the lane were written"


async def test_one_that_waits_for_an_answer_of_xero_is_left_alone_for_as_long_as_that_may_take() -> None:
    async with twelve() as lanes:
        partition, accounting = lanes.here.partition, lanes.here.harness.accounting
        hold, calls = asyncio.Event(), SETTINGS.concurrent_batches
        accounting.fault(*[Fault("create", hold_reply=hold)] * calls)
        for number in range(calls):
            await lanes.give(request_of(STUCK, number))
            await lanes.has_written(number + 1)
        await lanes.give(request_of(STUCK, calls))
        assert await lanes.watchdog.look(SENDING_PATIENCE - 10) == []
        assert await lanes.still_has(partition)
        assert await lanes.watchdog.look(20) == []
        await lanes.here.running(2)
        hold.set()


async def test_one_that_is_held_to_the_pace_of_the_days_calls_is_left_alone() -> None:
    async with twelve() as lanes:
        partition, harness = lanes.here.partition, lanes.here.harness
        await lanes.give(request_of(STUCK, 1))
        await harness.until(lambda: len(harness.ended()) == 1)
        harness.budget.day_left = DayLeft(calls=10, limit=5000, seconds=86400.0)
        await lanes.give(request_of(STUCK, 2))
        assert await lanes.watchdog.look(ONE_MINUTE) == []
        assert await lanes.still_has(partition)
        assert len(harness.ended()) == 1


async def test_one_that_must_begin_nothing_new_during_a_rebalance_is_left_alone() -> None:
    async with twelve() as lanes:
        partition = lanes.here.partition
        lanes.watchdog.watch.reaches_kafka = False
        await lanes.here.dispatcher.revoked()
        await lanes.give(request_of(STUCK, 1))
        assert await lanes.watchdog.look(ONE_MINUTE) == []
        assert await lanes.still_has(partition)
        assert lanes.here.harness.numbers(STUCK) == [], "its lane came into being meanwhile"
