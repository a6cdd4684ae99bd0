"""How far the groups are behind, by partition: for the metrics, and for the liveness of gate and dispatcher.

It is seen from outside of the groups' own clients, so that a client that has stopped for good cannot hide it.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.ops.bounded import bounded
from streams.ops.health import Progress
from streams.topics import TopicsMissingError, partitions_by_topic

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0
ANSWER_SECONDS = 10.0
STOP_SECONDS = 2.0
PEEK_SECONDS = 1.0
MOST_FAILED_LOOKS = 2
"""Failed looks in a row after which nothing is known any more, and nothing is judged."""


class LagGauge(Protocol):
    """Where the lag is shown."""

    def lag(self, group: str, topic: str, partition: int, records: int) -> None:
        """Set how many records of the partition the group has not consumed yet."""
        ...


@dataclass(frozen=True, slots=True)
class WatchedGroup:
    """A consumer group and its topic. `owned` gives the partitions that this process has at present."""

    group: str
    topic: str
    owned: Callable[[], Collection[int]]


@dataclass(slots=True)
class _Known:
    """What the last look at a partition saw. `behind`: a record, not only a transaction's marker, waits."""

    committed: int
    end: int
    behind: bool


@dataclass(slots=True)
class _Clients:
    consumer: AIOKafkaConsumer
    admin: AIOKafkaAdminClient
    partitions: dict[str, list[int]] = field(default_factory=dict)


class LagWatch:
    """Compares what each group committed with the last record of each partition."""

    def __init__(
        self,
        connection: Mapping[str, Any],
        groups: Sequence[WatchedGroup],
        metrics: LagGauge,
        *,
        look_every: float = LOOK_EVERY,
    ) -> None:
        """`look_every`: seconds."""
        self._connection = connection
        self._look_every = look_every
        self._groups = groups
        self._metrics = metrics
        self._known: dict[TopicPartition, _Known] = {}
        self._failed = MOST_FAILED_LOOKS

    @property
    def reaches_kafka(self) -> bool:
        """Whether the brokers answered lately."""
        return self._failed < MOST_FAILED_LOOKS

    def progress(self, topic: str) -> dict[str, Progress]:
        """Whether the group goes on in each partition of ours. Nothing is judged while the brokers are away."""
        if not self.reaches_kafka:
            return {}
        owned = next(set(each.owned()) for each in self._groups if each.topic == topic)
        return {
            str(partition.partition): Progress(done=known.committed, has_work=known.behind)
            for partition, known in self._known.items()
            if partition.topic == topic and partition.partition in owned
        }

    async def run(self) -> None:
        """Look until cancelled. Raises aiokafka's errors, OSError or TimeoutError where it cannot begin."""
        clients = _Clients(
            # Read committed: what lies behind open transactions of senders is no stall of ours.
            AIOKafkaConsumer(
                **self._connection,
                group_id=None,
                enable_auto_commit=False,
                isolation_level="read_committed",
                auto_offset_reset="earliest",
                max_partition_fetch_bytes=1,
            ),
            AIOKafkaAdminClient(**self._connection),
        )
        try:
            await bounded(clients.consumer.start(), ANSWER_SECONDS, "the start of the lag's consumer")
            await bounded(clients.admin.start(), ANSWER_SECONDS, "the start of the lag's admin client")
            while True:
                await self._try_to_look(clients)
                await asyncio.sleep(self._look_every)
        finally:
            self._failed = MOST_FAILED_LOOKS
            for end in (clients.admin.close(), clients.consumer.stop()):
                with contextlib.suppress(Exception):
                    await bounded(end, STOP_SECONDS, "the end of a lag client")

    async def _try_to_look(self, clients: _Clients) -> None:
        try:
            clients.partitions = await bounded(
                partitions_by_topic(clients.admin, [each.topic for each in self._groups]), ANSWER_SECONDS, "the topics"
            )
            for group in self._groups:
                await self._look(clients, group)
        except (KafkaError, OSError, TimeoutError, TopicsMissingError) as error:
            self._failed += 1
            log.debug("lag_unknown", error=repr(error)[:300])
        else:
            self._failed = 0

    async def _look(self, clients: _Clients, group: WatchedGroup) -> None:
        partitions = [TopicPartition(group.topic, number) for number in clients.partitions.get(group.topic, ())]
        ends = await bounded(clients.consumer.end_offsets(partitions), ANSWER_SECONDS, "the ends")
        starts = await bounded(clients.consumer.beginning_offsets(partitions), ANSWER_SECONDS, "the starts")
        stored = await bounded(
            clients.admin.list_consumer_group_offsets(group.group), ANSWER_SECONDS, "the group's offsets"
        )
        for partition in partitions:
            known = stored.get(partition)
            committed = starts[partition] if known is None or known.offset < 0 else known.offset
            behind = await self._is_behind(clients.consumer, partition, max(committed, starts[partition]), ends)
            self._known[partition] = _Known(committed, ends[partition], behind)
            records = ends[partition] - committed if behind else 0
            self._metrics.lag(group.group, group.topic, partition.partition, records)

    async def _is_behind(
        self, consumer: AIOKafkaConsumer, partition: TopicPartition, committed: int, ends: Mapping[TopicPartition, int]
    ) -> bool:
        """Whether a record waits. A partition that moves is not asked closely, nor one where nothing has changed."""
        before, end = self._known.get(partition), ends[partition]
        if committed >= end:
            return False
        if before is None or before.committed != committed:
            return True
        if before.end == end and not before.behind:
            return False
        return await _has_record(consumer, partition, committed, end)


async def _has_record(consumer: AIOKafkaConsumer, partition: TopicPartition, start: int, end: int) -> bool:
    """Whether anything can be read between the offsets: the markers of transactions take offsets too."""
    consumer.assign([partition])
    try:
        consumer.seek(partition, start)
        async with asyncio.timeout(PEEK_SECONDS):
            while await consumer.position(partition) < end:
                if await consumer.getmany(partition, timeout_ms=100, max_records=1):
                    return True
    except TimeoutError:
        return True  # Nothing speaks against it.
    finally:
        consumer.unsubscribe()
    return False
