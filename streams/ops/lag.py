"""How far the groups are behind, by partition: for the metrics, and for the liveness of gate and dispatcher.

It is seen from outside of the groups' own clients, so that a client that has stopped for good cannot hide it.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams.ops.bounded import bounded
from streams.ops.health import Progress
from streams.ops.peek import Waiting, first_waiting, last_time
from streams.topics import DEAD_LETTERS, TopicsMissingError, partitions_by_topic

log = structlog.get_logger(__name__)

LOOK_EVERY = 5.0
ANSWER_SECONDS = 10.0
TOPICS_SECONDS = 1.5
"""The first question of a look. It is asked of one broker after another, which with all of them away would last so long
that what waits for the brokers would pass for stuck.
"""
STOP_SECONDS = 2.0
MOST_FAILED_LOOKS = 2
"""Failed looks in a row after which nothing is known any more, and nothing is judged."""
LOOKS_BEFORE_OTHERS = 2
"""Failed looks after those, until the clients are made anew."""


class LagGauge(Protocol):
    """Where the lag is shown."""

    def lag(self, group: str, topic: str, partition: int, records: int) -> None:
        """Set how many records of the partition the group has not consumed yet."""
        ...

    def lag_seconds(self, group: str, topic: str, partition: int, seconds: float) -> None:
        """Set the age of the first of them; 0 where there is none."""
        ...

    def dead_letter_newest(self, timestamp: float) -> None:
        """Set when the newest dead letter came, in Unix seconds; 0 where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class WatchedGroup:
    """A consumer group and its topic. `owned` gives the partitions that this process has at present."""

    group: str
    topic: str
    owned: Callable[[], Collection[int]]


@dataclass(slots=True)
class _Known:
    """What the last look at a partition saw. `waiting`: a record, not only a transaction's marker."""

    committed: int
    end: int
    waiting: Waiting | None

    def is_told(self, end: int) -> bool:
        """Whether the first record that waits is known, for a topic that ends here."""
        return self.waiting.since is not None if self.waiting is not None else self.end == end


class _LastSeen(NamedTuple):
    """Where a partition ended, and when its last record came."""

    end: int
    at: datetime | None


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
        utc: Callable[[], datetime],
        look_every: float = LOOK_EVERY,
        dead_letters: str = DEAD_LETTERS,
    ) -> None:
        """`look_every`: seconds; `dead_letters`: their topic."""
        self._dead_letter_topic = dead_letters
        self._utc = utc
        self._dead_letters: dict[TopicPartition, _LastSeen] = {}
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
            str(partition.partition): Progress(done=known.committed, has_work=known.waiting is not None)
            for partition, known in self._known.items()
            if partition.topic == topic and partition.partition in owned
        }

    async def run(self) -> None:
        """Look until cancelled. Raises aiokafka's errors, OSError or TimeoutError where it cannot begin."""
        has_begun = False
        while True:
            clients = self._new_clients()
            try:
                await bounded(clients.consumer.start(), ANSWER_SECONDS, "the start of the lag's consumer")
                await bounded(clients.admin.start(), ANSWER_SECONDS, "the start of the lag's admin client")
                has_begun = True
                await self._look_while_answered(clients)
            except (KafkaError, OSError, TimeoutError) as error:
                if not has_begun:
                    raise
                log.debug("lag_unknown", error=repr(error)[:300])
            finally:
                self._failed = MOST_FAILED_LOOKS
                for end in (clients.admin.close(), clients.consumer.stop()):
                    with contextlib.suppress(Exception):
                        await bounded(end, STOP_SECONDS, "the end of a lag client")
            await asyncio.sleep(self._look_every)

    def _new_clients(self) -> _Clients:
        return _Clients(
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

    async def _look_while_answered(self, clients: _Clients) -> None:
        """Return when so many looks failed in a row that the clients had better be others.

        A connection may be open and silent. A look gives up sooner than aiokafka does, which would close it, so nobody
        ever would, and this watch, by which stuck partitions are found, would be blind from then on.
        """
        while self._failed < MOST_FAILED_LOOKS + LOOKS_BEFORE_OTHERS:
            await self._try_to_look(clients)
            await asyncio.sleep(self._look_every)

    async def _try_to_look(self, clients: _Clients) -> None:
        try:
            topics = [*(each.topic for each in self._groups), self._dead_letter_topic]
            clients.partitions = await bounded(partitions_by_topic(clients.admin, topics), TOPICS_SECONDS, "the topics")
            for group in self._groups:
                await self._look(clients, group)
        except (KafkaError, OSError, TimeoutError, TopicsMissingError) as error:
            self._failed += 1
            log.debug("lag_unknown", error=repr(error)[:300])
        else:
            self._failed = 0
            # By itself: a right that is missing on that topic must not keep the groups from being judged.
            with contextlib.suppress(KafkaError, OSError, TimeoutError):
                await self._look_at_dead_letters(clients)

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
            waiting = await self._waiting(clients.consumer, partition, max(committed, starts[partition]), ends)
            self._known[partition] = _Known(committed, ends[partition], waiting)
            self._show(group, partition, ends[partition] - committed, waiting)

    def _show(self, group: WatchedGroup, partition: TopicPartition, records: int, waiting: Waiting | None) -> None:
        series = group.group, group.topic, partition.partition
        self._metrics.lag(*series, 0 if waiting is None else records)
        if waiting is None:
            self._metrics.lag_seconds(*series, 0.0)
        elif waiting.since is not None:
            self._metrics.lag_seconds(*series, (self._utc() - waiting.since).total_seconds())

    async def _look_at_dead_letters(self, clients: _Clients) -> None:
        """Find out when the newest came; what has not grown since the last look is not read again."""
        topic = self._dead_letter_topic
        partitions = [TopicPartition(topic, number) for number in clients.partitions.get(topic, ())]
        if not partitions:
            return
        ends = await bounded(clients.consumer.end_offsets(partitions), ANSWER_SECONDS, "the ends")
        starts = await bounded(clients.consumer.beginning_offsets(partitions), ANSWER_SECONDS, "the starts")
        for each in partitions:
            before = self._dead_letters.get(each)
            if before is None or before.end != ends[each]:
                # A partition that does not answer in time is asked again at the next look.
                with contextlib.suppress(TimeoutError):
                    at = await last_time(clients.consumer, each, starts[each], ends[each])
                    self._dead_letters[each] = _LastSeen(ends[each], at)
        newest = max((seen.at for seen in self._dead_letters.values() if seen.at is not None), default=None)
        self._metrics.dead_letter_newest(0.0 if newest is None else newest.timestamp())

    async def _waiting(
        self, consumer: AIOKafkaConsumer, partition: TopicPartition, committed: int, ends: Mapping[TopicPartition, int]
    ) -> Waiting | None:
        """The first record that waits, if any. What has not changed since the last look is not asked for again."""
        before, end = self._known.get(partition), ends[partition]
        if committed >= end:
            return None
        if before is not None and before.committed == committed and before.is_told(end):
            return before.waiting
        return await first_waiting(consumer, partition, committed, end)
