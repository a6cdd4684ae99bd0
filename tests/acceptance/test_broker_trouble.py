"""Brokers that die, freeze and come back, and workers that freeze: every event is answered, with one document each."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.kafka import LocalKafka
from deploy.testbed.events import event
from deploy.testbed.stack import Stack
from tests.brokers.cluster import LocalCluster
from tests.processes.stack import check_once, seeded, stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]

# `SHIPLEDGER_TROUBLE_RUNS=10` repeats the tests that draw their moments.
RUNS = range(int(os.environ.get("SHIPLEDGER_TROUBLE_RUNS", "1")))
REPEATED = [pytest.param(run, marks=[pytest.mark.long] if run else []) for run in RUNS]
SHIPMENTS = 600
MOST_CONNECTIONS = 200


async def written(stack: Stack, count: int) -> None:
    """Wait for so many documents."""
    await stack.until(lambda: len(stack.written()) >= count, 120, f"{count} documents")


async def all_answered(stack: Stack, count: int = SHIPMENTS, seconds: float = 150) -> None:
    """Every shipment has one document and one outcome."""
    logs = await stack.complete_logs(stack.workers[-1], count, seconds=seconds)
    check_once(stack, logs, count)


@asynccontextmanager
async def frozen(broker: LocalKafka) -> AsyncIterator[None]:
    """Stop the broker's process without ending its connections."""
    assert broker.pid is not None
    os.kill(broker.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(broker.pid, signal.SIGCONT)


@pytest.mark.parametrize("run", REPEATED)
async def test_the_broker_is_killed_three_times(own_kafka: Any, tmp_path: Path, run: int) -> None:
    del run
    chance, _ = seeded()
    async with stack_on(own_kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker()
        worker.start()
        await worker.ready()
        await stack.publish(event(index) for index in range(SHIPMENTS))
        for kill in range(3):
            await written(stack, chance.randrange(150 * kill + 20, 150 * kill + 150))
            own_kafka.kill()
            await asyncio.sleep(chance.uniform(0, 2))
            await own_kafka.start()
        await all_answered(stack)


@pytest.mark.long
async def test_the_broker_is_frozen_for_longer_than_a_commit_may_last(own_kafka: Any, tmp_path: Path) -> None:
    chance, _ = seeded()
    async with stack_on(own_kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker()
        worker.start()
        await worker.ready()
        await stack.publish(event(index) for index in range(300))
        await written(stack, chance.randrange(20, 200))
        async with frozen(own_kafka):
            await asyncio.sleep(20)
        await all_answered(stack, 300)


@pytest.mark.long
async def test_two_of_three_brokers_are_gone_for_a_while(tmp_path: Path) -> None:
    """Nothing can be committed meanwhile: every topic has three replicas, and two have to take each record."""
    chance, _ = seeded()
    async with (
        LocalCluster.started(tmp_path / "kafka") as cluster,
        stack_on(cluster.bootstrap_servers, tmp_path) as stack,
    ):
        worker = stack.worker()
        worker.start()
        await worker.ready(90)
        await stack.publish(event(index) for index in range(300))
        await written(stack, chance.randrange(20, 200))
        gone = chance.sample(cluster.brokers, 2)
        for broker in gone:
            broker.kill()
        await asyncio.sleep(18)
        await cluster.start()
        await all_answered(stack, 300)


@pytest.mark.long
@pytest.mark.parametrize("run", RUNS)
async def test_one_of_two_workers_is_frozen_three_times(kafka: Any, tmp_path: Path, run: int) -> None:
    del run
    chance, _ = seeded()
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        workers = [stack.worker(name) for name in ("one", "two")]
        for worker in workers:
            worker.start()
        for worker in workers:
            await worker.ready()
        flow = asyncio.create_task(stack.publish((event(index) for index in range(SHIPMENTS)), pause=0.1))
        for _ in range(3):
            await asyncio.sleep(chance.uniform(0.5, 3))
            one = chance.choice(workers)
            one.pause()
            await asyncio.sleep(chance.uniform(15, 25))
            one.unpause()
        await flow
        await all_answered(stack)


async def test_a_broker_that_is_gone_is_not_stormed(own_kafka: Any, tmp_path: Path) -> None:
    """All clients of a worker together; the address is there, and closes every connection at once."""
    connections = 0

    def count(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        writer.close()

    async with stack_on(own_kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker()
        worker.start()
        await worker.ready()
        await stack.publish(event(index) for index in range(300))
        await written(stack, 20)
        own_kafka.kill()
        host, port = own_kafka.bootstrap_servers.split(":")
        async with await asyncio.start_server(count, host, int(port)):
            await asyncio.sleep(5)
            first = connections
            await asyncio.sleep(5)
        assert 0 < first <= MOST_CONNECTIONS
        assert 0 < connections - first <= MOST_CONNECTIONS
        await own_kafka.start()
        await all_answered(stack, 300)
