"""How far the groups are behind: for the metrics, and for the liveness of the gate."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from streams.ops.health import Progress
from streams.ops.metrics import Metrics
from streams.ops.readable import ReadableRecords

_log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0


class LagWatch:
    """Compares what the groups committed with the ends of their topics, seen from outside their clients."""

    def __init__(
        self,
        connection: Mapping[str, Any],
        groups: Mapping[str, str],
        metrics: Metrics,
        *,
        look_every: float = LOOK_EVERY,
    ) -> None:
        """`groups`: consumer group by topic; `look_every`: seconds."""
        self._connection = connection
        self._groups = groups
        self._metrics = metrics
        self._look_every = look_every
        self._committed: dict[str, int] = {}
        self._behind: dict[str, int] = {}
        self._offsets: dict[TopicPartition, int] = {}
        self._readable = ReadableRecords(connection)

    def progress(self, topic: str) -> Progress:
        """Whether the topic's group goes on. While the brokers are away nothing new is known, and nothing is judged."""
        return Progress(done=self._committed.get(topic, 0), has_work=self._behind.get(topic, 0) > 0)

    async def run(self) -> None:
        """Look until cancelled."""
        # The end that counts is that of what is committed: an open transaction is its sender's affair.
        consumer = AIOKafkaConsumer(
            **self._connection, group_id=None, enable_auto_commit=False, isolation_level="read_committed"
        )
        admin = AIOKafkaAdminClient(**self._connection)
        await consumer.start()
        await admin.start()
        await self._readable.start()
        try:
            while True:
                await self._look_at_all(consumer, admin)
                await asyncio.sleep(self._look_every)
        finally:
            await self._readable.stop()
            await admin.close()
            await consumer.stop()

    async def _look_at_all(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient) -> None:
        for topic, group in self._groups.items():
            try:
                await self._look(consumer, admin, topic, group)
            except (KafkaError, TimeoutError) as error:
                self._behind[topic] = 0
                _log.debug("lag_unknown", topic=topic, error=repr(error))

    async def _look(self, consumer: AIOKafkaConsumer, admin: AIOKafkaAdminClient, topic: str, group: str) -> None:
        partitions = await _partitions(admin, topic)
        ends = await consumer.end_offsets(partitions)
        starts = await consumer.beginning_offsets(partitions)
        stored = await admin.list_consumer_group_offsets(group)
        committed = {each: _committed(stored.get(each), starts[each]) for each in partitions}
        behind = {each: max(0, ends[each] - committed[each]) for each in partitions}
        for partition in await self._readable.drained(self._unmoved(committed, behind), ends):
            behind[partition] = 0
        for partition, records in behind.items():
            self._metrics.lag(topic, partition.partition, records)
        self._committed[topic], self._behind[topic] = sum(committed.values()), sum(behind.values())

    def _unmoved(
        self, committed: Mapping[TopicPartition, int], behind: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, int]:
        """The offsets that are behind, and where they were at the last look, too."""
        unmoved = {each: at for each, at in committed.items() if behind[each] and self._offsets.get(each) == at}
        self._offsets.update(committed)
        return unmoved


async def _partitions(admin: AIOKafkaAdminClient, topic: str) -> list[TopicPartition]:
    # A consumer without topics knows none of them before its metadata is first renewed, after five minutes.
    (described,) = await admin.describe_topics([topic])
    return [TopicPartition(topic, each["partition"]) for each in described["partitions"]]


def _committed(stored: OffsetAndMetadata | None, start: int) -> int:
    return start if stored is None or stored.offset < 0 else int(stored.offset)
