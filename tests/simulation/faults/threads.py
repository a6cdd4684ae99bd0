"""What goes to a thread: done on the loop, a moment later, in the process that asked for it."""

import random
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from tests.simulation.faults.plan import Fault, FaultPlan, Kind
from tests.simulation.machine import PROCESS, VirtualLoop

LONGEST = 0.004


class Exchanges(Protocol):
    """Makes the calls of Xero's threads."""

    def begin(self, exchange: Callable[[], Any], future: "Future[Any]") -> None:
        """Make the exchange and tell the future."""
        ...


@dataclass
class _Pool:
    jobs: deque[tuple[Callable[[], Any], "Future[Any]"]] = field(default_factory=deque)
    is_busy: bool = False


class Threads:
    """Jobs of one pool of one thread come in order; those of the loop's own pool need not."""

    def __init__(self, loop: VirtualLoop, chance: random.Random, plan: FaultPlan, xero: Exchanges) -> None:
        self._loop = loop
        self._chance = chance
        self._plan = plan
        self._xero = xero

    def submit(self, pool: Any, job: Callable[..., Any], *args: Any) -> "Future[Any]":
        """As `ThreadPoolExecutor.submit`."""
        future: Future[Any] = Future()
        if str(getattr(pool, "_thread_name_prefix", "")).startswith("xero-"):
            self._xero.begin(partial(job, *args), future)
            return future
        if pool is None:
            self._soon(partial(job, *args), future, lambda: None)
            return future
        queue = vars(pool).setdefault("simulated", _Pool())
        queue.jobs.append((partial(job, *args), future))
        self._next(queue)
        return future

    def _next(self, queue: _Pool) -> None:
        if queue.is_busy or not queue.jobs:
            return
        queue.is_busy = True
        job, future = queue.jobs.popleft()

        def through() -> None:
            queue.is_busy = False
            self._next(queue)

        self._soon(job, future, through)

    def _soon(self, job: Callable[[], Any], future: "Future[Any]", through: Callable[[], None]) -> None:
        """Two moments: when it is done, and when that is known; a process may die between."""
        fault = self._plan.met(f"disk:{_name(job)}") if PROCESS.get() is not None else None
        self._loop.call_later(self._chance.uniform(0, LONGEST), self._work, job, future, through, fault)

    def _work(self, job: Callable[[], Any], future: "Future[Any]", through: Callable[[], None], fault: Any) -> None:
        if not future.set_running_or_notify_cancel():
            through()
            return
        tell: Callable[[], None]
        try:
            tell = partial(future.set_result, _done(job, fault))
        except BaseException as error:  # noqa: BLE001  # As a thread pool does.
            tell = partial(future.set_exception, error)

        def end() -> None:
            tell()
            through()

        self._loop.call_later(self._chance.uniform(0, LONGEST), end)


def _done(job: Callable[[], Any], fault: Fault | None) -> Any:
    if fault is not None and fault.kind is Kind.RAISE:
        raise OSError(28, "No space left on device")
    result = job()
    if fault is not None and fault.kind is Kind.LOST:
        raise OSError(5, "Input/output error")
    return result


def _name(job: Any) -> str:
    """What is done, through whatever wraps it."""
    while isinstance(job, partial):
        inner = next((each for each in job.args if callable(each)), None)
        job = job.func if inner is None else inner
    return str(getattr(job, "__qualname__", type(job).__name__)).replace(".<locals>", "")
