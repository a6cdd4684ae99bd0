"""All organisations share one event loop: none of them keeps it for long."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from mappers.model.company import DocumentType
from mappers.model.sync_request import SyncRequest
from mappers.planning.steps import ITEMS_IN_A_STEP
from streams.dispatch.batch.ready_queue import ReadyQueue, Standing
from streams.dispatch.context import TURN_SECONDS, Clearance
from streams.dispatch.lane.request_planner import RequestPlanner
from streams.dispatch.lane.second_looks import SecondLook
from streams.dispatch.lane.waiting_notices import TOLD_AT_ONCE, WaitingNotices
from streams.dispatch.ledger.group_commit import GroupCommit
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import RowKey, State, WaitReason
from streams.dispatch.ledger.update import LedgerUpdate
from tests.builders import COMPANY_ID, ORGANISATION, make_line
from tests.fakes.row_store import MemoryRowStore
from tests.unit.streams.dispatch.harness import SETTINGS, Fence, Harness, IntentCheckingAccounting
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import OutOfQuotaError
from xero_client.port import ElementReply, Grant, Operation

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SLOW_PLAN = 0.4 * TURN_SECONDS
"""Seconds that a plan seems to take each time the clock is asked."""


def slow_clock() -> Iterator[float]:
    return (index * SLOW_PLAN for index in count())


class Planning:
    """A planner with a ledger and a ready queue of its own, which notes what is done in each turn."""

    def __init__(self, harness: Harness) -> None:
        self.ledger = Ledger(MemoryRowStore())
        self.group_commit = GroupCommit(self.ledger, Fence(harness.topic), lambda _transaction: None, harness.clock.utc)
        self.ready_queue = ReadyQueue(lambda _plan: Standing.SENDABLE)
        self.at_turns: list[tuple[int, int]] = []
        """Plans that were ready, and shipments that were answered, when each turn of the event loop ended."""
        self.meanwhile: Callable[[], None] = lambda: None
        self.watched: dict[RowKey, SyncRequest] = {}
        self._clock, self._slow = harness.clock, slow_clock()
        context = harness.context()
        self.planner = RequestPlanner(
            context.references,
            Clearance(ORGANISATION, context.companies, context.pauses),
            context.metrics,
            replace(context.time, sleep=self._sleep, cpu=lambda: next(self._slow)),
            self.ledger,
            self.begin_update,
            self.ready_queue,
        )

    def begin_update(self) -> LedgerUpdate:
        return LedgerUpdate(self.ledger, self.group_commit, self._clock.utc())

    def take(self, requests: Sequence[SyncRequest]) -> list[tuple[RowKey, SyncRequest]]:
        """The requests are in the ledger, and are the work."""
        update = self.begin_update()
        for request in requests:
            update.take(request)
        update.submit()
        work = [(RowKey(ORGANISATION, COMPANY_ID, each.shipment_id), each) for each in requests]
        self.watched |= dict(work)
        return work

    def refused(self) -> int:
        """How many rows are rejected."""
        rows = map(self.ledger.rows.get, self.watched)
        return sum(row is not None and row.state is State.REJECTED for row in rows)

    async def _sleep(self, _seconds: float) -> None:
        self.at_turns.append((len(self.ready_queue.ready()), self.refused()))
        self.meanwhile()


async def test_planning_lets_others_have_the_event_loop_after_a_few_plans() -> None:
    planning = Planning(Harness())
    work = planning.take([numbered(index) for index in range(20)])
    assert not await planning.planner.first_look(ORGANISATION, work)
    ready = [each for each, _ in planning.at_turns]
    assert len(planning.ready_queue.ready()) == len(work)
    planned = [after - before for before, after in zip([0, *ready], ready, strict=False)]
    assert max(planned) <= 3
    assert sum(planned) >= len(work) - 3


def large(index: int, *, lines: int = 1000, revision: int = 1) -> SyncRequest:
    """A shipment whose plan takes many turns."""
    return numbered(index, lines=[make_line(line_number=each + 1) for each in range(lines)], revision=revision)


@pytest.mark.parametrize("lines", [80, 1000])
async def test_planning_lets_others_have_the_event_loop_within_a_large_shipment(lines: int) -> None:
    """Three looks at the clock are a turn; each line is worked on in four passes, and there is a look after ten."""
    planning = Planning(Harness())
    work = planning.take([large(0, lines=lines)])
    assert not await planning.planner.first_look(ORGANISATION, work)
    assert len(planning.ready_queue.ready()) == 1
    assert len(planning.at_turns) >= 4 * (lines // ITEMS_IN_A_STEP - 1) // 3


async def test_what_is_planned_is_answered_before_a_large_shipment_goes_on() -> None:
    planning = Planning(Harness())
    refused = numbered(0, invoice_due_date="never")
    await planning.planner.first_look(ORGANISATION, planning.take([refused, large(1)]))
    assert planning.at_turns[0] == (0, 1)
    assert len(planning.ready_queue.ready()) == 1


async def test_a_large_shipment_that_is_replaced_while_it_is_planned_is_not_made_ready() -> None:
    planning = Planning(Harness())
    work = planning.take([large(0)])

    def replace_it() -> None:
        planning.take([large(0, revision=2, lines=1)])

    planning.meanwhile = replace_it
    await planning.planner.first_look(ORGANISATION, work)
    assert planning.at_turns
    assert planning.ready_queue.ready() == []


@pytest.mark.parametrize("answered", [True, False])
async def test_a_large_second_look_and_a_large_release_take_turns_as_well(answered: bool) -> None:
    planning = Planning(Harness())
    ((key, request),) = planning.take([large(0)])
    if answered:
        assert await planning.planner.cured(ORGANISATION, [key]) == [(key, request)]
    else:
        look = SecondLook(request.request_id, urgent=False, size=1, lists=frozenset(), asked_at=0.0)
        await planning.planner.second_look(ORGANISATION, {key: look})
        assert len(planning.ready_queue.ready()) == 1
    assert len(planning.at_turns) >= 100


async def test_ten_thousand_waiting_shipments_are_told_a_few_in_a_turn_while_large_ones_are_planned() -> None:
    planning = Planning(Harness())
    planning.take([numbered(index) for index in range(10_000)])
    work = planning.take([large(10_000 + index, lines=80) for index in range(3)])
    planning.watched = {}  # Nobody looks at ten thousand rows at the end of each turn.
    in_a_turn = [0]
    all_told = asyncio.Event()

    class Counting(LedgerUpdate):
        def waiting(self, key: RowKey, reason: WaitReason) -> None:
            in_a_turn[-1] += 1
            super().waiting(key, reason)

    def begin_update() -> LedgerUpdate:
        return Counting(planning.ledger, planning.group_commit, NOON)

    async def room() -> None:
        in_a_turn.append(0)
        if sum(in_a_turn) == 10_000 + len(work):
            all_told.set()
        await asyncio.sleep(0)

    notices = WaitingNotices(ORGANISATION, planning.ledger, begin_update, lambda: True, room)
    notices.tell(WaitReason(reason="out_of_quota", until=NOON + timedelta(hours=1)))
    async with asyncio.TaskGroup() as group:
        telling = group.create_task(notices.run())
        await planning.planner.first_look(ORGANISATION, work)
        await asyncio.wait_for(all_told.wait(), 30)
        telling.cancel()
    assert max(in_a_turn) <= TOLD_AT_ONCE
    assert len(planning.ready_queue.ready()) == len(work)
    assert len(planning.at_turns) >= 3 * len(work)


class Spent(IntentCheckingAccounting):
    """The day's calls are used up; each call in flight is told another second of the end."""

    told = 0

    async def write(
        self,
        grant: Grant,
        kind: DocumentType,
        operation: Operation,
        body: bytes,
        *,
        idempotency_key: str,
        start_before: float,
    ) -> tuple[ElementReply, ...]:
        del kind, operation, body, idempotency_key, start_before
        self._use(grant)
        self.told += 1
        resume_at = self._clock() + timedelta(hours=20, seconds=self.told)
        raise OutOfQuotaError("the day", limit="day", resume_at=resume_at)


