"""docs/running.md, "Backup" and "Restore", as written: Kafka comes back from a copy that is older than Xero."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.kafka import LocalKafka
from deploy.simulator import Simulator
from deploy.testbed.stack import Stack
from deploy.testbed.topics import fresh_topics
from deploy.testbed.worker import WorkerProcess
from streams.cli.main import build
from tests.integration.upgrade.recording import ALL, REJECTED, answered, events, invoices
from tests.integration.upgrade.test_upgrade import SECONDS, running, settled

pytestmark = [pytest.mark.kafka, pytest.mark.long, pytest.mark.timeout(600)]

BEFORE, MEANWHILE, AFTER = range(6), range(6, 9), range(9, 12)


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[tuple[Stack, LocalKafka]]:
    async with LocalKafka.started(tmp_path / "kafka") as kafka, Simulator.started() as simulator:
        await fresh_topics(kafka.bootstrap_servers, 2)
        yield Stack(tmp_path, kafka.bootstrap_servers, simulator), kafka


@pytest.mark.parametrize("in_use", [False, True], ids=["stopped", "snapshot in use"])
async def test_a_restored_kafka_that_is_older_than_xero_doubles_nothing(
    stack: tuple[Stack, LocalKafka], tmp_path: Path, in_use: bool
) -> None:
    installation, kafka = stack
    topics, copy = tmp_path / "kafka/topics", tmp_path / "copy"
    async with running(installation) as worker:
        await installation.publish(events(BEFORE))
        await installation.complete_logs(worker, len(BEFORE), SECONDS)
        if in_use:
            await installation.publish(events(MEANWHILE))
            with frozen(kafka):
                await asyncio.to_thread(shutil.copytree, topics, copy)
    if not in_use:
        async with stopped(kafka):
            await asyncio.to_thread(shutil.copytree, topics, copy)
    async with running(installation) as worker:
        await installation.publish(events((*MEANWHILE, *AFTER)))
        logs = await settled(installation, worker)
    before = {each.number: each.document_id for each in invoices(installation.simulator)}
    assert len(before) == len(ALL) - 1

    async with stopped(kafka):
        for lost in (topics, worker.folder / "data"):
            await asyncio.to_thread(shutil.rmtree, lost)
        await asyncio.to_thread(shutil.copytree, copy, topics)
    await asyncio.to_thread(healthy, worker)
    async with running(installation) as worker:
        await installation.publish(events((*MEANWHILE, *AFTER)))
        again = await settled(installation, worker)
    assert {each.number: each.document_id for each in invoices(installation.simulator)} == before
    assert set(installation.written().values()) == {1}
    statuses = {log["shipment_id"]: log["sync_status"] for log in again}
    assert statuses.pop(f"SHP-{REJECTED:06}") == "REJECTED"
    assert set(statuses.values()) == {"PROCESSED"}
    old, new = answered(logs), answered(again)
    kept = [f"SHP-{index:06}" for index in BEFORE]
    assert [new[each] for each in kept] == [old[each] for each in kept]


def healthy(worker: WorkerProcess) -> None:
    done = CliRunner(env=worker._environment()).invoke(build(), ["doctor"])
    assert done.exit_code == 0, done.output


@asynccontextmanager
async def stopped(kafka: LocalKafka) -> AsyncIterator[None]:
    """The broker does not run meanwhile, and comes back on the same ports."""
    await kafka.stop()
    yield
    await kafka.start()


@contextmanager
def frozen(kafka: LocalKafka) -> Iterator[None]:
    """The broker stands still: what its files are then is what a snapshot at one moment has."""
    pid = kafka.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
