"""The group commit writes what there is to write, in order, and nothing else."""

import asyncio

from streams.dispatch.ledger.group_commit import GroupCommit
from streams.dispatch.ledger.ledger import Ledger, LedgerTransaction
from tests.builders import OCCURRED_AT
from tests.fakes.row_store import MemoryRowStore
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
