"""Waiting with a bound on what may never end: clients of Kafka that swallow cancellation, brokers that are frozen."""

import asyncio
from collections.abc import Coroutine
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


def _forget(task: "asyncio.Future[Any]") -> None:
    _given_up.discard(task)
    if not task.cancelled():
        task.exception()  # Nobody waits for it any more.
