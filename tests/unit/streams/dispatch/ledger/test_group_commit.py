"""The group commit writes what there is to write, in order, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from streams.dispatch.ledger.group_commit import MOST_BYTES, MOST_RECORDS, GroupCommit, PartitionLostError
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import DeadLetter, LedgerTransaction
from streams.dispatch.ledger.records import Record, RecordKey
from tests.builders import OCCURRED_AT
from tests.fakes.row_store import MemoryRowStore
from tests.outcome_builders import make_outcome
from tests.unit.streams.dispatch.harness import Fence, Topic


async def test_an_empty_transaction_costs_no_commit_and_is_done_after_the_earlier_ones() -> None:
    topic = Topic()
    group_commit = GroupCommit(Ledger(MemoryRowStore()), Fence(topic), lambda _transaction: None, lambda: OCCURRED_AT)
    running = asyncio.create_task(group_commit.run())
    await group_commit.submit(LedgerTransaction())
    assert topic.transactions == 0
    group_commit.submit(LedgerTransaction(next_offset=7))
    await group_commit.submit(LedgerTransaction())
    assert (topic.transactions, topic.offset) == (1, 7)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@asynccontextmanager
async def running(topic: Topic, deferred_seconds: float) -> AsyncIterator[GroupCommit]:
    group_commit = GroupCommit(
        Ledger(MemoryRowStore()), Fence(topic), lambda _transaction: None, lambda: OCCURRED_AT, deferred_seconds
    )
    task = asyncio.create_task(group_commit.run())
    yield group_commit
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_nobody_waits_for_is_committed_with_the_next_that_somebody_waits_for() -> None:
    topic = Topic()
    async with running(topic, deferred_seconds=60.0) as group_commit:
        deferred = group_commit.submit(LedgerTransaction(next_offset=1), deferred=True)
        for offset in (2, 3):
            group_commit.submit(LedgerTransaction(next_offset=offset), deferred=True)
            await asyncio.sleep(0)
        assert topic.transactions == 0
        async with asyncio.timeout(60):
            await group_commit.submit(LedgerTransaction(next_offset=4))
        assert deferred.done()
        assert (topic.transactions, topic.offset) == (1, 4)


async def test_what_nobody_waits_for_is_committed_after_a_while_by_itself() -> None:
    topic = Topic()
    async with running(topic, deferred_seconds=0.02) as group_commit:
        async with asyncio.timeout(60):
            await group_commit.submit(LedgerTransaction(next_offset=1), deferred=True)
        assert topic.transactions == 1


async def test_what_came_during_a_commit_waits_for_its_own_time() -> None:
    """Else each poll of a busy input would be a transaction of its own."""
    topic = Topic()
    async with running(topic, deferred_seconds=60.0) as group_commit:
        first = group_commit.submit(LedgerTransaction(next_offset=1))
        await asyncio.sleep(0)
        group_commit.submit(LedgerTransaction(next_offset=2), deferred=True)
        await first
        for _ in range(10):
            await asyncio.sleep(0)
        assert topic.transactions == 1


async def test_a_drain_and_a_long_queue_do_not_wait() -> None:
    topic = Topic()
    async with running(topic, deferred_seconds=60.0) as group_commit:
        group_commit.submit(LedgerTransaction(next_offset=1), deferred=True)
        async with asyncio.timeout(60):
            await group_commit.drained()
        assert topic.offset == 1
        many: dict[RecordKey, Record | None] = {("intent", str(index)): None for index in range(MOST_RECORDS)}
        async with asyncio.timeout(60):
            await group_commit.submit(LedgerTransaction(records=many), deferred=True)
        assert topic.transactions == 2


def letter(size: int) -> LedgerTransaction:
    return LedgerTransaction(dead_letters=[DeadLetter(None, b"x" * size, ())])


async def test_a_transaction_is_bounded_in_bytes_unless_one_step_alone_is_larger() -> None:
    """500 records of 900 kB would not be committed within the producer's time limit, and be lost again and again."""
    topic = Topic()
    written: list[int] = []
    fence = Fence(topic)
    fence.before = lambda transaction: written.append(transaction.size)
    group_commit = GroupCommit(Ledger(MemoryRowStore()), fence, lambda _transaction: None, lambda: OCCURRED_AT, 60.0)
    for size in (MOST_BYTES // 2, MOST_BYTES // 2, MOST_BYTES // 2, 2 * MOST_BYTES, 1):
        group_commit.submit(letter(size), deferred=True)
    assert group_commit.backlog_bytes == 7 * MOST_BYTES // 2 + 1
    task = asyncio.create_task(group_commit.run())
    await asyncio.wait_for(group_commit.drained(), 60)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert written == [MOST_BYTES, MOST_BYTES // 2, 2 * MOST_BYTES, 1]
    assert group_commit.backlog_bytes == 0


async def test_bytes_that_fill_a_transaction_wait_for_nobody() -> None:
    topic = Topic()
    async with running(topic, deferred_seconds=60.0) as group_commit:
        async with asyncio.timeout(60):
            await group_commit.submit(letter(MOST_BYTES), deferred=True)
    assert len(topic.dead_letters) == 1


async def test_what_is_deferred_waits_less_where_it_has_an_answer() -> None:
    """Somebody reads the answers; what is only taken in may wait longer."""
    topic = Topic()
    async with running(topic, deferred_seconds=60.0) as group_commit:
        group_commit.submit(LedgerTransaction(next_offset=1), deferred=True)
        async with asyncio.timeout(60):
            await group_commit.submit(LedgerTransaction(outcomes=[make_outcome()], next_offset=2), deferred=True)
        assert (topic.transactions, topic.offset) == (1, 2)


async def test_a_transaction_that_may_have_failed_is_the_end_for_all_who_wait_and_all_who_come() -> None:
    """Nobody acts on what may not be durable: neither its own callers nor those behind it."""
    topic = Topic()
    fence = Fence(topic)
    told: list[LedgerTransaction] = []
    group_commit = GroupCommit(Ledger(MemoryRowStore()), fence, told.append, lambda: OCCURRED_AT)

    def fail(_transaction: LedgerTransaction) -> None:
        raise PartitionLostError

    fence.after = fail  # It is in the topic, and the owner cannot know that.
    task = asyncio.create_task(group_commit.run())
    first = group_commit.submit(LedgerTransaction(next_offset=1))
    await asyncio.sleep(0)
    behind = group_commit.submit(LedgerTransaction(next_offset=2))
    for waiting in (task, first, behind):
        with pytest.raises(PartitionLostError):
            await asyncio.wait_for(waiting, 60)
    with pytest.raises(PartitionLostError):
        group_commit.submit(LedgerTransaction(next_offset=3))
    assert (topic.transactions, told) == (1, [])
