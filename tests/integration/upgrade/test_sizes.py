"""docs/running.md, "Sizes", as written: what a shipment takes on the brokers' disks."""

import re
from pathlib import Path

import pytest

from deploy.kafka import LocalKafka
from deploy.simulator import Simulator
from deploy.testbed.builders import make_line, make_shipment
from deploy.testbed.events import event
from deploy.testbed.stack import Stack
from deploy.testbed.topics import fresh_topics
from tests.integration.upgrade.test_upgrade import SECONDS, running

pytestmark = [pytest.mark.kafka, pytest.mark.long, pytest.mark.timeout(300)]

PAGE = Path(__file__).parents[3] / "docs/running.md"
ROW = re.compile(
    r"^\| Kafka, for a shipment of one line and one copy \| status change ([\d.]+) kB .*request ([\d.]+) kB .*"
    r"outcome ([\d.]+) kB, ledger ([\d.]+) kB until it is compacted .*100 lines has about (\d+) kB in each of "
    r"the first two, and (\d+) kB in the ledger",
    re.MULTILINE,
)
TOPICS = ("status_changes", "sync_requests", "sync_outcomes", "document_ledger")
SMALL, LARGE = 200, 20
ROUNDED = 0.2


def promised() -> tuple[dict[str, float], dict[str, float]]:
    """The page's kB by topic for a shipment of one line, and for one of a hundred."""
    found = ROW.search(PAGE.read_text())
    assert found, "the page's row has other words"
    change, request, outcome, ledger, large, large_ledger = map(float, found.groups())
    return (
        dict(zip(TOPICS, (change, request, outcome, ledger), strict=True)),
        dict(zip(TOPICS, (large, large, outcome, large_ledger), strict=True)),
    )


async def taken(folder: Path, count: int, lines: int) -> dict[str, float]:
    """The kB a shipment that are on the broker's disk once so many of them are answered, by topic."""
    async with LocalKafka.started(folder / "kafka") as kafka, Simulator.started() as simulator:
        await fresh_topics(kafka.bootstrap_servers, 2)
        stack = Stack(folder, kafka.bootstrap_servers, simulator)
        async with running(stack) as worker:
            await stack.publish(shipment_event(index, lines) for index in range(count))
            await stack.complete_logs(worker, count, SECONDS)
        assert len(stack.written()) == count
        return {topic: on_disk(folder, getattr(stack.topics, topic)) / count / 1000 for topic in TOPICS}


def shipment_event(index: int, lines: int) -> dict[str, object]:
    of = {
        "invoice_number": f"INV-{index:06}",
        "shipment_number": f"SHP-{index:06}",
        "lines": [make_line(line_number=number) for number in range(1, lines + 1)],
    }
    return event(index, shipment=make_shipment(**of))


def on_disk(folder: Path, topic: str) -> int:
    """Bytes of the topic's records; the index files, which are made longer beforehand, are not counted."""
    return sum(each.stat().st_size for each in (folder / "kafka/topics").glob(f"{topic}-[0-9]*/*.log"))


async def test_a_shipment_takes_on_the_brokers_what_the_page_says(tmp_path: Path) -> None:
    small, large = promised()
    assert await taken(tmp_path / "small", SMALL, 1) == pytest.approx(small, rel=ROUNDED)
    assert await taken(tmp_path / "large", LARGE, 100) == pytest.approx(large, rel=ROUNDED)
