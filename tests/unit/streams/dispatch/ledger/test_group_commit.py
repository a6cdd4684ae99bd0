"""The journal writes what there is to write, in order, and nothing else."""

import asyncio

from streams.dispatch.ledger.group_commit import Journal
from streams.dispatch.ledger.ledger import Ledger, Step
from tests.unit.streams.dispatch.harness import Fence, Topic


async def test_an_empty_step_costs_no_transaction_and_is_done_after_the_earlier_ones() -> None:
    topic = Topic()
    journal = Journal(Ledger(), Fence(topic), lambda _step: None)
    running = asyncio.create_task(journal.run())
    await journal.submit(Step())
    assert topic.transactions == 0
    journal.submit(Step(next_offset=7))
    await journal.submit(Step())
    assert (topic.transactions, topic.offset) == (1, 7)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
