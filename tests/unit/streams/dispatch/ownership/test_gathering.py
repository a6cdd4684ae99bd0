"""A dispatcher that is behind lets requests gather, and one that is not takes each as it comes."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from aiokafka import TopicPartition

from streams.dispatch.ownership.consumer import MOST_POLLED, Dispatcher
from streams.topics import SYNC_REQUESTS, seconds_to_gather
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered


@pytest.mark.parametrize(
    ("late", "seconds"), [(-3600.0, 0.0), (0.0, 0.0), (0.5, 0.0), (0.6, 0.15), (0.8, 0.2), (3600.0, 0.2)]
)
def test_what_is_late_gathers_for_a_share_of_that(late: float, seconds: float) -> None:
    assert seconds_to_gather(late) == pytest.approx(seconds)


@dataclass
class Late:
    """A partition whose newest request is so late."""

    seconds: float
    oldest = None

    def take(self, _: list[Any]) -> float:
        return self.seconds


async def paused_after(*late: float, records: int = 1) -> list[float]:
    """How long the dispatcher pauses after a poll."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    context = replace(Harness().context(), sleep=sleep)
    dispatcher = Dispatcher(
        {"bootstrap_servers": "127.0.0.1:1"},
        context,
        "test",
        print,
        session_timeout=6.0,
        heartbeat_interval=1.0,
        take_over=cast("Any", object()),
    )
    await dispatcher._consumer.stop()
    for number, each in enumerate(late):
        dispatcher._owners[number] = cast("Any", _Owner(Late(each)))
    dispatcher._consumer = cast("Any", _Nothing())
    await dispatcher._deal_with(
        {TopicPartition(SYNC_REQUESTS, each): [object()] * records for each in range(len(late))}
    )
    return pauses


@dataclass
class _Owner:
    partition: Any


class _Nothing:
    """A consumer of no partitions."""

    def paused(self) -> set[TopicPartition]:
        return set()

    assignment = paused


async def test_requests_in_time_are_followed_by_the_next_poll_at_once() -> None:
    assert await paused_after(0.1) == []
    assert await paused_after() == []


async def test_the_newest_request_says_whether_the_worker_is_behind() -> None:
    assert await paused_after(60.0, 50.0) == [seconds_to_gather(50.0)]
    assert await paused_after(60.0, 0.1) == []


async def test_a_full_poll_has_nothing_to_wait_for() -> None:
    assert await paused_after(60.0, records=MOST_POLLED) == []


async def test_a_partition_tells_how_late_its_newest_request_is() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        asked = [harness.clock.utc() - timedelta(seconds=each) for each in (90, 30)]
        requests = [numbered(each).model_copy(update={"asked_at": at}) for each, at in enumerate(asked)]
        late = partition.take([harness.record(each) for each in requests])
        assert 30 <= late <= 60
        assert partition.take([harness.record(requests[-1])]) == 0.0, "a request that is known already says nothing"
        await harness.answered(2)
