"""Reading a topic as it is now and publishing records again, byte for byte."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.kafka import KafkaSettings
from mappers.model import kafka_time
from streams.cli.errors import CommandFailedError
from streams.cli.kafka.brokers import administration, consumer, producer
from streams.cli.terminal import say
from streams.topics import partitions_by_topic

if TYPE_CHECKING:
    from aiokafka import TopicPartition

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)
_POLL_MS = 1_000
_MOST_POLLED = 1_000
_STALLED_SECONDS = 30.0


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


async def read(
    settings: KafkaSettings, topic: str, wanted: Callable[[Record], bool], limit: int | None
) -> list[Record]:
    """The oldest `limit` wanted records of the topic up to its present end (None: all of them), oldest first.

    Raises CommandFailedError where the topic is missing or the brokers do not answer.
    """
    from aiokafka import TopicPartition  # noqa: PLC0415 - only commands that talk to Kafka pay for it.

    partitions = [TopicPartition(topic, number) for number in await _numbers(settings, topic)]
    async with consumer(settings, partitions) as client:
        await client.seek_to_beginning(*partitions)
        found = await _read_to(client, await client.end_offsets(partitions), wanted)
    return sorted(found, key=_age)[:limit]


async def publish(settings: KafkaSettings, records: Iterable[tuple[str, Record]]) -> int:
    """Publish each record's key, value, headers and time to the topic beside it; return how many, when brokers have
    them.

    With a time of its own, an event that says none would pass for newer than those that followed it.
    """
    now = datetime.now(UTC)
    async with producer(settings) as client:
        sent = [
            await client.send(
                topic,
                value=record.value,
                key=record.key,
                headers=list(record.headers),
                timestamp_ms=kept_time(record.recorded_at, now),
            )
            for topic, record in records
        ]
        await asyncio.gather(*sent)
    return len(sent)


def kept_time(recorded_at: datetime | None, now: datetime) -> int | None:
    """The record's time in milliseconds; None, for the time of now, where it has none, or one that brokers refuse."""
    if recorded_at is None or recorded_at > now:
        return None
    return (recorded_at - _EPOCH) // timedelta(milliseconds=1)


async def _numbers(settings: KafkaSettings, topic: str) -> list[int]:
    async with administration(settings) as admin:
        partitions = await partitions_by_topic(admin, [topic])
    if topic not in partitions:
        raise CommandFailedError(f"The topic {topic} does not exist. Run: shipledger topics create")
    return partitions[topic]


async def _read_to(client: Any, ends: Mapping["TopicPartition", int], wanted: Callable[[Record], bool]) -> list[Record]:
    found: list[Record] = []
    progressed = asyncio.get_running_loop().time()
    while behind := [each for each, end in ends.items() if await client.position(each) < end]:
        batches = await client.getmany(*behind, timeout_ms=_POLL_MS, max_records=_MOST_POLLED)
        now = asyncio.get_running_loop().time()
        progressed = now if batches else progressed
        if now - progressed > _STALLED_SECONDS:
            raise CommandFailedError(f"Kafka gave no record for {_STALLED_SECONDS:g} s, before the end of {behind}")
        records = [_record(each) for each_batch in batches.values() for each in each_batch if _is_readable(each)]
        found += [record for record in records if record.offset < _end(ends, record) and wanted(record)]
    return found


def _is_readable(record: Any) -> bool:
    """What could not be read is told, and is no record that may be shown or sent again."""
    from streams.reading import first_offset, poison_of  # noqa: PLC0415 - as above.

    poison = poison_of(record.value)
    if poison is not None:
        first = first_offset(record.value, record.offset)
        place = f"{record.topic}/{record.partition}/{first}" + (f" to {record.offset}" if first < record.offset else "")
        say(f"{place} left out ({poison.reason}): {poison.message}", err=True)
    return poison is None


def _age(record: Record) -> tuple[datetime, int, int]:
    """What records without a time come before."""
    return record.recorded_at or _NEVER, record.partition, record.offset


def _end(ends: Mapping["TopicPartition", int], record: Record) -> int:
    return next(end for each, end in ends.items() if each.partition == record.partition)


def _record(record: Any) -> Record:
    return Record(
        record.topic,
        record.partition,
        record.offset,
        kafka_time(record.timestamp),
        record.key,
        record.value,
        tuple(record.headers),
    )
