"""Waiting with a bound on what may never end: clients of Kafka that swallow cancellation, brokers that are frozen."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")

# The event loop refers to tasks weakly; one that was given up must live until it ends.
_given_up: set["asyncio.Future[Any]"] = set()


async def bounded(work: Coroutine[Any, Any, Result], seconds: float, what: str) -> Result:
    """The result of `work`, which runs in a task of its own. Raises TimeoutError where it takes longer.

    `asyncio.wait_for` would wait for the end of what it cancels, and aiokafka swallows cancellation in places. What is
    late is cancelled and left behind. Work that ends by a cancellation of its own, as a client that is closed does,
    raises ConnectionError: our caller was not cancelled.

    Not for work whose result has to be given back, as a lock: where our caller is cancelled just as the work ends, the
    result is nobody's.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task}, timeout=seconds)
    finally:
        if not task.done():
            task.cancel()
            _given_up.add(task)
            task.add_done_callback(_forget)
    if not task.done():
        raise TimeoutError(f"{what} took longer than {seconds:g} s")
    if task.cancelled():
        raise ConnectionError(f"{what} was given up by the client")
    return task.result()


class Patience:
    """With what goes on, however long that takes, and with what stands still for a bounded time."""

    def __init__(self, seconds: float, monotonic: Callable[[], float], why: str) -> None:
        """`why` is what is said where it stood still for longer than `seconds`."""
        self._seconds = seconds
        self._monotonic = monotonic
        self._why = why
        self._reached: object = None
        self._since = monotonic()

    def check(self, reached: object) -> None:
        """It has come so far. Raises TimeoutError where it has been there for too long."""
        if self._reached not in (None, reached):
            self._since = self._monotonic()
        self._reached = reached
        if self._monotonic() - self._since > self._seconds:
            raise TimeoutError(self._why)


def _forget(task: "asyncio.Future[Any]") -> None:
    _given_up.discard(task)
    if not task.cancelled():
        task.exception()  # Nobody waits for it any more.
