"""Which partitions are read: none before its ledger is restored, none that has enough to commit, and all others."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import TopicPartition

from streams.dispatch.ownership.consumer import Dispatcher
from streams.dispatch.ownership.listener import RebalanceListener
from streams.dispatch.ownership.owner import PartitionOwner
from streams.topics import SYNC_REQUESTS
from tests.unit.streams.dispatch.harness import Harness


def topic_partition(number: int) -> TopicPartition:
    """Of the requests."""
    return TopicPartition(SYNC_REQUESTS, number)


@dataclass
class FakeConsumer:
    """What of aiokafka's consumer says which partitions are read."""

    assigned: set[TopicPartition] = field(default_factory=set)
    held: set[TopicPartition] = field(default_factory=set)
    positions: dict[int, int] = field(default_factory=dict)
    known: set[int] | None = field(default_factory=lambda: {0, 1})
    """The topic's partitions, as far as the metadata has them."""

    def assignment(self) -> set[TopicPartition]:
        return self.assigned

    def paused(self) -> set[TopicPartition]:
        return self.held

    def pause(self, *partitions: TopicPartition) -> None:
        self.held |= set(partitions)

    def resume(self, *partitions: TopicPartition) -> None:
        self.held -= set(partitions)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self.positions[partition.partition] = offset

    def partitions_for_topic(self, _: str) -> set[int] | None:
        return self.known

    async def stop(self) -> None:
        return

    @property
    def read(self) -> set[int]:
        """What is read."""
        return {each.partition for each in self.assigned - self.held}


@dataclass
class FakePartition:
    """A restored partition."""

    number: int
    next_offset: int = 7
    is_full: bool = False
    is_running: bool = True
    resumed: int = 0
    drained: int = 0
    commits: int = 0

    def resume(self) -> None:
        self.resumed += 1

    async def drain(self, _: float) -> None:
        self.drained += 1


class NoTakeOver:
    """Never done."""

    async def partition(self, number: int, on_step: Any) -> Any:
        del number, on_step
        raise ConnectionError("no Kafka here")


class SlowToEnd:
    """Never done, and takes a moment to end."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.has_ended = False

    async def partition(self, number: int, on_step: Any) -> Any:
        del number, on_step
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            self.has_ended = True


@dataclass
class Reading:
    """A dispatcher over a fake consumer."""

    consumer: FakeConsumer
    dispatcher: Dispatcher
    failures: list[BaseException]

    async def assign(self, *numbers: int) -> None:
        """A rebalance. Eager: positions and pauses are those of new partitions."""
        listener = RebalanceListener(self.dispatcher)
        await listener.on_partitions_revoked(self.consumer.assigned)
        self.consumer.assigned = {topic_partition(each) for each in numbers}
        self.consumer.held, self.consumer.positions = set(), {}
        await listener.on_partitions_assigned(self.consumer.assigned)

    def restored(self, number: int) -> FakePartition:
        """The partition's take-over is done."""
        partition = FakePartition(number)
        self.owner(number).partition = partition  # type: ignore[assignment]  # It stands in for one.
        self.dispatcher._start_reading(partition)  # type: ignore[arg-type]
        return partition

    def owner(self, number: int) -> PartitionOwner:
        return self.dispatcher._owners[number]


@pytest.fixture
async def reading() -> Any:
    failures: list[BaseException] = []
    dispatcher = Dispatcher(
        {"bootstrap_servers": "127.0.0.1:1"},
        Harness().context(),
        "test",
        failures.append,
        session_timeout=6.0,
        heartbeat_interval=1.0,
        take_over=NoTakeOver(),
    )
    await dispatcher._consumer.stop()
    consumer = FakeConsumer()
    dispatcher._consumer = consumer
    yield Reading(consumer, dispatcher, failures)
    await dispatcher.stop(0)


async def test_a_new_partition_is_not_read_before_its_ledger_is_restored(reading: Reading) -> None:
    """aiokafka hands records out while the listener still runs, so the pause comes before its first await."""
    reading.consumer.assigned = {topic_partition(0)}
    listening = RebalanceListener(reading.dispatcher).on_partitions_assigned(reading.consumer.assigned)
    with pytest.raises(StopIteration):
        listening.send(None)
    assert reading.consumer.read == set()
    reading.dispatcher._steer()
    assert reading.consumer.read == set()
    reading.restored(0)
    assert reading.consumer.read == {0}


