"""What is under way may end, for a bounded time, and nothing of the wait stays behind."""

import asyncio

from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered


async def test_a_drain_ends_in_time_though_nothing_is_committed() -> None:
    harness = Harness()
    partition = harness.own()
    partition.take([harness.record(numbered(1))])  # Nobody runs it, so that this is committed never.
    async with asyncio.timeout(5.0):
        await partition.drain(0.01)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_drain_that_is_cut_off_leaves_no_task_behind() -> None:
    """As where a worker is stopped in the midst of a rebalance: aiokafka cancels it."""
    harness = Harness()
    partition = harness.own()
    partition.take([harness.record(numbered(1))])
    draining = asyncio.create_task(partition.drain(60.0))
    for _ in range(3):
        await asyncio.sleep(0)
    draining.cancel()
    await asyncio.wait([draining])
    assert draining.cancelled()
    assert asyncio.all_tasks() == {asyncio.current_task()}
