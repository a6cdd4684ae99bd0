"""What the lag watch makes of what the brokers say; that they say so is tested on a real one."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import OffsetAndMetadata

from streams.ops.health import Progress
from streams.ops.lag import LagWatch, WatchedGroup, _Clients
from streams.topics import STATUS_CHANGES

GROUP = "a-gate"
NOW = datetime(2026, 11, 20, 3, 15, 22, tzinfo=UTC)
PLACES = [TopicPartition(STATUS_CHANGES, number) for number in range(3)]


@dataclass
class Gauge:
    """The last value of each partition."""

    records: dict[int, int] = field(default_factory=dict)
    seconds: dict[int, float] = field(default_factory=dict)

    def lag(self, group: str, topic: str, partition: int, records: int) -> None:
        assert (group, topic) == (GROUP, STATUS_CHANGES)
        self.records[partition] = records

    def lag_seconds(self, group: str, topic: str, partition: int, seconds: float) -> None:
        assert (group, topic) == (GROUP, STATUS_CHANGES)
        self.seconds[partition] = seconds

    def dead_letter_newest(self, timestamp: float) -> None:
        del timestamp


@dataclass
class Brokers:
    """A topic of three partitions, and what the group has committed. A record's time is a minute before now."""

    ends: dict[TopicPartition, int]
    committed: dict[TopicPartition, OffsetAndMetadata] = field(default_factory=dict)
    reads: int = 0
    position_: int = 0

    async def end_offsets(self, _: object) -> dict[TopicPartition, int]:
        return self.ends

    async def beginning_offsets(self, _: object) -> dict[TopicPartition, int]:
        return dict.fromkeys(self.ends, 0)

    async def list_consumer_group_offsets(self, _: str) -> dict[TopicPartition, OffsetAndMetadata]:
        return self.committed

    def assign(self, _: object) -> None:
        """Nothing is to be done."""

    def pause(self, _: object) -> None:
        """Nor here."""

    def seek(self, _: object, offset: int) -> None:
        self.position_ = offset

    async def position(self, _: object) -> int:
        return self.position_

    async def getmany(self, partition: TopicPartition, **_: Any) -> dict[TopicPartition, list[Any]]:
        self.reads += 1
        self.position_ += 1
        minute_ago = NOW - timedelta(minutes=1)
        return {partition: [SimpleNamespace(timestamp=int(minute_ago.timestamp() * 1000))]}


def committed(**offsets: int) -> dict[TopicPartition, OffsetAndMetadata]:
    return {PLACES[int(name[1:])]: OffsetAndMetadata(offset, "") for name, offset in offsets.items()}


async def look(watch: LagWatch, group: WatchedGroup, brokers: Brokers) -> None:
    consumer, admin = cast("AIOKafkaConsumer", brokers), cast("AIOKafkaAdminClient", brokers)
    await watch._look(_Clients(consumer, admin, {STATUS_CHANGES: [0, 1, 2]}), group)


async def test_what_waits_is_counted_and_dated_by_partition_and_only_ours_is_judged() -> None:
    gauge, group = Gauge(), WatchedGroup(GROUP, STATUS_CHANGES, lambda: {0, 1})
    watch = LagWatch({}, [group], gauge, utc=lambda: NOW)
    watch._failed = 0
    brokers = Brokers(dict(zip(PLACES, (9, 4, 5), strict=True)), committed(p0=7, p1=4))
    await look(watch, group, brokers)
    assert gauge.records == {0: 2, 1: 0, 2: 5}
    assert gauge.seconds == {0: 60.0, 1: 0.0, 2: 60.0}
    assert watch.progress(STATUS_CHANGES) == {"0": Progress(7, has_work=True), "1": Progress(4, has_work=False)}
    reads = brokers.reads
    await look(watch, group, brokers)
    assert brokers.reads == reads, "what has not changed is not read again"
    brokers.committed = committed(p0=9, p1=4, p2=5)
    await look(watch, group, brokers)
    assert gauge.records == {0: 0, 1: 0, 2: 0}
    assert gauge.seconds == {0: 0.0, 1: 0.0, 2: 0.0}
    assert watch.progress(STATUS_CHANGES)["0"] == Progress(9, has_work=False)


async def test_nothing_is_judged_by_what_was_known_before_the_brokers_went_away() -> None:
    gauge, group = Gauge(), WatchedGroup(GROUP, STATUS_CHANGES, lambda: {0})
    watch = LagWatch({}, [group], gauge, utc=lambda: NOW)
    await look(watch, group, Brokers(dict.fromkeys(PLACES, 3)))
    assert not watch.reaches_kafka
    assert watch.progress(STATUS_CHANGES) == {}
