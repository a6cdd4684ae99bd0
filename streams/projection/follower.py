"""Follows the topics without a consumer group: every worker reads every partition, from where its own disk says.

Rows and offsets lie in one write, so nothing is lost or folded twice, whenever the process ends. Whatever fails, the
follower starts again from the disk; while it cannot follow, what is folded can still be read, and readiness says why.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from mappers.model import FollowedPartition, Following
from streams.ops import Part, Progress, bounded
from streams.projection.consumers import Source, close
from streams.projection.freshness import FreshnessWatch
from streams.projection.ingest import Ingest, in_parts
from streams.projection.key_value import StoreDamagedError, StoreError
from streams.projection.resume_point import ResumePoint, TopicReplacedError, resume_point
from streams.projection.store import ProjectionStore
from streams.topics import TopicsMissingError

Answer = TypeVar("Answer")

_log = structlog.get_logger(__name__)

POLL_MILLISECONDS = 200
POLL_RECORDS = 200
START_SECONDS = 30.0
# It has no consumer group; this is its name beside those that have one.
GROUP = "projection"
SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0
# What stands still is counted by looking at all of it: at most a twentieth of the time goes into that.
COUNT_EVERY, COUNT_SHARE = 15.0, 0.05


class ProjectionMetrics(Protocol):
    """What the follower shows."""

    def lag(self, group: str, topic: str, partition: int, records: int) -> None:
        """Set how many records are not folded yet."""
        ...

    def partitions_owned(self, part: Part, count: int) -> None:
        """Set how many partitions are followed."""
        ...

    def attention(self, shipments: Mapping[tuple[str, str], int]) -> None:
        """Set how many shipments stand still, by company and cause."""
        ...

    def restored(self, part: Part, seconds: float) -> None:
        """Record how long it took to catch up after a start."""
        ...


class PartitionsChangedError(Exception):
    """A topic has more partitions than are followed."""


# These need no traceback: the message says it all.
_EXPECTED = (KafkaError, OSError, StoreError, TopicReplacedError, TopicsMissingError, PartitionsChangedError)


class Follower:
    """Keeps the store up to date. `run` is one task; the rest answers from memory."""

    def __init__(
        self,
        store: ProjectionStore,
        ingest: Ingest,
        source: Source,
        metrics: ProjectionMetrics,
        *,
        monotonic: Callable[[], float],
    ) -> None:
        self._store = store
        self._ingest = ingest
        self._source = source
        self._metrics = metrics
        self._monotonic = monotonic
        self._stop = asyncio.Event()
        self._freshness = FreshnessWatch(monotonic)
        self._rounds = 0
        self._folded = 0
        self._count_at = float("-inf")

    async def run(self) -> None:
        """Follow until `stop`; the store is not used any more when this returns."""
        pause = SHORTEST_PAUSE
        while not self._stop.is_set():
            folded = self._folded
            await self._attempt()
            self._freshness.ended()
            pause = SHORTEST_PAUSE if self._folded > folded else min(2 * pause, LONGEST_PAUSE)
            await self._wait(pause)

    def stop(self) -> None:
        """Let `run` return after the write that is under way."""
        self._stop.set()

    def why_not_ready(self) -> str:
        """Empty where everything that was in the topics at the start is folded; else the reason."""
        return self._freshness.why_not

    def following(self) -> Following:
        """How fresh the lists are, and how far each partition is folded."""
        return self._freshness.following()

    @property
    def folded(self) -> int:
        """Records folded since the start."""
        return self._folded

    def progress(self) -> dict[str, Progress]:
        """For liveness, of each partition and of the polling. While the brokers or topics are away there is no work."""
        partitions = self._freshness.progress()
        return partitions | {"polling": Progress(done=self._rounds, has_work=bool(partitions))}

    async def _attempt(self) -> None:
        """Follow until something goes wrong. The one catch-all of this part: the gate must not end with it."""
        try:
            await self._follow_or_rebuild()
        except PartitionsChangedError as error:
            self._interrupted("projection_partitions_changed", error)
        except Exception as error:  # noqa: BLE001  # Kafka, the disk, a fault of ours: the disk says where to go on.
            self._interrupted("projection_interrupted", error)

    async def _follow_or_rebuild(self) -> None:
        try:
            await self._follow()
        except (TopicReplacedError, StoreDamagedError) as error:
            self._interrupted("projection_rebuilt", error)
            await asyncio.to_thread(self._store.reset)

    def _interrupted(self, event: str, error: Exception) -> None:
        self._freshness.interrupted(error)
        _log.warning(event, reason=self._freshness.why_not, exc_info=None if isinstance(error, _EXPECTED) else error)

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return

    async def _follow(self) -> None:
        began = self._monotonic()
        partitions = await bounded(
            self._source.partitions(self._ingest.topics), START_SECONDS, "the list of partitions"
        )
        consumer = self._source.consumer()
        try:
            await bounded(consumer.start(), START_SECONDS, "the start of the consumer")
            targets = await bounded(self._begin(consumer, partitions), START_SECONDS, "the search for the offsets")
            while not self._stop.is_set():
                polled = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=POLL_RECORDS)
                for part in in_parts(polled.values()):
                    self._folded += await _to_the_end(self._ingest.fold, part)
                await self._look(consumer, is_idle=not polled)
                self._rounds += 1
                if not targets and self._monotonic() >= self._count_at:
                    self._count_at = await _to_the_end(self._count, self._monotonic())
                if targets and await _reached(consumer, targets):
                    targets = {}
                    self._caught_up(self._monotonic() - began)
                    self._count_at = float("-inf")
        finally:
            await close(consumer)

    async def _begin(self, consumer: AIOKafkaConsumer, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Point the consumer at what comes next on every partition; returns the ends to be reached, by partition."""
        first = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
        known = self._store.positions()
        points: dict[TopicPartition, ResumePoint] = {}
        for each in partitions:
            try:
                points[each] = resume_point(known.get((each.topic, each.partition)), first=first[each], end=ends[each])
            except TopicReplacedError as error:
                raise TopicReplacedError(f"{each.topic} {each.partition} {error}") from error
        consumer.assign(partitions)
        for each, point in points.items():
            consumer.seek(each, point.offset)
            _warn_of_gap(each, point)
        self._ingest.expect(
            {(each.topic, each.partition): point for each, point in points.items() if point.digest is not None}
        )
        self._metrics.partitions_owned(Part.PROJECTION, len(partitions))
        self._freshness.begin(
            {
                each: FollowedPartition(each.topic, each.partition, point.offset, ends[each], first[each])
                for each, point in points.items()
            }
        )
        return dict(ends)

    async def _look(self, consumer: AIOKafkaConsumer, *, is_idle: bool) -> None:
        """Measure the lag on what the last fetches said, and notice new partitions and silent brokers."""
        for each in consumer.assignment():
            position, answered = await consumer.position(each), consumer.last_poll_timestamp(each)
            behind = self._freshness.look(each, position, consumer.last_stable_offset(each), answered)
            self._metrics.lag(GROUP, each.topic, each.partition, behind)
        self._freshness.judge_silence(is_idle=is_idle)
        numbers = {topic: consumer.partitions_for_topic(topic) or set() for topic in self._ingest.topics}
        if {TopicPartition(topic, number) for topic in numbers for number in numbers[topic]} - consumer.assignment():
            raise PartitionsChangedError("the topics have more partitions than before")

    def _count(self, began: float) -> float:
        """Show what stands still; returns when to count again."""
        self._metrics.attention(self._store.standing_still())
        now = self._monotonic()
        return now + max(COUNT_EVERY, (now - began) / COUNT_SHARE)

    def _caught_up(self, seconds: float) -> None:
        self._freshness.caught_up()
        self._metrics.restored(Part.PROJECTION, seconds)
        _log.info("projection_caught_up", seconds=round(seconds, 3), records=self._folded)


async def _reached(consumer: AIOKafkaConsumer, targets: dict[TopicPartition, int]) -> bool:
    return all([await consumer.position(each) >= end for each, end in targets.items()])


def _warn_of_gap(partition: TopicPartition, point: ResumePoint) -> None:
    if point.missing:
        _log.error("projection_gap", topic=partition.topic, partition=partition.partition, missing=point.missing)


async def _to_the_end(step: Callable[[Any], Answer], argument: Any) -> Answer:
    """Run the step in a thread and wait for its end even when cancelled: the store must not be closed under it."""
    running = asyncio.ensure_future(asyncio.to_thread(step, argument))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise
