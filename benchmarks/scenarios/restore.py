"""How long a new owner needs to read the ledger back."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from aiokafka import AIOKafkaProducer

from benchmarks.environment import PARTITIONS, Environment
from benchmarks.options import Options
from benchmarks.organisations import company, invoice_number, shipment, shipment_id, tenant
from benchmarks.report import Report, Target
from deploy.testbed import make_request
from mappers.model import Action, DocumentRef, SyncRequest
from streams.dispatch.ledger import (
    Row,
    RowKey,
    SyncedDocument,
    encode_key,
    encode_value,
    restore,
    transitions,
)
from streams.topics import DOCUMENT_LEDGER

MOST_SECONDS = 30.0
FULL_SIZE = 200_000
NOTE = (
    "Every row is a finished shipment with its document, as the dispatcher writes it; the rows are spread evenly over "
    "the partitions, which are all restored at once in one process, as by the only worker of a group."
)


async def run(environment: Environment, options: Options) -> Report:
    """Fill the ledger topic, then read all its partitions back with the dispatcher's own code."""
    await environment.fresh_topics()
    size = await _fill(environment.bootstrap_servers, options.rows)
    connection = {"bootstrap_servers": environment.bootstrap_servers}
    began = time.monotonic()
    ledgers = await asyncio.gather(*(restore(partition, connection) for partition in range(PARTITIONS)))
    seconds = time.monotonic() - began
    return _report(sum(len(each.rows) for each in ledgers), size, seconds, options.rows)


async def _fill(bootstrap_servers: str, rows: int) -> int:
    """Write the rows; returns the bytes of all values."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", linger_ms=20)
    await producer.start()
    size = 0
    try:
        for index, (key, value) in enumerate(_records(rows)):
            size += len(value)
            await producer.send(DOCUMENT_LEDGER, key=key, value=value, partition=index % PARTITIONS)
        await producer.flush()
    finally:
        await producer.stop()
    return size


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


def _report(restored: int, size: int, seconds: float, rows: int) -> Report:
    met = seconds <= MOST_SECONDS if rows >= FULL_SIZE else None
    return Report(
        name="restore",
        title=f"the ledger with {rows:,} finished rows",
        columns=("rows restored", "megabytes", "bytes a row", "seconds", "rows per second"),
        rows=(
            (
                f"{restored:,}",
                f"{size / 1e6:.0f}",
                f"{size / rows:.0f}",
                f"{seconds:.2f}",
                f"{restored / seconds:,.0f}",
            ),
        ),
        targets=(
            Target("every row is restored", f"{restored:,}", restored == rows),
            Target(f"{FULL_SIZE:,} rows in seconds: at most {MOST_SECONDS:g}", f"{seconds:.1f} s", met),
        ),
        notes=(NOTE,),
        figures={"rows": restored, "bytes": size, "seconds": seconds},
    )
