"""How far the groups are behind: for the metrics, and for the liveness of the gate."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.ops.health import Progress
from streams.ops.metrics import Metrics

_log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0


class LagWatch:
    """Compares what the groups committed with the ends of their topics, seen from outside their clients."""

    def __init__(self, connection: Mapping[str, Any], groups: Mapping[str, str], metrics: Metrics) -> None:
        """`groups`: consumer group by topic."""
        self._connection = connection
        self._groups = groups
        self._metrics = metrics
        self._committed: dict[str, int] = {}
        self._behind: dict[str, int] = {}

    def progress(self, topic: str) -> Progress:
        """Whether the topic's group goes on. While the brokers are away nothing new is known, and nothing is judged."""
        return Progress(done=self._committed.get(topic, 0), has_work=self._behind.get(topic, 0) > 0)

    async def run(self) -> None:
        """Look until cancelled."""
        consumer = AIOKafkaConsumer(**self._connection, group_id=None, enable_auto_commit=False)
        admin = AIOKafkaAdminClient(**self._connection)
        await consumer.start()
        await admin.start()
        try:
            while True:
                await self._look_at_all(consumer, admin)
                await asyncio.sleep(LOOK_EVERY)
        finally:
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
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic) or ()]
        if not partitions:
            await consumer.topics()
            return
        ends = await consumer.end_offsets(partitions)
        starts = await consumer.beginning_offsets(partitions)
        stored = await admin.list_consumer_group_offsets(group)
        total = behind = 0
        for partition in partitions:
            known = stored.get(partition)
            committed = starts[partition] if known is None or known.offset < 0 else known.offset
            total += committed
            behind += max(0, ends[partition] - committed)
            self._metrics.lag(topic, partition.partition, ends[partition] - committed)
        self._committed[topic], self._behind[topic] = total, behind
