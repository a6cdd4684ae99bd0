"""The watchdog measures the loop and ends a process that has stopped for good."""

import asyncio
import threading
import time

from streams.ops.health import Liveness, Progress
from streams.ops.watchdog import LoopGuard, Watchdog

PATIENCE = 10.0


class Gauge:
    def __init__(self) -> None:
        self.lags: list[float] = []

    def loop_lag(self, seconds: float) -> None:
        self.lags.append(seconds)


async def test_a_stuck_part_ends_the_process_with_its_name() -> None:
    liveness = Liveness(time.monotonic, patience=0)
    liveness.register("gate", lambda: Progress(done=1, has_work=True))
    reasons: list[str] = []
    watchdog = Watchdog(liveness, Gauge(), reasons.append, monotonic=time.monotonic, interval=0.01)
    async with asyncio.timeout(PATIENCE):
        await watchdog.run()
    assert len(reasons) == 1
    assert reasons[0].startswith("gate: no progress")


async def test_the_loops_lag_is_how_late_a_timer_ran() -> None:
    gauge = Gauge()
    measured = asyncio.Event()

    class Times:
        """Each look at the clock is 5 s after the one before: a timer of 1 s ran 4 s late."""

        now = 0.0

        def __call__(self) -> float:
            self.now += 5
            if self.now > 20:
                measured.set()
            return self.now

    watchdog = Watchdog(Liveness(time.monotonic), gauge, lambda _: None, monotonic=Times(), interval=0.001)
    task = asyncio.create_task(watchdog.run())
    async with asyncio.timeout(PATIENCE):
        await measured.wait()
    task.cancel()
    assert gauge.lags[0] == 5 - 0.001
    assert watchdog.beats >= 1


def test_a_loop_that_does_not_beat_ends_the_process() -> None:
    ended = threading.Event()
    guard = LoopGuard(lambda: 7, ended.set, tick=0.001, patience=3)
    guard.start()
    assert ended.wait(PATIENCE)
    guard.close()


def test_a_loop_that_beats_is_left_alone() -> None:
    looked = threading.Event()
    ended = threading.Event()

    class Beats:
        count = 0

        def __call__(self) -> int:
            self.count += 1
            if self.count > 20:
                looked.set()
            return self.count

    guard = LoopGuard(Beats(), ended.set, tick=0.001, patience=3)
    guard.start()
    assert looked.wait(PATIENCE)
    guard.close()
    assert not ended.is_set()
