"""What a ledger transaction costs by itself, with nothing of ours in it: `python -m benchmarks.floor`.

A record of the ledger and an outcome, with the consumed offset (as an intent goes) or without (as an answer does), one
at a time: each after a pause, and each right after the one before. Processor time is the client's alone.
"""

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaProducer, TopicPartition
from rich.table import Table

from benchmarks.environment import PARTITIONS
from benchmarks.measures import MILLISECONDS, Spread
from benchmarks.screen import new_console
from deploy.kafka import LocalKafka
from deploy.testbed import fresh_topics
from streams.app import tame_clients
from streams.dispatch.ledger import PartitionProducer, ProducerSettings
from streams.ops import LedgerFailure, LedgerStep
from streams.topics import DOCUMENT_LEDGER, SYNC_OUTCOMES, SYNC_REQUESTS

TIMES, WARM = 60, 10
PAUSE = 0.2
GROUP = "floor"


@dataclass(frozen=True, slots=True)
class Way:
    """How the transactions follow each other, and what is in them."""

    name: str
    offset: bool
    pause: float


WAYS = (
    Way("after a pause, with the offset", offset=True, pause=PAUSE),
    Way("after a pause", offset=False, pause=PAUSE),
    Way("right after another, with the offset", offset=True, pause=0.0),
    Way("right after another", offset=False, pause=0.0),
)


class Uncounted:
    """No metrics."""

    def ledger_transaction(self, step: LedgerStep, seconds: float) -> None:
        """Is not counted."""

    def ledger_failure(self, reason: LedgerFailure) -> None:
        """Is not counted."""


async def transact(producer: AIOKafkaProducer, number: int, *, offset: bool) -> float:
    """One transaction, and how many seconds it took."""
    began = time.monotonic()
    await producer.begin_transaction()
    sent = [
        await producer.send(DOCUMENT_LEDGER, key=b"row", value=b"x" * 1500, partition=0),
        await producer.send(SYNC_OUTCOMES, key=b"shipment", value=b"x" * 800),
    ]
    if offset:
        await producer.send_offsets_to_transaction({TopicPartition(SYNC_REQUESTS, 0): number}, GROUP)
    for each in sent:
        await each
    await producer.commit_transaction()
    return time.monotonic() - began


async def measure(producer: AIOKafkaProducer, way: Way) -> tuple[Spread, float]:
    """The times, and processor seconds of each."""
    for number in range(WARM):
        await transact(producer, number, offset=way.offset)
    times, began = [], time.process_time()
    for number in range(WARM, WARM + TIMES):
        await asyncio.sleep(way.pause)
        times.append(await transact(producer, number, offset=way.offset))
    return Spread.of(times), (time.process_time() - began) / TIMES


async def run(folder: Path) -> Table:
    """The table of all ways."""
    tame_clients()  # As the worker does.
    table = Table("a transaction", "p50 ms", "p95 ms", "CPU ms")
    async with LocalKafka.started(folder / "kafka") as kafka:
        await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
        settings = ProducerSettings({"bootstrap_servers": kafka.bootstrap_servers}, GROUP)
        ours = PartitionProducer(0, settings, Uncounted())
        await ours.start()
        for way in WAYS:
            spread, cpu = await measure(ours._producer, way)  # noqa: SLF001  # As the worker sets it up.
            times = (f"{spread.at(share) * MILLISECONDS:.1f}" for share in (0.5, 0.95))
            table.add_row(way.name, *times, f"{cpu * MILLISECONDS:.2f}")
        await ours.stop()
    return table


def main() -> None:
    """Run and print."""
    with tempfile.TemporaryDirectory(prefix="shipledger-floor-", ignore_cleanup_errors=True) as name:
        new_console().print(asyncio.run(run(Path(name))))


if __name__ == "__main__":
    main()
