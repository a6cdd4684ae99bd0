"""Measures the event loop, and ends a process whose loop or whose parts have stopped for good.

Faust and its client are known to stop consuming after broker trouble without an error (faust-streaming issues 175, 523,
532). What is stuck and can begin anew by itself is told to; what cannot, or is stuck again soon, an orchestrator sees
in `/livez`, and without one the watchdog ends the process, and whoever runs it restarts it.
"""

import asyncio
import threading
from collections.abc import Callable
from typing import Protocol

import structlog

from streams.ops.health import Liveness

_log = structlog.get_logger(__name__)


class LagGauge(Protocol):
    """Where the loop's lag is shown."""

    def loop_lag(self, seconds: float) -> None:
        """Set how late the event loop ran its last timer."""
        ...


class Watchdog:
    """Looks once per interval; `run` is a task of the event loop it measures."""

    def __init__(
        self,
        liveness: Liveness,
        gauge: LagGauge,
        fail: Callable[[str], None],
        *,
        monotonic: Callable[[], float],
        beat: Callable[[], None] = lambda: None,
        interval: float = 1.0,
    ) -> None:
        """`fail` is asked to end the process, with the reason, when a part is stuck and no cure is left; `beat` is
        called once per interval, ahead of the judgement.
        """
        self._liveness = liveness
        self._gauge = gauge
        self._fail = fail
        self._monotonic = monotonic
        self._beat = beat
        self._interval = interval
        self.beats = 0

    async def run(self) -> None:
        """Measure the loop and judge the parts until cancelled, or until a part is stuck."""
        while True:
            before = self._monotonic()
            await asyncio.sleep(self._interval)
            self._gauge.loop_lag(self._monotonic() - before - self._interval)
            self.beats += 1
            self._beat()
            if stuck := self._liveness.cure():
                reason = "; ".join(f"{check.name}: {check.reason}" for check in stuck)
                _log.critical("worker_stuck", reason=reason)
                self._fail(reason)
                return


class LoopGuard:
    """A thread that ends the process when the event loop itself hangs.

    It counts its own ticks, not time: a process that was paused (SIGSTOP, a sleeping laptop) has not hung.
    """

    def __init__(
        self, beats: Callable[[], int], end: Callable[[], object], *, tick: float = 1.0, patience: int = 60
    ) -> None:
        """`end` is called, in the thread, after `patience` ticks of `tick` seconds without a new beat."""
        self._beats = beats
        self._end = end
        self._tick = tick
        self._patience = patience
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="loop-guard", daemon=True)

    def start(self) -> None:
        """Start to watch."""
        self._thread.start()

    def close(self) -> None:
        """Stop watching and wait for the thread."""
        self._closed.set()
        self._thread.join()

    def _watch(self) -> None:
        last, still = self._beats(), 0
        while not self._closed.wait(self._tick):
            now = self._beats()
            still = still + 1 if now == last else 0
            last = now
            if still >= self._patience:
                _log.critical("event_loop_hangs", ticks=still)
                self._end()
                return
