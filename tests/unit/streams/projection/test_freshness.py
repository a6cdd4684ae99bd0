"""How fresh the lists are: catching up, complete, or a broker that does not answer."""

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from mappers.model.lists import FollowedPartition, Freshness
from streams.projection.freshness import SILENCE, FreshnessWatch
from streams.projection.key_value import StoreError

ONE, OTHER = TopicPartition("t", 0), TopicPartition("t", 1)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> FreshnessWatch:
    watch = FreshnessWatch(clock)
    watch.begin({each: FollowedPartition(each.topic, each.partition, 10, 110, 10) for each in (ONE, OTHER)})
    return watch


def test_progress_is_told_by_partition(watch: FreshnessWatch) -> None:
    assert watch.look(ONE, 60, 110, 1) == 50
    told = watch.following()
    assert (told.freshness, told.behind, told.share) == (Freshness.CATCHING_UP, 150, 0.25)
    assert [(each.position, each.end) for each in told.partitions] == [(60, 110), (10, 110)]
    watch.look(ONE, 110, 110, 2)
    watch.look(OTHER, 110, 110, 2)
    watch.caught_up()
    assert (watch.following().freshness, watch.following().share) == (Freshness.UP_TO_DATE, 1.0)


def test_one_silent_broker_is_noticed_behind_others_that_answer(watch: FreshnessWatch, clock: Clock) -> None:
    watch.caught_up()
    for second in range(int(SILENCE) + 2):
        clock.now = float(second)
        watch.look(ONE, 110, 110, second)
        watch.look(OTHER, 110, 110, None)
        watch.judge_silence(is_idle=True)
    told = watch.following()
    assert (told.freshness, told.reason) == (Freshness.KAFKA_AWAY, "the broker of t 1 does not answer")
    watch.look(OTHER, 110, 110, 99)
    watch.judge_silence(is_idle=True)
    assert watch.following().freshness is Freshness.UP_TO_DATE


def test_partitions_that_wait_their_turn_are_not_silent(watch: FreshnessWatch, clock: Clock) -> None:
    clock.now = 3 * SILENCE
    watch.look(ONE, 60, 110, 1)
    watch.judge_silence(is_idle=False)
    assert watch.following().freshness is Freshness.CATCHING_UP


@pytest.mark.parametrize(
    ("error", "freshness"),
    [
        (KafkaConnectionError("no broker"), Freshness.KAFKA_AWAY),
        (TimeoutError("late"), Freshness.KAFKA_AWAY),
        (StoreError("projection_unusable", "full"), Freshness.INTERRUPTED),
    ],
)
def test_what_interrupted_is_told_with_what_was_known(
    watch: FreshnessWatch, error: Exception, freshness: Freshness
) -> None:
    watch.look(ONE, 60, 110, 1)
    watch.interrupted(error)
    watch.ended()
    assert (watch.following().freshness, len(watch.following().partitions)) == (freshness, 2)
    assert watch.progress() == {}
