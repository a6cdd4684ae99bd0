"""A partition of the dispatcher that is stuck is found and begins anew; where that does not help the process does."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from streams.app.dispatch_part import PARTITION_PATIENCE, register_dispatcher
from streams.ops.health import Liveness, Progress
from tests.unit.streams.dispatch.ownership.test_owner import Owned, owned
from tests.unit.streams.dispatch.requests import numbered

ONE_MINUTE = 60


class Watch:
    """What is seen of the group from outside."""

    def __init__(self) -> None:
        self.reaches_kafka = True
        self.input: dict[str, Progress] = {}

    def progress(self, _: str) -> dict[str, Progress]:
        return self.input


class Watchdog:
    """Looks once a second, on a clock of its own."""

    def __init__(self, here: Owned) -> None:
        self.now = 0.0
        self.watch = Watch()
        self.liveness = Liveness(lambda: self.now)
        self.here = here
        register_dispatcher(
            here.dispatcher,
            self.liveness,
            self.watch,  # type: ignore[arg-type]  # It stands in for one.
            session_timeout=6.0,
        )

    async def look(self, seconds: float, *, until: Callable[[], Any] = lambda: False) -> list[str]:
        """The names of what is stuck after so many seconds, or earlier."""
        end = self.now + seconds
        stuck: list[str] = []
        while self.now < end and not stuck and not until():
            self.now += 1
            self.liveness.cure()
            stuck = [check.name for check in self.liveness.stuck()]
            await asyncio.sleep(0)
        return stuck


async def test_a_partition_at_rest_is_alive() -> None:
    async with owned() as here:
        await here.running(1)
        assert await Watchdog(here).look(1000) == []
        assert len(here.take_overs.at) == 1


async def test_a_take_over_that_hangs_is_given_up_and_done_again() -> None:
    async with owned() as here:
        here.take_overs.may_go_on.clear()
        await here.take_overs.waiting.wait()
        watchdog = Watchdog(here)
        assert await watchdog.look(PARTITION_PATIENCE + 2) == []
        here.take_overs.may_go_on.set()
        await here.running(2)
        assert await watchdog.look(1000) == []


async def test_a_take_over_that_hangs_again_ends_the_process_within_a_minute() -> None:
    async with owned() as here:
        here.take_overs.may_go_on.clear()
        await here.take_overs.waiting.wait()
        watchdog = Watchdog(here)
        assert await watchdog.look(PARTITION_PATIENCE + 2) == []
        await here.harness.until(lambda: len(here.take_overs.at) == 2)
        assert await watchdog.look(ONE_MINUTE - watchdog.now) == ["dispatch 0"]


async def test_a_commit_that_hangs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def hangs(_: object) -> None:
        await asyncio.Event().wait()

    async with owned() as here:
        await here.running(1)
        with monkeypatch.context() as patch:
            patch.setattr(here.harness.fence, "commit", hangs)
            here.harness.give(here.partition, [numbered(1)])
            assert await Watchdog(here).look(PARTITION_PATIENCE + 2) == []
        await here.running(2)
        here.read_again()
        await here.harness.answered(1)


async def test_input_that_is_not_taken_though_it_waits_is_found() -> None:
    """As the group's committed offset shows, whatever the dispatcher thinks of itself."""
    async with owned() as here:
        await here.running(1)
        watchdog = Watchdog(here)
        watchdog.watch.input = {"0": Progress(done=7, has_work=True)}
        assert await watchdog.look(PARTITION_PATIENCE + 2) == []
        await here.running(2)
        assert await watchdog.look(ONE_MINUTE - watchdog.now) == ["dispatch input 0"]


async def test_an_assignment_that_does_not_come_is_found_while_kafka_answers() -> None:
    async with owned() as here:
        await here.running(1)
        watchdog = Watchdog(here)
        await here.dispatcher.revoked()
        watchdog.watch.reaches_kafka = False
        assert await watchdog.look(ONE_MINUTE) == []
        watchdog.watch.reaches_kafka = True
        assert await watchdog.look(ONE_MINUTE) == ["dispatch group"]
