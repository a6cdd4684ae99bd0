"""The lag as it is seen on a real broker: records count, markers and open transactions of senders do not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.testbed.topics import fresh_topics
from streams.ops.health import Progress
from streams.ops.lag import LagWatch, WatchedGroup
from streams.topics import DEAD_LETTERS, STATUS_CHANGES, SYNC_REQUESTS

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(60)]
GROUP = "a-gate"
PARTITIONS = 3


def utc() -> datetime:
    return datetime.now(UTC)


class Gauge:
    """The last value of each series."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str, int], int] = {}
        self.seconds: dict[tuple[str, str, int], float] = {}
        self.dead_letter = -1.0

    def lag(self, group: str, topic: str, partition: int, records: int) -> None:
        self.values[group, topic, partition] = records

    def lag_seconds(self, group: str, topic: str, partition: int, seconds: float) -> None:
        self.seconds[group, topic, partition] = seconds

    def dead_letter_newest(self, timestamp: float) -> None:
        self.dead_letter = timestamp


class Watched:
    """A watch at work over one group that owns partitions 0 and 1."""

    def __init__(self, bootstrap: str) -> None:
        self.gauge = Gauge()
        self.bootstrap = bootstrap
        owned = WatchedGroup(GROUP, STATUS_CHANGES, lambda: {0, 1})
        other = WatchedGroup("a-dispatch", SYNC_REQUESTS, lambda: {2})
        self.watch = LagWatch({"bootstrap_servers": bootstrap}, [owned, other], self.gauge, utc=utc, look_every=0.1)

    @property
    def lags(self) -> list[int | None]:
        """Of the partitions of the status topic."""
        return [self.gauge.values.get((GROUP, STATUS_CHANGES, number)) for number in range(PARTITIONS)]

    @property
    def seconds(self) -> list[float]:
        """Of the partitions of the status topic."""
        return [self.gauge.seconds[GROUP, STATUS_CHANGES, number] for number in range(PARTITIONS)]

    async def shows(self, *lags: int) -> None:
        """Wait until these are the lags."""
        await until(lambda: self.lags == list(lags), lambda: f"{self.lags} instead of {lags}")

    async def commit(self, **offsets: int) -> None:
        """What the group would commit; `p0=3` for partition 0."""
        consumer = AIOKafkaConsumer(bootstrap_servers=self.bootstrap, group_id=GROUP, enable_auto_commit=False)
        await consumer.start()
        partitions = {TopicPartition(STATUS_CHANGES, int(name[1:])): offset for name, offset in offsets.items()}
        consumer.assign(list(partitions))
        await consumer.commit(partitions)
        await consumer.stop()

    def progress(self) -> dict[str, Progress]:
        """As liveness sees it."""
        return self.watch.progress(STATUS_CHANGES)


async def until(condition: Callable[[], bool], what: Callable[[], str], seconds: float = 15) -> None:
    """Wait for it."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  # The watch has no event.
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise TimeoutError(what()) from None


@asynccontextmanager
async def producing(bootstrap: str, **options: Any) -> AsyncIterator[AIOKafkaProducer]:
    """A sender of status changes."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, **options) as producer:
        yield producer


@pytest.fixture
async def watched(kafka: Any) -> AsyncIterator[Watched]:
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    made = Watched(kafka.bootstrap_servers)
    task = asyncio.create_task(made.watch.run())
    yield made
    assert not task.done()
    task.cancel()
    await asyncio.wait({task})


async def test_a_lag_appears_and_goes(watched: Watched) -> None:
    """From before the group has committed anything on."""
    await watched.shows(0, 0, 0)
    async with producing(watched.bootstrap) as producer:
        for _ in range(3):
            await producer.send_and_wait(STATUS_CHANGES, b"event", partition=0)
        await producer.send_and_wait(STATUS_CHANGES, b"event", partition=2)
    await watched.shows(3, 0, 1)
    assert watched.progress() == {
        "0": Progress(done=0, has_work=True),
        "1": Progress(done=0, has_work=False),
    }, "another worker has partition 2"
    await watched.commit(p0=2)
    await watched.shows(1, 0, 1)
    await watched.commit(p0=3, p2=1)
    await watched.shows(0, 0, 0)
    assert watched.progress()["0"] == Progress(done=3, has_work=False)