async def test_each_of_many_waiting_shipments_is_told_once_and_a_few_in_a_transaction() -> None:
    harness = Harness()
    harness.accounting = Spent(harness.topic, harness.clock)
    largest = 0

    async with harness.owner() as partition:

        def note_size(transaction: object) -> None:
            nonlocal largest
            largest = max(largest, len(getattr(transaction, "outcomes", ())))

        harness.fence.before = note_size
        harness.give(partition, [numbered(index) for index in range(1500)])
        await harness.until(lambda: len(told(harness)) == 1500)
    assert set(told(harness).values()) == {1}
    assert largest <= 800


def told(harness: Harness) -> Counter[str]:
    """How often each shipment was told that it waits."""
    return Counter(each.shipment_id for each in harness.topic.outcomes if each.status == "WAITING")


async def test_the_answers_of_a_batch_that_takes_several_turns_are_one_transaction() -> None:
    """Each transaction costs six requests to Kafka, and nobody waits for the first part of a batch alone."""
    harness = Harness(settings=replace(SETTINGS, intake_wait=60.0))
    clock = slow_clock()
    harness.cpu = lambda: next(clock)
    answers: list[int] = []

    def note_answers(transaction: LedgerTransaction) -> None:
        answers.extend([len(transaction.outcomes)] if transaction.outcomes else [])

    async with harness.owner() as partition:
        harness.fence.before = note_answers
        harness.give(partition, [numbered(index) for index in range(50)])
        await harness.answered(50)
    assert answers == [50]
