"""The newest dead letters of a little while ago: asked for once by all, and nobody waits for a Kafka that is away."""

import asyncio

import structlog

from streams.web.pages.lately import KEPT_SECONDS, Lately
from streams.web.pages.letter import Letter
from streams.web.ports import PublishError
from tests.unit.streams.web.conftest import Clock

LETTER = Letter(0, 3, "southern-beef/A", "not_json", "It is not JSON.", "", "t/0/1", "{", 1, "")


class Topic:
    def __init__(self) -> None:
        self.looks = 0
        self.may_answer = asyncio.Event()
        self.is_away = False
        self.fault: Exception | None = None

    async def newest(self) -> list[Letter]:
        self.looks += 1
        await self.may_answer.wait()
        if self.fault is not None:
            raise self.fault
        if self.is_away:
            raise PublishError("Kafka did not answer in time.")
        return [LETTER]


async def test_all_who_want_to_know_share_one_look_for_half_a_minute() -> None:
    topic, clock = Topic(), Clock()
    lately = Lately(topic.newest, clock, wait=30.0)
    asking = [asyncio.create_task(lately.letters()) for _ in range(5)]
    await asyncio.sleep(0)
    topic.may_answer.set()
    assert await asyncio.gather(*asking) == [[LETTER]] * 5
    clock.now = KEPT_SECONDS - 1
    await lately.letters()
    assert topic.looks == 1
    clock.now = KEPT_SECONDS
    await lately.letters()
    assert topic.looks == 2


async def test_whoever_asks_a_slow_kafka_is_told_what_is_known_and_the_look_goes_on() -> None:
    topic, clock = Topic(), Clock()
    lately = Lately(topic.newest, clock, wait=0.0)
    assert await lately.letters() is None
    topic.may_answer.set()
    async with asyncio.timeout(30):
        while await lately.letters() is None:  # noqa: ASYNC110  # The look is the class's own.
            await asyncio.sleep(0)
    assert topic.looks == 1


async def test_a_kafka_that_is_away_is_not_known_and_asked_again_later() -> None:
    topic, clock = Topic(), Clock()
    topic.may_answer.set()
    lately = Lately(topic.newest, clock, wait=30.0)
    assert await lately.letters() == [LETTER]
    topic.is_away = True
    clock.now = KEPT_SECONDS
    assert await lately.letters() is None
    topic.is_away = False
    clock.now = 2 * KEPT_SECONDS
    assert await lately.letters() == [LETTER]


async def test_what_a_look_that_failed_otherwise_leaves_is_not_taken_for_known() -> None:
    """It would be shown as that of half a minute ago for as long as the fault lasts."""
    topic, clock = Topic(), Clock()
    topic.may_answer.set()
    lately = Lately(topic.newest, clock, wait=30.0)
    assert await lately.letters() == [LETTER]
    topic.fault = RuntimeError("ours")
    clock.now = KEPT_SECONDS
    with structlog.testing.capture_logs() as logs:
        assert await lately.letters() is None
    assert [each["event"] for each in logs] == ["dead_letters_not_read"]
