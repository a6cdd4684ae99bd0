"""The follower knows who is paused once it has read the topic to its end, and no longer than the brokers confirm it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import structlog

from mappers.inbound.dead_letter import PoisonReason
from streams.pauses import PauseFollower
from streams.pauses.follower import FRESH_SECONDS, START_SECONDS
from streams.reading.unreadable import Fault, Unreadable
from tests.fakes.pauses import AT, make_pause
from tests.unit.streams.pauses.topic import PauseTopic

NAMES = ("a", "b", "c")


class Clock:
    """Monotonic seconds: the loop's, and what a test adds."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return asyncio.get_running_loop().time() + self.ahead


class Metrics:
    def __init__(self) -> None:
        self.paused: set[str] = set()

    def companies_paused(self, is_paused: Callable[[str], bool]) -> None:
        self.paused = {each for each in NAMES if is_paused(each)}


class Following:
    """A follower of a topic, and what it tells."""

    def __init__(self) -> None:
        self.topic, self.clock, self.metrics = PauseTopic(), Clock(), Metrics()
        self.follower = PauseFollower(self.topic, self.metrics, clock=lambda: AT, monotonic=self.clock)
        self.news: list[set[str]] = []
        self.follower.subscribe(lambda: self.news.append(self.paused()))

    def paused(self) -> set[str]:
        return {each for each in NAMES if self.follower.pause_of(each) is not None}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.follower.run())
        try:
            yield
        finally:
            assert not task.done()
            task.cancel()
            await asyncio.wait([task])

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():  # noqa: ASYNC110  # The condition looks at the follower, which has no event for it.
                await asyncio.sleep(0.002)


@pytest.fixture
def following() -> Following:
    return Following()


async def test_nothing_is_known_before_the_topic_is_read_to_its_end(following: Following) -> None:
    for name in NAMES:
        following.topic.say(make_pause(name), partition=NAMES.index(name) % 2)
    following.topic.withheld = True
    assert not following.follower.is_known
    assert "have not been read yet" in following.follower.why_not_ready()
    async with following.running():
        await following.until(lambda: following.topic.asked)
        await asyncio.sleep(0.02)
        assert (following.follower.is_known, following.news) == (False, [])
        following.topic.withheld = False
        await following.until(lambda: following.follower.is_known)
        assert following.paused() == set(NAMES)
        assert following.follower.why_not_ready() == ""
    assert following.news == [set(NAMES)]
    assert following.metrics.paused == set(NAMES)


async def test_what_is_said_is_heard_and_told_at_once(following: Following) -> None:
    async with following.running():
        await following.until(lambda: following.follower.is_known)
        offset = following.topic.say(make_pause("a"))
        async with asyncio.timeout(20):
            await following.follower.has_read(0, offset)
        assert following.paused() == {"a"}
        said = following.follower.said_of("a")
        assert said is not None
        assert (said.by, said.reason) == ("anna", "month end")
        offset = following.topic.say(make_pause("a", paused=False))
        async with asyncio.timeout(20):
            await following.follower.has_read(0, offset)
    assert following.news == [set(), {"a"}, set()]
    assert following.metrics.paused == set()


async def test_catching_up_means_what_was_said_before_it_was_asked(following: Following) -> None:
    async with following.running():
        await following.until(lambda: following.follower.is_known)
        for name in NAMES:
            following.topic.say(make_pause(name))
            async with asyncio.timeout(20):
                await following.follower.caught_up()
            assert name in following.paused()


async def test_it_is_not_known_any_more_when_no_broker_confirms_it(following: Following) -> None:
    """aiokafka says nothing of brokers that are away; a pause may have been said since."""
    following.topic.say(make_pause("a"))
    async with following.running():
        await following.until(lambda: following.follower.is_known)
        following.topic.is_away = True
        asked = following.topic.asked
        following.clock.ahead += FRESH_SECONDS + 1
        await following.until(lambda: not following.follower.is_known)
        await following.until(lambda: "no broker answers" in following.follower.why_not_ready())
        assert following.paused() == {"a"}, "the last whole reading stands until there is another one"
        following.topic.say(make_pause("b"))
        following.topic.is_away = False
        await following.until(lambda: following.follower.is_known)
        assert following.topic.asked > asked
        assert following.paused() == {"a", "b"}
    assert following.news == [{"a"}, {"a", "b"}]


async def test_that_it_is_known_again_is_news(following: Following) -> None:
    """Lanes that held back for it go on; nobody was paused meanwhile."""
    async with following.running():
        await following.until(lambda: following.news)
        following.clock.ahead += FRESH_SECONDS + 1
        await following.until(lambda: len(following.news) == 2)
    assert following.news == [set(), set()]


async def test_brokers_that_hand_out_nothing_are_asked_anew(following: Following) -> None:
    following.topic.say(make_pause("a"))
    following.topic.withheld = True
    async with following.running():
        await following.until(lambda: following.topic.asked)
        following.clock.ahead += START_SECONDS + 1
        await following.until(lambda: following.topic.consumers > 1)
        assert "gave nothing before its end" in following.follower.why_not_ready()
        following.topic.withheld = False
        await following.until(lambda: following.paused() == {"a"})


async def test_a_topic_that_takes_long_to_read_is_read_to_its_end(following: Following) -> None:
    """As long as something comes: begun anew, it would take as long again, and nobody would ever be known."""
    for number in range(40):
        following.topic.say(make_pause("a", paused=number % 2 == 0), partition=0)

    def two_seconds() -> None:
        following.clock.ahead += 2.0 if not following.follower.is_known else 0.0

    following.topic.on_poll = two_seconds  # type: ignore[method-assign]  # The fake's own.
    async with following.running():
        await following.until(lambda: following.news)
    assert following.topic.consumers == 1
    assert following.paused() == set()


async def test_what_cannot_be_read_is_told_and_pauses_its_company(following: Following) -> None:
    following.topic.put(b"a", b"{")
    batch = Fault(PoisonReason.UNDECODABLE, "a batch that cannot be inflated", 1, 1, 10, "00")
    with structlog.testing.capture_logs() as logs:
        async with following.running():
            await following.until(lambda: following.paused() == {"a"})
            following.topic.put(None, Unreadable(batch))
            await following.until(lambda: following.paused() == {"a", "b", "c"})
            for name in NAMES:
                following.topic.say(make_pause(name, paused=False))
            await following.until(lambda: following.paused() == set())
    told = [(each["partition"], each["offset"]) for each in logs if each["event"] == "pause_unreadable"]
    assert told == [(0, 0), (0, 1)]


async def test_every_try_is_progress_also_in_vain(following: Following) -> None:
    following.topic.is_away = True
    async with following.running():
        before = following.follower.progress.done
        await following.until(lambda: following.follower.progress.done > before + 1)
