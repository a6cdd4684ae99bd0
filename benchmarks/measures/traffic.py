"""Both ends of the worker: status changes in, with their times; requests and outcomes out, with theirs."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.testbed import encode
from streams.topics import STATUS_CHANGES, SYNC_OUTCOMES, SYNC_REQUESTS


class TooLateError(Exception):
    """What a scenario waited for did not come."""


@dataclass
class Traffic:
    """Times are of `time.monotonic`, by shipment id, the first of each kind.

    `sent` is taken before the status change is handed to the producer; the others when a consumer that reads committed
    records has the record.
    """

    _producer: AIOKafkaProducer
    sent: dict[str, float] = field(default_factory=dict)
    requested: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    waited: dict[str, float] = field(default_factory=dict)
    statuses: dict[str, str] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @classmethod
    @asynccontextmanager
    async def watched(cls, bootstrap_servers: str) -> AsyncIterator["Traffic"]:
        """Watch from the topics' beginning until the block ends."""
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", linger_ms=0)
        consumer = AIOKafkaConsumer(
            SYNC_REQUESTS,
            SYNC_OUTCOMES,
            bootstrap_servers=bootstrap_servers,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            group_id=None,
        )
        await producer.start()
        await consumer.start()
        traffic = cls(producer)
        watching = asyncio.create_task(traffic._watch(consumer))
        try:
            yield traffic
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            await consumer.stop()
            await producer.stop()

    async def send(self, event: dict[str, Any]) -> None:
        """Publish one status change and wait for the broker's acknowledgement."""
        self.sent[event["shipment_id"]] = time.monotonic()
        await self._producer.send_and_wait(STATUS_CHANGES, key=_key(event), value=encode(event))

    async def send_all(self, events: Iterable[dict[str, Any]]) -> None:
        """Publish as fast as the broker takes them."""
        for event in events:
            self.sent[event["shipment_id"]] = time.monotonic()
            await self._producer.send(STATUS_CHANGES, key=_key(event), value=encode(event))
        await self._producer.flush()

    async def until(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Wait until what was seen meets the condition. Raises TooLateError."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(condition)
        except TimeoutError:
            seen = f"{len(self.sent)} events, {len(self.requested)} requests, {len(self.answered)} outcomes"
            raise TooLateError(f"{what} did not come within {seconds:g} s ({seen})") from None

    async def until_answered(self, shipments: Iterable[str], seconds: float) -> None:
        """Wait until every one of the shipments has its terminal outcome. Raises TooLateError, also for a rejection."""
        wanted = frozenset(shipments)
        await self.until(lambda: wanted <= self.answered.keys(), seconds, f"{len(wanted)} outcomes")
        bad = {shipment: self.statuses[shipment] for shipment in wanted if self.statuses[shipment] != "PROCESSED"}
        if bad:
            raise TooLateError(
                f"{len(bad)} of {len(wanted)} shipments were not processed: {dict(list(bad.items())[:3])}"
            )

    def delays(self, shipments: Iterable[str]) -> list[float]:
        """Seconds from event to outcome."""
        return [self.answered[shipment] - self.sent[shipment] for shipment in shipments]

    async def _watch(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            polled = await consumer.getmany(timeout_ms=1000)
            now = time.monotonic()
            for partition, records in polled.items():
                for record in records:
                    self._note(partition.topic, orjson.loads(record.value), now)
            async with self._news:
                self._news.notify_all()

    def _note(self, topic: str, value: dict[str, Any], now: float) -> None:
        shipment = value["shipment_id"]
        if topic == SYNC_REQUESTS:
            self.requested.setdefault(shipment, now)
        elif value["status"] == "WAITING":
            self.waited.setdefault(shipment, now)
        else:
            self.answered.setdefault(shipment, now)
            self.statuses.setdefault(shipment, value["status"])


def _key(event: dict[str, Any]) -> bytes:
    return f"{event['company_id']}/{event['shipment_id']}".encode()
