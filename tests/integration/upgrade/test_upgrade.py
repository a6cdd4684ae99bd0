"""Today's worker over what the last version left: rows are read, nothing is answered or written twice."""

import asyncio
import re
import shutil
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.kafka import LocalKafka
from deploy.simulator import Simulator
from deploy.testbed.builders import ORGANISATION
from deploy.testbed.stack import Stack
from deploy.testbed.worker import WorkerProcess
from streams.cli.main import build
from tests.integration.upgrade.recording import (
    ALL,
    ANSWERED,
    BEHIND,
    DOCUMENTS,
    IN_DOUBT,
    REJECTED,
    UNREAD,
    answered,
    events,
    invoices,
    recorded_kafka,
)

RECORDED = sorted((Path(__file__).parents[2] / "samples/recorded").glob("*.tar.xz"))
SECONDS = 60.0

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]


@asynccontextmanager
async def left_behind(archive: Path, folder: Path) -> AsyncIterator[Stack]:
    """The broker, Xero and data folder as that version left them; no worker runs."""
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    kafka = recorded_kafka(folder / "kafka")
    try:
        await kafka.start()
        async with Simulator.started() as simulator:
            for document in DOCUMENTS.validate_json((folder / "documents.json").read_bytes()):
                simulator.state.organisations[ORGANISATION].book("invoice").put(document)
            yield Stack(folder, kafka.bootstrap_servers, simulator)
    finally:
        await kafka.stop()


@asynccontextmanager
async def running(stack: Stack) -> AsyncIterator[WorkerProcess]:
    """Today's worker on the data folder that is there, started as docs/running.md says."""
    worker = stack.worker()
    worker.start()
    try:
        await worker.ready()
        yield worker
    finally:
        worker.end()


def mend_topics(broker: LocalKafka | Stack) -> str:
    environment = {"SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": broker.bootstrap_servers}
    done = CliRunner(env=environment).invoke(build(), ["topics", "create", "--repair"])
    assert done.exit_code == 0, done.output
    return done.output


async def settled(stack: Stack, worker: WorkerProcess) -> list[dict[str, Any]]:
    """The logs of all shipments, once each has its end."""
    return await stack.complete_logs(worker, len(ALL), SECONDS)


def test_there_is_a_recording() -> None:
    assert RECORDED


@pytest.mark.parametrize("archive", RECORDED, ids=lambda path: str(path.name).partition(".")[0])
async def test_nothing_is_answered_or_written_twice_after_an_upgrade(archive: Path, tmp_path: Path) -> None:
    async with left_behind(archive, tmp_path) as stack:
        before = {each.number: each for each in invoices(stack.simulator)}
        assert "mended" in await asyncio.to_thread(mend_topics, stack)
        async with running(stack) as worker:
            logs = await settled(stack, worker)
            await in_order(stack, logs, before)
            await stack.publish(events(ALL))
            await until_known(worker, len(ALL))
            assert answered(await settled(stack, worker)) == answered(logs)
        shutil.rmtree(worker.folder / "data")
        async with running(stack) as worker:
            assert answered(await settled(stack, worker)) == answered(logs)
        assert stack.write_calls() > 0
        assert set(stack.written().values()) == {1}


async def in_order(stack: Stack, logs: list[dict[str, Any]], before: dict[str, Any]) -> None:
    """Each shipment has one end; what was in Xero is untouched, and the rest is there once."""
    ends = answered(logs)
    assert {len(each) for each in ends.values()} == {1}
    statuses = {log["shipment_id"]: log["entries"][0] for log in logs}
    rejected = statuses.pop(f"SHP-{REJECTED:06}")
    assert rejected["errors"][0]["code"] == "customer_not_found"
    assert {each["status"] for each in statuses.values()} == {"PROCESSED"}
    now = {each.number: each for each in invoices(stack.simulator)}
    in_doubt = f"INV-{IN_DOUBT:06}"
    # Found by its number. It is a draft that nobody has heard of: what today's rules say of its tax it gets (ADR 10).
    assert statuses[in_doubt.replace("INV", "SHP")]["action"] in ("recovered", "updated")
    assert {each.number: each.document_id for each in now.values()}[in_doubt] == before[in_doubt].document_id
    assert {number: now[number] for number in before if number != in_doubt} == {
        number: document for number, document in before.items() if number != in_doubt
    }
    assert set(now) - set(before) == {f"INV-{index:06}" for index in (*BEHIND, *UNREAD)}
    assert len(before) == len(ANSWERED) - 1 + 1  # Without the one that was rejected, with the one in doubt.


async def until_known(worker: WorkerProcess, count: int) -> None:
    """Wait until so many requests were found to be answered already."""
    async with asyncio.timeout(SECONDS):
        while known(await worker.metrics()) < count:  # noqa: ASYNC110  # Only its metrics tell.
            await asyncio.sleep(0.1)


def known(metrics: str) -> float:
    found = re.search(r'^shipledger_requests_total\{.*result="duplicate".*} (\S+)$', metrics, re.MULTILINE)
    return float(found[1]) if found else 0.0
