"""What tests of the gate need around it: records sent to it, and everything that came out, read back."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import faust
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

from mappers.model.sync_request import SyncRequest, decode_request
from streams.gate.app import create_gate
from streams.gate.ports import Publisher
from streams.gate.settings import GateSettings
from streams.topics import STATUS_CHANGES, SYNC_REQUESTS
from tests.builders import COMPANY_ID, encode, make_company, make_event
from tests.unit.streams.gate.fakes import CapturedLog, CountingMetrics

PATIENCE = 30.0
POLL = 0.02


def event_number(number: int, **overrides: Any) -> dict[str, Any]:
    """The status change of shipment `S<number>`; it triggers unless the overrides say otherwise."""
    return make_event(**{"event_id": f"e{number}", "shipment_id": f"S{number}"} | overrides)


def record(number: int, **overrides: Any) -> dict[str, Any]:
    """The same as the keyword arguments of a send."""
    return {"key": f"southern-beef/S{number}".encode(), "value": encode(event_number(number, **overrides))}


@dataclass
class RunningGate:
    """A started gate and what it says."""

    app: faust.App
    fatal: asyncio.Event
    metrics: CountingMetrics
    log: CapturedLog


@dataclass
class GateHarness:
    """One broker and one data folder, on which gates come and go."""

    servers: str
    folder: Path
    metrics: CountingMetrics = field(default_factory=CountingMetrics)

    @asynccontextmanager
    async def gate(self, *, publisher: Publisher | None = None) -> AsyncIterator[RunningGate]:
        """A gate that runs for the time of the block; its stop is bounded as the composition root bounds it."""
        settings = GateSettings(
            self.servers, "worker-1", self.folder, "0.1.0", session_timeout=6.0, heartbeat_interval=2.0
        )
        fatal, log = asyncio.Event(), CapturedLog()
        companies = {COMPANY_ID: make_company()}
        app = create_gate(
            settings, companies, self.metrics, log.logger, fatal, clock=lambda: datetime.now(UTC), publisher=publisher
        )
        app.loop = asyncio.get_running_loop()
        await app.start()
        try:
            yield RunningGate(app, fatal, self.metrics, log)
        finally:
            stopping = asyncio.create_task(app.stop())
            _, pending = await asyncio.wait([stopping], timeout=PATIENCE)
            assert not pending, "the gate does not stop"

    async def send(self, records: Sequence[Mapping[str, object]]) -> None:
        """Put records on partition 0 of the status changes, in order; each is the keyword arguments of a send."""
        async with AIOKafkaProducer(bootstrap_servers=self.servers, acks="all", max_request_size=2_000_000) as producer:
            for record in records:
                await producer.send_and_wait(STATUS_CHANGES, partition=0, **record)

    async def read(self, topic: str, count: int) -> list[ConsumerRecord]:
        """The records of the topic when it holds `count`; fails when it does not within the time."""
        async with AIOKafkaConsumer(topic, bootstrap_servers=self.servers, auto_offset_reset="earliest") as consumer:
            found: list[ConsumerRecord] = []
            async with asyncio.timeout(PATIENCE):
                while len(found) < count:
                    batches = await consumer.getmany(timeout_ms=100)
                    found += [record for batch in batches.values() for record in batch]
            return found

    async def requests(self, count: int) -> list[SyncRequest]:
        """The requests when there are `count`."""
        return [decode_request(each.value) for each in await self.read(SYNC_REQUESTS, count)]

    async def count(self, topic: str) -> int:
        """How many records the topic holds now."""
        async with AIOKafkaConsumer(topic, bootstrap_servers=self.servers) as consumer:
            partitions = [TopicPartition(topic, each) for each in consumer.partitions_for_topic(topic) or ()]
            return sum((await consumer.end_offsets(partitions)).values())

    async def committed(self) -> int | None:
        """The gate's committed offset on partition 0."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self.servers, group_id="shipledger-gate", enable_auto_commit=False
        )
        partition = TopicPartition(STATUS_CHANGES, 0)
        consumer.assign([partition])
        await consumer.start()
        try:
            offset: int | None = await consumer.committed(partition)
            return offset
        finally:
            await consumer.stop()

    async def until_counted(self, count: int) -> None:
        """Wait until the gate has counted so many events."""
        async with asyncio.timeout(PATIENCE):
            while self.metrics.events.total() < count:  # noqa: ASYNC110  # The count is the gate's, not an event.
                await asyncio.sleep(POLL)

    async def until_committed(self, offset: int) -> None:
        """Wait until the gate has committed up to `offset`."""
        async with asyncio.timeout(PATIENCE):
            while await self.committed() != offset:  # noqa: ASYNC110  # The offset is the broker's, not an event.
                await asyncio.sleep(POLL)