async def test_it_is_paused_even_where_the_assignment_fails(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: set[TopicPartition]) -> None:
        assert reading.consumer.read == set()
        raise KeyError("nobody foresaw it")

    monkeypatch.setattr(reading.dispatcher, "assigned", fails)
    await reading.assign(0)


async def test_it_is_read_from_where_its_ledger_ends(reading: Reading) -> None:
    await reading.assign(0)
    reading.restored(0)
    assert reading.consumer.positions == {0: 7}


async def test_one_that_stays_goes_on_where_it_was_after_a_rebalance(reading: Reading) -> None:
    """A rebalance puts the consumer back to what is committed, which may be less, and its lanes were drained."""
    await reading.assign(0, 1)
    partition = reading.restored(0)
    await reading.assign(0)
    assert partition.drained == 1
    assert reading.consumer.positions == {0: 7}
    assert reading.consumer.read == {0}
    assert partition.resumed == 2


async def test_one_with_enough_to_commit_is_not_read_until_it_has_caught_up(reading: Reading) -> None:
    await reading.assign(0, 1)
    full, other = reading.restored(0), reading.restored(1)
    full.is_full = True
    reading.dispatcher._steer()
    assert reading.consumer.read == {1}
    assert not other.is_full
    full.is_full = False
    reading.dispatcher._steer()
    assert reading.consumer.read == {0, 1}


async def test_a_rebalance_does_not_leave_a_full_one_paused_for_ever(reading: Reading) -> None:
    await reading.assign(0)
    partition = reading.restored(0)
    partition.is_full = True
    reading.dispatcher._steer()
    await reading.assign(0, 1)
    reading.dispatcher._steer()
    assert reading.consumer.read == set()
    partition.is_full = False
    reading.dispatcher._steer()
    assert reading.consumer.read == {0}


async def test_what_paused_it_without_a_cause_does_not_keep_it_paused(reading: Reading) -> None:
    await reading.assign(0)
    reading.restored(0)
    reading.consumer.pause(topic_partition(0))
    reading.dispatcher._steer()
    assert reading.consumer.read == {0}


async def test_a_lost_partition_is_not_read_until_it_is_restored_again(reading: Reading) -> None:
    await reading.assign(0)
    reading.restored(0)
    reading.owner(0).partition = None
    reading.dispatcher._stop_reading(0)
    reading.dispatcher._steer()
    assert reading.consumer.read == set()
    reading.restored(0)
    assert reading.consumer.read == {0}


async def test_what_is_under_way_may_end_before_a_partition_goes_to_another_owner(reading: Reading) -> None:
    await reading.assign(0, 1)
    partitions = [reading.restored(0), reading.restored(1)]
    await reading.assign()
    assert [each.drained for each in partitions] == [1, 1]


async def test_a_number_of_partitions_that_is_not_known_for_a_moment_is_no_change(reading: Reading) -> None:
    """aiokafka forgets a topic whose metadata came with an error; the next refresh has it again."""
    await reading.assign(0, 1)
    reading.consumer.known = None
    await reading.assign(0)
    reading.consumer.known = {0, 1}
    await reading.assign(0, 1)
    assert reading.failures == []


async def test_another_number_of_partitions_ends_the_process(reading: Reading) -> None:
    await reading.assign(0, 1)
    reading.consumer.known = {0, 1, 2}
    await reading.assign(0, 1)
    assert [str(each) for each in reading.failures] == [f"{SYNC_REQUESTS} had 2 partitions, now 3"]


async def test_a_stop_waits_for_what_a_rebalance_has_just_dropped(reading: Reading) -> None:
    """It closes a producer and a store, and the process may end right after the stop."""
    slow = reading.dispatcher._take_over = SlowToEnd()
    await reading.assign(0)
    await slow.begun.wait()
    await reading.assign()
    assert not slow.has_ended
    await reading.dispatcher.stop(0)
    assert slow.has_ended
