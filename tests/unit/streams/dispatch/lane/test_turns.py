"""All organisations share one event loop: none of them keeps it for long."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

from mappers.model.company import DocumentType
from streams.dispatch.batch.ready_queue import ReadyQueue, Standing
from streams.dispatch.context import TURN_SECONDS
from streams.dispatch.lane.request_planner import RequestPlanner
from streams.dispatch.ledger.group_commit import GroupCommit
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import RowKey
from streams.dispatch.ledger.update import LedgerUpdate
from tests.builders import COMPANY_ID, ORGANISATION
from tests.fakes.row_store import MemoryRowStore
from tests.unit.streams.dispatch.harness import SETTINGS, Fence, Harness, IntentCheckingAccounting
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import OutOfQuotaError
from xero_client.port import ElementReply, Grant, Operation

SLOW_PLAN = 0.4 * TURN_SECONDS
"""Seconds that a plan seems to take each time the clock is asked."""


def slow_clock() -> Iterator[float]:
    return (index * SLOW_PLAN for index in count())


async def test_planning_lets_others_have_the_event_loop_after_a_few_plans() -> None:
    harness = Harness()
    ledger = Ledger(MemoryRowStore())
    group_commit = GroupCommit(ledger, Fence(harness.topic), lambda _transaction: None, harness.clock.utc)
    ready_queue = ReadyQueue(lambda _plan: Standing.SENDABLE)
    ready_at_turns: list[int] = []

    async def sleep(_seconds: float) -> None:
        ready_at_turns.append(len(ready_queue.ready()))

    clock = slow_clock()
    context = harness.context()

    def begin_update() -> LedgerUpdate:
        return LedgerUpdate(ledger, group_commit, harness.clock.utc())

    time = replace(context.time, sleep=sleep, cpu=lambda: next(clock))
    planner = RequestPlanner(
        context.references, context.companies, context.metrics, time, ledger, begin_update, ready_queue
    )
    update = begin_update()
    requests = [numbered(index) for index in range(20)]
    for request in requests:
        update.take(request)
    update.submit()
    work = [(RowKey(ORGANISATION, COMPANY_ID, each.shipment_id), each) for each in requests]
    assert not await planner.first_look(ORGANISATION, work)
    assert len(ready_queue.ready()) == len(requests)
    planned = [after - before for before, after in zip([0, *ready_at_turns], ready_at_turns, strict=False)]
    assert max(planned) <= 3
    assert sum(planned) >= len(requests) - 3


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
