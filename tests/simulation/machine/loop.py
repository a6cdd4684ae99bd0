"""An event loop in virtual time: where nothing is ready, its clock jumps to the next timer."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import Context
from typing import Any, cast

from tests.simulation.machine.process import PROCESS, Process, ProcessState

Submit = Callable[..., "Future[Any]"]


RESOLUTION = 1e-6
"""Seconds by which the clock goes on at least whenever there is nothing to do but to wait."""


class StandstillError(Exception):
    """Nothing is ready and no timer is set: whoever waits waits for ever."""


class OverrunError(Exception):
    """More steps than any schedule needs: something turns in circles without time passing."""


class VirtualLoop(asyncio.BaseEventLoop):
    """Deterministic: nothing comes from outside, threads do not exist, and sets of tasks have the order of their birth.

    `on_step` is told of each task that has just been suspended in a process.
    """

    def __init__(self, most_steps: int = 3_000_000) -> None:
        super().__init__()
        self._now = 0.0
        self._left = most_steps
        self.steps = 0
        self.on_step: Callable[[asyncio.Task[Any]], None] | None = None
        self.submit: Submit | None = None
        """Runs what goes to a thread."""
        self._born = itertools.count()
        self.set_task_factory(_make_task)

    def time(self) -> float:
        """Virtual seconds."""
        return self._now

    def next_number(self) -> int:
        """For what has an order only by its birth."""
        return next(self._born)

    def create_future(self) -> "asyncio.Future[Any]":
        """A future with a repeatable place in sets."""
        return NumberedFuture(loop=self)

    def call_soon_threadsafe(  # type: ignore[override]  # With any arguments.
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """There are no other threads."""
        return self.call_soon(callback, *args, context=context)

    def run_in_executor(  # type: ignore[override]  # As above.
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> "asyncio.Future[Any]":
        """See `machine.threads`."""
        if self.submit is None:
            raise RuntimeError("no thread may be used here")
        return asyncio.wrap_future(self.submit(executor, func, *args), loop=self)

    def tasks_of(self, process: Process) -> list["NumberedTask"]:
        """Those of the process that have not ended."""
        return [each for each in asyncio.all_tasks(self) if isinstance(each, NumberedTask) and each.process is process]

    def resume(self, process: Process) -> None:
        """Let a stopped process go on: all that became due is due now."""
        process.state = ProcessState.RUNNING
        held, process.held = process.held, []
        self._handles().extend(held)

    def _handles(self) -> Any:
        return cast("Any", self)._ready

    def _run_once(self) -> None:
        ready, timers = self._handles(), cast("Any", self)._scheduled
        while timers and timers[0]._cancelled:
            heapq.heappop(timers)._scheduled = False
        if not ready and not cast("Any", self)._stopping:
            if not timers:
                raise StandstillError
            # A pause that is lost in rounding (`now + pause == now`) would be asked for again for ever.
            self._now = max(self._now + RESOLUTION, timers[0]._when)
        while timers and timers[0]._when <= self._now:
            handle = heapq.heappop(timers)
            handle._scheduled = False
            if not handle._cancelled:
                ready.append(handle)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                self._run_handle(handle)

    def _run_handle(self, handle: Any) -> None:
        process = handle._context.get(PROCESS)
        if process is not None and process.state is not ProcessState.RUNNING:
            (process.kept if process.state is ProcessState.DEAD else process.held).append(handle)
            return
        self.steps += 1
        if self.steps > self._left:
            raise OverrunError
        handle._run()
        if self.on_step is None or process is None:
            return
        task = getattr(handle._callback, "__self__", None)
        if isinstance(task, asyncio.Task) and not task.done():
            handle._context.run(self.on_step, task)

    def _process_events(self, event_list: Any) -> None:
        raise NotImplementedError

    def _write_to_self(self) -> None:
        """Nobody sleeps."""


class NumberedFuture(asyncio.Future[Any]):
    """A future whose hash is its number."""

    def __init__(self, *, loop: VirtualLoop) -> None:
        super().__init__(loop=loop)
        self._number = loop.next_number()

    def __hash__(self) -> int:
        return self._number


class NumberedTask(asyncio.Task[Any]):
    """A task whose hash is its number."""

    def __init__(self, coro: Any, *, loop: VirtualLoop, **options: Any) -> None:
        self._number = loop.next_number()
        self.process = PROCESS.get()
        super().__init__(coro, loop=loop, **options)
        # A killed process leaves its tasks where they are.
        self._log_destroy_pending = False

    def __hash__(self) -> int:
        return self._number


def _make_task(loop: Any, coro: Any, **options: Any) -> NumberedTask:
    return NumberedTask(coro, loop=loop, **options)
