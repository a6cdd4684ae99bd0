"""How far the gate is behind, seen from outside: what nobody can read is no work that it leaves undone."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from prometheus_client import CollectorRegistry

from streams.app.clocks import utc_now
from streams.ops import LagWatch, Metrics, WatchedGroup
from streams.ops.health import Progress
from streams.topics import STATUS_CHANGES
from tests.integration.gate.harness import PATIENCE, GateHarness, record
from tests.integration.gate.senders import put, put_and_abort, put_and_commit, sender

PARTITIONS = 4


@asynccontextmanager
async def watched(harness: GateHarness) -> AsyncIterator[Callable[[], Progress]]:
    """Look at the gate's group all the time; yields what the liveness asks."""
    connection = {"bootstrap_servers": harness.servers}
    group = WatchedGroup("shipledger-gate", STATUS_CHANGES, owned=lambda: range(PARTITIONS))
    watch = LagWatch(connection, [group], Metrics(CollectorRegistry()), utc=utc_now, look_every=0.05)
    task = asyncio.create_task(watch.run())
    try:
        yield lambda: whole(watch.progress(STATUS_CHANGES).values())
    finally:
        task.cancel()
        await asyncio.wait([task])


def whole(partitions: Iterable[Progress]) -> Progress:
    """The partitions together: a test's few events lie in any of them."""
    known = tuple(partitions)
    return Progress(done=sum(each.done for each in known), has_work=any(each.has_work for each in known))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  # The condition is the broker's, not an event.
            await asyncio.sleep(0.01)


async def test_aborted_events_and_marks_of_transactions_are_no_work(harness: GateHarness) -> None:
    """The committed offset stays before them: a gate with nothing to do would be taken for stuck."""
    async with watched(harness) as progress, sender(harness) as producer:
        async with harness.gate():
            await put_and_commit(producer, 1)
            await put_and_abort(producer, 2)
            await harness.until_committed(1)
        await until(lambda: progress() == Progress(done=1, has_work=False))


async def test_what_lies_in_an_open_transaction_is_no_work(harness: GateHarness) -> None:
    async with watched(harness) as progress, sender(harness) as producer:
        await harness.send([record(0)])
        async with harness.gate():
            await harness.until_committed(1)
        await producer.begin_transaction()
        await put(producer, 1)
        await harness.send([record(2)])
        await until(lambda: progress() == Progress(done=1, has_work=False))
        await producer.commit_transaction()
        await until(lambda: progress().has_work)


async def test_a_committed_event_behind_aborted_ones_is_work(harness: GateHarness) -> None:
    async with watched(harness) as progress, sender(harness) as producer:
        await put_and_abort(producer, 1)
        await until(lambda: not progress().has_work)
        await put_and_commit(producer, 2)
        await until(lambda: progress().has_work)
        # Each look, also the later ones that examine what stays behind.
        for _ in range(20):
            await asyncio.sleep(0.05)
            assert progress().has_work
