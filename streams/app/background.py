"""The worker's background tasks. Each has an owner here that is told how it ended."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

import structlog

from streams.ops import BackgroundTask, End, EndedError, Supervised, Work

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0


class RestartMetrics(Protocol):
    """What is counted about them."""

    def restarted(self, task: BackgroundTask) -> None:
        """One that ended unasked and begins anew."""
        ...


class Background:
    """Three kinds of tasks, by what their end means. `fail` ends the process, with the reason."""

    def __init__(self, fail: Callable[[str], None], metrics: RestartMetrics, *, monotonic: Callable[[], float]) -> None:
        self._fail = fail
        self._metrics = metrics
        self._monotonic = monotonic
        self._tasks: list[Supervised] = []

    def vital(self, name: str, work: Work) -> None:
        """Begin what the process cannot do without: any end of it ends the process."""
        self._begin(name, work, partial(self._ended_vital, name))

    def once(self, name: str, work: Work) -> Supervised:
        """Begin what is to come to its end: anything but a return ends the process."""
        return self._begin(name, work, partial(self._ended_once, name))

    def lasting(self, task: BackgroundTask, work: Work) -> None:
        """Begin what the process can do without for a while: it begins anew after a pause."""
        self._begin(task, work, partial(self._ended_lasting, task))

    def expect_ends(self) -> None:
        """The worker is being stopped: whatever ends from now on was asked to."""
        for task in self._tasks:
            task.expect_end()

    async def stop(self, seconds: float) -> None:
        """Cancel all, and give them so long to end."""
        for task in self._tasks:
            task.stop()
        await asyncio.gather(*(each.ended(seconds) for each in self._tasks))

    def _begin(self, name: str, work: Work, on_end: Callable[[End], float | None]) -> Supervised:
        task = Supervised(name, work, on_end, monotonic=self._monotonic)
        self._tasks.append(task)
        task.start()
        return task

    def _ended_vital(self, name: str, end: End) -> None:
        log.error("part_failed", part=name, exc_info=end.error)
        self._fail(f"{name}: {end.error!r}")

    def _ended_once(self, name: str, end: End) -> None:
        if not isinstance(end.error, EndedError):
            self._ended_vital(name, end)

    def _ended_lasting(self, task: BackgroundTask, end: End) -> float:
        pause = end.pause(FIRST_PAUSE, LONGEST_PAUSE)
        self._metrics.restarted(task)
        log.warning("task_restarts", task=task.value, error=repr(end.error)[:300], seconds=pause)
        return pause
