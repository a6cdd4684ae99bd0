"""Patience is counted in time that the event loop had, or a machine that is full has healthy parts begin anew."""

import asyncio

import pytest

from streams.ops.health import Liveness, Progress
from streams.ops.loop_time import LEAST, LoopTime
from streams.ops.watchdog import Watchdog

PATIENCE = 25.0


class Machine:
    """A clock, and how much of each second the loop's thread waits for the processor."""

    def __init__(self) -> None:
        self.now = 100.0
        self.waited = 7.0
        self.time = LoopTime(lambda: self.now, lambda: self.waited)

    def beats(self, count: int, *, every: float = 1.0, waiting: float = 0.0) -> None:
        for _ in range(count):
            self.now += every
            self.waited += waiting
            self.time.beat()


def test_on_a_machine_with_room_it_is_the_time() -> None:
    machine = Machine()
    machine.beats(30, every=1.001)
    assert machine.time() == pytest.approx(30, abs=0.1)


def test_what_the_loop_waited_for_the_processor_does_not_count() -> None:
    machine = Machine()
    machine.beats(30, waiting=0.75)
    assert machine.time() == pytest.approx(30 * 0.25)


def test_what_the_loop_was_late_by_does_not_count_where_the_system_does_not_tell_why() -> None:
    machine = Machine()
    machine.beats(10, every=3)
    assert machine.time() == pytest.approx(10)


def test_a_process_that_was_stopped_has_hardly_aged() -> None:
    machine = Machine()
    machine.beats(1, every=100)
    assert machine.time() <= 100 * LEAST


def test_between_two_beats_it_goes_on_until_the_next_is_due() -> None:
    machine = Machine()
    machine.now += 0.5
    assert machine.time() == pytest.approx(0.5)
    machine.now += 60
    assert machine.time() == pytest.approx(1)


@pytest.mark.parametrize(("waiting", "longest"), [(0.0, PATIENCE), (0.5, 2 * PATIENCE), (1.0, PATIENCE / LEAST)])
def test_a_stuck_part_is_found_in_the_end_however_full_the_machine_is(waiting: float, longest: float) -> None:
    machine = Machine()
    liveness = Liveness(machine.time, patience=PATIENCE)
    liveness.register("dispatch", lambda: Progress(done=1, has_work=True))
    while not liveness.stuck():
        machine.beats(1, waiting=waiting)
    assert machine.now - 100 == pytest.approx(longest, rel=0.1)


async def test_the_watchdog_beats_it() -> None:
    """A part without a step for a hundred seconds is not stuck where the loop hardly ran in them."""
    machine = Machine()
    liveness = Liveness(machine.time, patience=PATIENCE)
    liveness.register("dispatch", lambda: Progress(done=1, has_work=True))
    reasons: list[str] = []
    beaten = asyncio.Event()

    class Gauge:
        def loop_lag(self, _seconds: float) -> None:
            machine.now += 20
            machine.waited += 20
            if machine.now >= 200:
                beaten.set()

    watchdog = Watchdog(
        liveness, Gauge(), reasons.append, monotonic=lambda: machine.now, beat=machine.time.beat, interval=0.001
    )
    task = asyncio.create_task(watchdog.run())
    await asyncio.wait_for(beaten.wait(), 60)
    task.cancel()
    assert machine.time() >= 5 * 20 * LEAST
    assert reasons == []
