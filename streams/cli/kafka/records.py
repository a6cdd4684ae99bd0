"""A Kafka record as it lies in its topic, and publishing records again, byte for byte."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from config.kafka import KafkaSettings
from mappers.model import kafka_time, sent_kafka_time
from streams.cli.kafka.brokers import producer

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)
_ACKNOWLEDGED_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record as it lies in its topic. `recorded_at`: None where it has none, or one beyond the calendar."""

    topic: str
    partition: int
    offset: int
    recorded_at: datetime | None
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]

    def header(self, name: str) -> str:
        """The header's text; "" where it is absent."""
        return next((value.decode(errors="replace") for key, value in self.headers if key == name and value), "")

    @property
    def place(self) -> str:
        """`partition/offset`."""
        return f"{self.partition}/{self.offset}"


def age(record: Record) -> tuple[datetime, int, int]:
    """What older records come first by; those without a time come before all."""
    return record.recorded_at or _NEVER, record.partition, record.offset


def record_from(record: Any) -> Record:
    """The record of Kafka's client."""
    return Record(
        record.topic,
        record.partition,
        record.offset,
        kafka_time(record.timestamp),
        record.key,
        record.value,
        tuple(record.headers),
    )


async def publish(settings: KafkaSettings, records: Iterable[tuple[str, Record]]) -> int:
    """Publish each record's key, value, headers and time to the topic beside it; return how many, when brokers have
    them.
    """
    async with producer(settings) as client:
        return await send(client, records)


async def send(client: "AIOKafkaProducer", records: Iterable[tuple[str, Record]]) -> int:
    """As `publish`, by a producer that runs. Raises TimeoutError where no broker acknowledges them.

    With a time of its own, an event that says none would pass for newer than those that followed it.
    """
    now = datetime.now(UTC)
    async with asyncio.timeout(_ACKNOWLEDGED_SECONDS):
        sent = [
            await client.send(
                topic,
                value=record.value,
                key=record.key,
                headers=list(record.headers),
                timestamp_ms=sent_kafka_time(record.recorded_at, now),
            )
            for topic, record in records
        ]
        await asyncio.gather(*sent)
    return len(sent)
