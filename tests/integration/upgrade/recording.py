"""Records what a version leaves behind: `python -m tests.integration.upgrade.recording CHECKOUT ARCHIVE`.

CHECKOUT is a clone of that version with its environment in `.venv`. Its worker makes the topics, answers some
shipments, and is killed in the middle: one document is in Xero and the worker never heard of it, others wait behind it,
and more events follow that nobody has read. The archive has the broker's files, the worker's data folder, and what is
in Xero then.
"""

import asyncio
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from deploy.kafka import LocalKafka
from deploy.kafka.local_kafka import VOTERS
from deploy.kafka.properties import Ports
from deploy.simulator import Simulator
from deploy.simulator.books import Document
from deploy.simulator.state import Fault
from deploy.testbed.builders import ORGANISATION, make_shipment
from deploy.testbed.events import event
from deploy.testbed.ports import free_port
from deploy.testbed.stack import Stack, terminal_entries
from deploy.testbed.topics import set_topic
from deploy.testbed.worker import WorkerProcess
from streams.topics import SYNC_REQUESTS

ANSWERED = range(6)
REJECTED = 5
IN_DOUBT = 6
BEHIND = range(7, 10)
UNREAD = range(10, 12)
ALL = range(12)
DOCUMENTS = TypeAdapter(tuple[Document, ...])
PARTITIONS = "2"
_SECONDS = 60.0


def recorded_kafka(folder: Path) -> LocalKafka:
    """A broker on the folder, whatever ports were its own where it was recorded: its list of voters is fixed."""
    ports = Ports(free_port(), free_port())
    return LocalKafka(folder, ports=ports, settings={VOTERS: f"1@127.0.0.1:{ports.controller}"})


def shipment_event(index: int) -> dict[str, Any]:
    """The status change of a shipment; one of them has a customer that Xero does not know."""
    numbers = {"invoice_number": f"INV-{index:06}", "shipment_number": f"SHP-{index:06}"}
    known = {"buyer_code": "NOBODY"} if index == REJECTED else {}
    return event(index, shipment=make_shipment(**numbers, **known))


def events(indices: Iterable[int]) -> list[dict[str, Any]]:
    """Their status changes."""
    return [shipment_event(index) for index in indices]


def invoices(simulator: Simulator) -> tuple[Document, ...]:
    """What is in Xero beyond the seed."""
    book = simulator.state.organisations[ORGANISATION].book("invoice")
    return tuple(each for each in book if each.number.startswith("INV-0"))


async def record(checkout: Path, archive: Path) -> None:
    """Write the archive."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kafka = recorded_kafka(folder / "kafka")
        try:
            await kafka.start()
            async with Simulator.started() as simulator:
                await _run(checkout, folder, kafka.bootstrap_servers, simulator)
                (folder / "documents.json").write_bytes(DOCUMENTS.dump_json(invoices(simulator)))
        finally:
            # In order: its index files are then as long as what is in them.
            await kafka.stop()
        with tarfile.open(archive, "w:xz") as packed:
            for part in ("kafka/topics", "worker/data", "documents.json"):
                packed.add(folder / part, part)


async def _run(checkout: Path, folder: Path, broker: str, simulator: Simulator) -> None:
    stack = Stack(folder, broker, simulator)
    worker = stack.worker(checkout=checkout)
    _make_topics(checkout, broker)
    # What was recorded must not expire before it is read.
    await set_topic(broker, SYNC_REQUESTS, {"retention.ms": "-1"})
    worker.start()
    try:
        await worker.ready()
        await _leave(stack, worker)
    finally:
        worker.end()
    await stack.publish(events(UNREAD))


async def _leave(stack: Stack, worker: WorkerProcess) -> None:
    await stack.publish(events(ANSWERED))
    await stack.complete_logs(worker, len(ANSWERED), _SECONDS)
    stack.simulator.state.faults.add(Fault("PUT Invoices", "hold", apply=True))
    await stack.publish(events([IN_DOUBT]))
    await stack.until(lambda: f"INV-{IN_DOUBT:06}" in stack.written(), _SECONDS, "the document in doubt")
    await stack.publish(events(BEHIND))
    await _until_taken(worker, UNREAD.start)
    worker.kill()


async def _until_taken(worker: WorkerProcess, count: int) -> None:
    """Wait until the gate has made so many requests, and the dispatcher has taken them into the ledger."""
    async with asyncio.timeout(_SECONDS):
        while _taken(await worker.metrics()) < count:  # noqa: ASYNC110  # Only its metrics tell.
            await asyncio.sleep(0.1)


def _taken(metrics: str) -> float:
    found = re.search(r'^shipledger_requests_total\{result="accepted"\} (\S+)$', metrics, re.MULTILINE)
    return float(found[1]) if found else 0.0


def _make_topics(checkout: Path, broker: str) -> None:
    command = [str(checkout / ".venv/bin/python"), "-m", "streams.cli.main", "topics", "create"]
    variables = {"SHIPLEDGER_KAFKA__BOOTSTRAP_SERVERS": broker, "PATH": "/usr/bin:/bin"}
    subprocess.run([*command, "--partitions", PARTITIONS], check=True, env=variables, cwd=checkout)


def answered(logs: Iterable[dict[str, Any]]) -> dict[str, list[str]]:
    """The outcomes after which nothing more is to come, by shipment."""
    return {log["shipment_id"]: [each["outcome_id"] for each in terminal_entries(log)] for log in logs}


if __name__ == "__main__":
    asyncio.run(record(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
    print(json.dumps({"bytes": Path(sys.argv[2]).stat().st_size}))  # noqa: T201  # A script.
