"""A topic as it lies between two moments: read in the order of time, with no more in memory than was just fetched."""

import asyncio
import heapq
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from config.kafka import KafkaSettings
from streams.cli.errors import CommandFailedError
from streams.cli.kafka.brokers import administration, consumer
from streams.cli.kafka.records import EPOCH, Record, age, record_from
from streams.cli.terminal import say
from streams.topics import partitions_by_topic

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer, TopicPartition

_POLL_MS = 1_000
_MOST_POLLED = 500
_STALLED_SECONDS = 30.0

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a partition: from the offset `first` on, before `end`."""

    first: int
    end: int


Spans = Mapping[int, Span]
"""By partition."""


@asynccontextmanager
async def source_of(settings: KafkaSettings, topic: str) -> AsyncIterator["Source"]:
    """The topic, to be read. Raises CommandFailedError where it is missing or the brokers do not answer."""
    from aiokafka import TopicPartition  # noqa: PLC0415 - only commands that talk to Kafka pay for it.

    partitions = {number: TopicPartition(topic, number) for number in await _numbers(settings, topic)}
    async with consumer(settings, list(partitions.values())) as client:
        yield Source(client, partitions)


class Source:
    """The committed records of one topic."""

    def __init__(self, client: "AIOKafkaConsumer", partitions: "Mapping[int, TopicPartition]") -> None:
        self._client = client
        self._partitions = partitions

    async def spans(self, since: datetime | None = None) -> dict[int, Span]:
        """What each partition holds now, from the first record on that the brokers' index of times has at `since`."""
        every = list(self._partitions.values())
        begins = await self._client.beginning_offsets(every)
        ends = await self._client.end_offsets(every)
        firsts = begins if since is None else {**ends, **await self._at(since)}
        return {
            number: Span(min(max(begins[each], firsts[each]), ends[each]), ends[each])
            for number, each in self._partitions.items()
        }

    async def _at(self, since: datetime) -> "dict[TopicPartition, int]":
        """By partition, the offset of the first record of that time or later; those that have none are left out."""
        milliseconds = max(0, (since - EPOCH) // timedelta(milliseconds=1))
        found = await self._client.offsets_for_times(dict.fromkeys(self._partitions.values(), milliseconds))
        return {each: place.offset for each, place in found.items() if place is not None}

    async def records(self, spans: Spans, told: Told) -> AsyncGenerator[Record, None]:
        """The records of the spans, the oldest of the partitions' next ones first, so that each partition keeps its
        order and two readings have the same one. `told` hears of what cannot be read, which is left out.
        """
        parts = [
            _Part(self._client, self._partitions[number], span, told)
            for number, span in spans.items()
            if span.first < span.end
        ]
        for part in parts:
            part.begin()
        heads = [(age(record), record, part) for part in parts if (record := await part.next()) is not None]
        heapq.heapify(heads)
        while heads:
            _, record, part = heads[0]
            yield record
            following = await part.next()
            if following is None:
                heapq.heappop(heads)
            else:
                heapq.heapreplace(heads, (age(following), following, part))


class _Part:
    """A partition while its span is read."""

    def __init__(self, client: "AIOKafkaConsumer", partition: "TopicPartition", span: Span, told: Told) -> None:
        self._client = client
        self._partition = partition
        self._span = span
        self._told = told
        self._fetched: deque[Record] = deque()

    def begin(self) -> None:
        self._client.seek(self._partition, self._span.first)

    async def next(self) -> Record | None:
        """None at the end of the span. Raises CommandFailedError where the brokers give no more before it."""
        now = asyncio.get_running_loop().time
        progressed, position = now(), await self._client.position(self._partition)
        while not self._fetched and position < self._span.end:
            await self._fetch()
            # Markers of transactions are no records, and move the position too.
            before, position = position, await self._client.position(self._partition)
            progressed = now() if self._fetched or position != before else progressed
            if now() - progressed > _STALLED_SECONDS:
                place = f"{self._partition.topic}/{self._partition.partition}/{position}"
                raise CommandFailedError(f"Kafka gave no record for {_STALLED_SECONDS:g} s at {place}, before the end")
        return self._fetched.popleft() if self._fetched else None

    async def _fetch(self) -> None:
        batches = await self._client.getmany(self._partition, timeout_ms=_POLL_MS, max_records=_MOST_POLLED)
        for each in batches.get(self._partition, ()):
            if each.offset < self._span.end and _is_readable(each, self._told):
                self._fetched.append(record_from(each))


async def read(
    settings: KafkaSettings, topic: str, wanted: Callable[[Record], bool], limit: int | None
) -> list[Record]:
    """The oldest `limit` wanted records of the topic up to its present end (None: all of them), oldest first.

    Raises CommandFailedError where the topic is missing or the brokers do not answer.
    """
    found: list[Record] = []
    async with (
        source_of(settings, topic) as source,
        aclosing(source.records(await source.spans(), say_aside)) as records,
    ):
        async for record in records:
            if wanted(record):
                found.append(record)
            if len(found) == limit:
                break
    return found


def say_aside(line: str) -> None:
    """Print what is no part of the answer."""
    say(line, err=True)


async def _numbers(settings: KafkaSettings, topic: str) -> list[int]:
    async with administration(settings) as admin:
        partitions = await partitions_by_topic(admin, [topic])
    if topic not in partitions:
        raise CommandFailedError(f"The topic {topic} does not exist. Run: shipledger topics create")
    return partitions[topic]


def _is_readable(record: Any, told: Told) -> bool:
    """What could not be read is told, and is no record that may be shown or sent again."""
    from streams.reading import first_offset, poison_of  # noqa: PLC0415 - as above.

    poison = poison_of(record.value)
    if poison is not None:
        first = first_offset(record.value, record.offset)
        place = f"{record.topic}/{record.partition}/{first}" + (f" to {record.offset}" if first < record.offset else "")
        told(f"{place} left out ({poison.reason}): {poison.message}")
    return poison is None
