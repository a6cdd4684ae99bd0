"""Background tasks whose end is always noticed, and how they begin again.

A task may end by an error, by returning, or by a cancellation that nobody of ours asked for. Here a callback of the
event loop is told of each end, so nothing that ends tasks can end the supervision with them.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

log = structlog.get_logger(__name__)

PAUSE_UNTOLD = 5.0

Work = Callable[[], Coroutine[Any, Any, None]]
# The event loop refers to tasks weakly; one that was told to stop must live until it has.
_ending: set["asyncio.Task[None]"] = set()


class EndedError(Exception):
    """A task that is not to end has returned."""


@dataclass(frozen=True, slots=True)
class End:
    """How a task ended, unasked, after how many seconds, and how often it had ended soon after its start before."""

    error: BaseException
    lasted: float
    quick_ends: int

    def pause(self, first: float, longest: float) -> float:
        """Seconds until the next start: doubled with each end in a row."""
        return min(longest, float(first * 2 ** min(self.quick_ends, 16)))


async def endless(work: Coroutine[Any, Any, None], what: str) -> None:
    """Run a member of a task group that is not to end before the group does. Raises EndedError where it ends.

    A task group takes no notice of a member that returns, or that a client of Kafka cancelled.
    """
    task = asyncio.get_running_loop().create_task(work, name=what)
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait({task})
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error from None
        raise
    error = None if task.cancelled() else task.exception()
    raise error or EndedError(f"{what} {'was cancelled' if task.cancelled() else 'returned'}")


class Supervised:
    """Runs `work` from `start` to `stop`, and again whenever it ends in between.

    Whether the end was asked for is known by a flag of our own. `asyncio.Task.cancelling()` does not tell: up to
    Python 3.12 it stays above 0 in a task that waited for a task group while a member failed.
    """

    def __init__(
        self,
        name: str,
        work: Work,
        on_end: Callable[[End], float | None],
        *,
        monotonic: Callable[[], float],
        steady: float = 60.0,
    ) -> None:
        """`on_end` is told of every end that `stop` did not ask for, and returns the pause in seconds before the next
        start; None where there is to be none. Ends after less than `steady` seconds are counted as being in a row.
        """
        self._name = name
        self._work = work
        self._on_end = on_end
        self._monotonic = monotonic
        self._steady = steady
        self._task: asyncio.Task[None] | None = None
        self._next: asyncio.TimerHandle | None = None
        self._stopping = False
        self._began = 0.0
        self._quick_ends = 0

    def start(self) -> None:
        """Begin."""
        self._next = None
        self._began = self._monotonic()
        self._task = asyncio.get_running_loop().create_task(self._work(), name=self._name)
        _ending.add(self._task)
        self._task.add_done_callback(self._ended)

    def restart(self) -> None:
        """End the present run; `on_end` is told, as of any end that `stop` did not ask for."""
        if self._task is not None:
            self._task.cancel()

    def expect_end(self) -> None:
        """Whatever ends it from now on was asked for."""
        self._stopping = True

    def stop(self) -> None:
        """Ask for the end."""
        self._stopping = True
        if self._next is not None:
            self._next.cancel()
        if self._task is not None:
            self._task.cancel()

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it runs at the moment."""
        return self._task is None or self._task.done()

    async def ended(self, seconds: float) -> bool:
        """Wait for the end that `stop` asked for, for so long at most; whether it came."""
        if self._task is not None and not self._task.done():
            await asyncio.wait({self._task}, timeout=seconds)
        return self.has_ended

    def _ended(self, task: "asyncio.Task[None]") -> None:
        _ending.discard(task)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if self._stopping:
            return
        lasted = self._monotonic() - self._began
        self._quick_ends = 0 if lasted >= self._steady else self._quick_ends
        end = End(error or EndedError(f"{self._name} returned"), lasted, self._quick_ends)
        self._quick_ends += 1
        pause = self._pause_after(end)
        if pause is not None:
            self._next = asyncio.get_running_loop().call_later(pause, self.start)

    def _pause_after(self, end: End) -> float | None:
        try:
            return self._on_end(end)
        except Exception:  # A fault in telling of an end must not be the end of it all.
            log.exception("end_not_told", task=self._name)
            return PAUSE_UNTOLD
