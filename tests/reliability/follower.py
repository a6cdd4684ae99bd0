"""All that the topics show, as a downstream service would read it: committed records, duplicates included."""

import asyncio
import contextlib
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from streams.topics import TopicNames


@dataclass
class Shown:
    """What has been read so far."""

    topics: TopicNames
    outcomes: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """Terminal ones, by the event they answer, each as often as it is in the topic."""
    requests: Counter[str] = field(default_factory=Counter)
    letters: Counter[bytes] = field(default_factory=Counter)

    def take(self, record: "ConsumerRecord[bytes, bytes]") -> None:
        """One more record."""
        if record.topic == self.topics.dead_letters:
            self.letters[record.value or b""] += 1
            return
        value = json.loads(record.value or b"{}")
        if record.topic == self.topics.sync_requests:
            self.requests[value["request_id"]] += 1
        elif value["status"] != "WAITING":
            self.outcomes[value["event_id"]].append(value)


@asynccontextmanager
async def following(bootstrap_servers: str, topics: TopicNames) -> AsyncIterator[Shown]:
    """Read for the time of a `with` block, whatever becomes of the brokers."""
    shown = Shown(topics)
    reading = asyncio.create_task(_read(bootstrap_servers, shown))
    try:
        yield shown
    finally:
        reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reading


async def _read(bootstrap_servers: str, shown: Shown) -> None:
    """From the beginning, or from where the last consumer was lost."""
    names = (shown.topics.sync_outcomes, shown.topics.sync_requests, shown.topics.dead_letters)
    at: dict[TopicPartition, int] = {}
    while True:
        try:
            await _consume(bootstrap_servers, names, shown, at)
        except (KafkaError, OSError):
            await asyncio.sleep(0.5)


async def _consume(bootstrap_servers: str, names: tuple[str, ...], shown: Shown, at: dict[TopicPartition, int]) -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        metadata_max_age_ms=2000,
    )
    await consumer.start()
    try:
        partitions = [TopicPartition(name, each) for name in names for each in await _partitions(consumer, name)]
        consumer.assign(partitions)
        for each in partitions:
            consumer.seek(each, at.get(each, 0))
        while True:
            for partition, records in (await consumer.getmany(timeout_ms=200)).items():
                for record in records:
                    shown.take(record)
                    at[partition] = record.offset + 1
    finally:
        await consumer.stop()


async def _partitions(consumer: AIOKafkaConsumer, name: str) -> set[int]:
    await consumer._client.force_metadata_update()  # A consumer without subscription has heard of no topic.
    consumer._client.add_topic(name)
    async with asyncio.timeout(30):
        while not (found := consumer.partitions_for_topic(name)):
            await asyncio.sleep(0.05)
            await consumer._client.force_metadata_update()
    return set(found)
