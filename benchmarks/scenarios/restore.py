"""How long a new owner needs to read the ledger back."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from aiokafka import AIOKafkaProducer

from benchmarks.environment import PARTITIONS, Environment
from benchmarks.measures import MILLISECONDS, MOST, longest_turns, watched_turns
from benchmarks.options import Options
from benchmarks.organisations import company, invoice_number, shipment, shipment_id, tenant
from benchmarks.report import Report, Target
from deploy.testbed import make_request
from mappers.model import Action, DocumentRef, SyncRequest
from streams.dispatch.ledger import (
    OWNER_KEY,
    Ledger,
    Owner,
    Owners,
    Row,
    RowKey,
    SyncedDocument,
    encode_key,
    encode_value,
    transitions,
)
from streams.dispatch.ownership import HeldStore, LedgerTopic, PartitionStores, restore
from streams.topics import DOCUMENT_LEDGER

COLD, WARM = "empty disk", "disk as it was left"
MOST_SECONDS = {COLD: 4.0, WARM: 0.5}
FULL_SIZE = 200_000
NOTE = (
    "Every row is a finished shipment with its document, as the dispatcher writes it; the rows are spread evenly over "
    "the partitions, which are all restored at once in one process, as by the only worker of a group. CPU is of all "
    "its threads: on a machine that others use, it tells more than the seconds."
)


async def run(environment: Environment, options: Options) -> Report:
    """Fill the ledger topic, then take all its partitions over with the dispatcher's own code, twice."""
    await environment.fresh_topics()
    size = await _fill(environment.bootstrap_servers, options.rows)
    stores = PartitionStores(environment.folder / "restore")
    seconds: dict[str, float] = {}
    processor: dict[str, float] = {}
    turns: dict[str, float] = {}
    restored = 0
    for start in (COLD, WARM):
        topic = LedgerTopic({"bootstrap_servers": environment.bootstrap_servers}, _utc_now, time.monotonic)
        began, spent = time.monotonic(), time.process_time()
        async with watched_turns() as late:
            held = await asyncio.gather(*(_take_over(partition, topic, stores) for partition in range(PARTITIONS)))
        turns[start] = longest_turns(late)
        seconds[start], processor[start] = time.monotonic() - began, time.process_time() - spent
        restored = sum(len(ledger.rows) for _, ledger in held)
        for store, _ in held:
            store.close()
    return _report(restored, size, Took(seconds, processor, turns), options.rows)


async def _take_over(partition: int, topic: LedgerTopic, stores: PartitionStores) -> tuple[HeldStore, Ledger]:
    held = await stores.open(partition, await topic.trust(partition), _ignore)
    with stores.restoring():
        return held, await restore(held, partition, topic.connection, _utc_now)


def _ignore() -> None:
    """Nobody watches the progress."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def _fill(bootstrap_servers: str, rows: int) -> int:
    """Write the rows; returns the bytes of all values."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", linger_ms=20)
    await producer.start()
    size = 0
    try:
        for index, (key, value) in enumerate(_records(rows)):
            size += len(value)
            await producer.send(DOCUMENT_LEDGER, key=key, value=value, partition=index % PARTITIONS)
        for partition in range(PARTITIONS):
            mark = Owners(owners=(Owner(id="benchmark", after=_rows_in(partition, rows)),))
            await producer.send(DOCUMENT_LEDGER, key=OWNER_KEY, value=encode_value(mark), partition=partition)
        await producer.flush()
    finally:
        await producer.stop()
    return size


def _rows_in(partition: int, rows: int) -> int:
    return len(range(partition, rows, PARTITIONS))


def _records(rows: int) -> Iterator[tuple[bytes, bytes]]:
    now = datetime.now(UTC)
    for index in range(rows):
        number = index % PARTITIONS + 1
        key = RowKey(tenant(number), company(number), shipment_id(number, index))
        request = make_request(
            event_id=f"event-{index}",
            company_id=key.company_id,
            shipment_id=key.shipment_id,
            organisation=key.organisation,
            shipment=shipment(number, index),
        )
        row = _finished(request, _document(number, index), now)
        yield encode_key(key), encode_value(row) or b""


def _finished(request: SyncRequest, document: SyncedDocument, now: datetime) -> Row:
    _, taken = transitions.take(None, request, now)
    return transitions.processed(taken.row, Action.CREATED, document, (), now).row


def _document(number: int, index: int) -> SyncedDocument:
    reference = DocumentRef(
        type="invoice",
        number=invoice_number(number, index),
        xero_id=str(uuid5(NAMESPACE_URL, f"{number}/{index}")),
        xero_status="DRAFT",
        total="1265.63",
        currency="USD",
        url=f"https://go.xero.com/app/!sim01/invoicing/view/{uuid5(NAMESPACE_URL, f'{number}/{index}')}",
        content_hash="0" * 64,
    )
    return SyncedDocument(ref=reference, fingerprint="0" * 64)


@dataclass(frozen=True, slots=True)
class Took:
    """What each start cost: seconds, seconds of the processor, and the event loop's longest turns (p99.9)."""

    seconds: Mapping[str, float]
    processor: Mapping[str, float]
    turns: Mapping[str, float]

    def lines(self, restored: int) -> tuple[tuple[str, ...], ...]:
        """The table's."""
        return tuple(
            (
                start,
                f"{took:.2f}",
                f"{self.processor[start]:.2f}",
                f"{restored / took:,.0f}",
                f"{self.turns[start] * MILLISECONDS:.0f}",
            )
            for start, took in self.seconds.items()
        )


def _report(restored: int, size: int, took: Took, rows: int) -> Report:
    is_full = rows >= FULL_SIZE
    seconds, processor = took.seconds, took.processor
    return Report(
        name="restore",
        title=f"the ledger with {rows:,} finished rows, {size / 1e6:.0f} MB, {size / rows:.0f} bytes each",
        columns=("disk", "seconds", "CPU seconds", "rows per second", "turns p99.9 ms"),
        rows=took.lines(restored),
        targets=(
            Target("every row is restored", f"{restored:,}", restored == rows),
            *(
                Target(
                    f"{FULL_SIZE:,} rows, {start}: at most {most:g} s",
                    f"{seconds[start]:.2f} s",
                    seconds[start] <= most if is_full else None,
                )
                for start, most in MOST_SECONDS.items()
            ),
            *(
                Target(
                    f"{start}: turns of the event loop at p99.9 at most {MOST * MILLISECONDS:.0f} ms",
                    f"{turn * MILLISECONDS:.0f} ms",
                    turn <= MOST if is_full else None,
                )
                for start, turn in took.turns.items()
            ),
        ),
        notes=(NOTE,),
        figures={
            "rows": restored,
            "bytes": size,
            **{f"seconds, {start}": took for start, took in seconds.items()},
            **{f"CPU seconds, {start}": spent for start, spent in processor.items()},
            **{f"turns p99.9 seconds, {start}": turn for start, turn in took.turns.items()},
        },
    )