async def test_the_lag_in_seconds_is_the_age_of_the_first_record_that_waits(watched: Watched) -> None:
    """By its time on Kafka, not by when this process first saw it; the partition may move meanwhile."""
    now = int(utc().timestamp() * 1000)
    async with producing(watched.bootstrap) as producer:
        for age in (500, 100, 0):
            await producer.send_and_wait(STATUS_CHANGES, b"event", partition=0, timestamp_ms=now - age * 1000)
    await watched.shows(3, 0, 0)
    assert 500 <= watched.seconds[0] < 530
    await watched.commit(p0=1)
    await watched.shows(2, 0, 0)
    assert 100 <= watched.seconds[0] < 130
    await watched.commit(p0=3)
    await watched.shows(0, 0, 0)
    assert watched.seconds == [0, 0, 0]


async def test_the_newest_dead_letter_is_dated_by_the_topic(watched: Watched) -> None:
    """A worker that starts today knows of yesterday's; markers of transactions after it hide it not."""
    await until(lambda: watched.gauge.dead_letter == 0, lambda: f"{watched.gauge.dead_letter}")
    now = int(utc().timestamp())
    async with producing(watched.bootstrap, transactional_id="dispatch") as producer:
        for age in (90_000, 5_000):
            async with producer.transaction():
                await producer.send(DEAD_LETTERS, b"poison", partition=1, timestamp_ms=(now - age) * 1000)
    await until(lambda: watched.gauge.dead_letter == now - 5_000, lambda: f"{watched.gauge.dead_letter - now}")


async def test_the_marker_of_a_senders_transaction_is_no_lag(watched: Watched) -> None:
    """The group can commit what is behind the last record; the marker takes an offset too, and stays for ever."""
    async with producing(watched.bootstrap, transactional_id="shipping") as producer:
        async with producer.transaction():
            await producer.send(STATUS_CHANGES, b"event", partition=0)
        await watched.shows(2, 0, 0)
        await watched.commit(p0=1)
        await watched.shows(0, 0, 0)
        assert not watched.progress()["0"].has_work
        async with producer.transaction():
            await producer.send(STATUS_CHANGES, b"event", partition=0)
        await watched.shows(3, 0, 0)
        assert watched.progress()["0"].has_work


async def test_records_of_a_transaction_that_was_aborted_are_no_lag(watched: Watched) -> None:
    async with producing(watched.bootstrap, transactional_id="shipping") as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(STATUS_CHANGES, b"event", partition=1)
        await producer.abort_transaction()
    await watched.shows(0, 0, 0)


async def test_what_lies_behind_an_open_transaction_of_a_sender_is_no_stall_of_ours(watched: Watched) -> None:
    async with producing(watched.bootstrap, transactional_id="shipping") as sender:
        await sender.begin_transaction()
        await sender.send_and_wait(STATUS_CHANGES, b"event", partition=0)
        async with producing(watched.bootstrap) as other:
            await other.send_and_wait(STATUS_CHANGES, b"event", partition=0)
        await asyncio.sleep(0.5)
        assert watched.lags == [0, 0, 0]
        await sender.commit_transaction()
    await watched.shows(3, 0, 0)


async def test_nothing_is_judged_while_the_broker_is_away(own_kafka: Any) -> None:
    await fresh_topics(own_kafka.bootstrap_servers, PARTITIONS)
    here = Watched(own_kafka.bootstrap_servers)
    task = asyncio.create_task(here.watch.run())
    async with producing(here.bootstrap) as producer:
        await producer.send_and_wait(STATUS_CHANGES, b"event", partition=0)
    await here.shows(1, 0, 0)
    await until(lambda: here.watch.reaches_kafka, lambda: "the watch does not see Kafka")
    own_kafka.kill()
    # Before what waits for the brokers would be taken for stuck, which is after 25 s.
    await until(lambda: not here.watch.reaches_kafka, lambda: "the watch says that it reaches Kafka", 24)
    assert here.progress() == {}
    await own_kafka.start()
    await until(lambda: here.watch.reaches_kafka, lambda: "the watch does not see Kafka again")
    assert here.progress()["0"].has_work
    task.cancel()
    await asyncio.wait({task})
