"""Work that one task does for all who wait for it, and work that is done side by side."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from xero_client.errors import UnavailableError


class SingleFlight:
    """At most one task per name at a time; whoever asks for it while it is under way waits for that one.

    Its error is raised to all of them, UnavailableError where `close` ended it. A waiter that is cancelled leaves the
    task to the others.
    """

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[None]] = {}

    async def join(self, name: str, start: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Wait for the task of that name, started here where there is none."""
        task = self._under_way.get(name)
        if task is None:
            task = asyncio.get_running_loop().create_task(start())
            self._under_way[name] = task
            task.add_done_callback(partial(self._ended, name))
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if task.cancelled() and not _is_cancelled():
                # A CancelledError that nobody asked for would end the waiter's task silently.
                raise UnavailableError("The read was given up because the cache was closed") from None
            raise

    def _ended(self, name: str, task: asyncio.Task[None]) -> None:
        """Whoever waits is told the error. Where all waiters were cancelled nobody is, and whoever asks next begins
        anew; asyncio would complain of an error that nobody looked at.
        """
        self._under_way.pop(name)
        if not task.cancelled():
            task.exception()

    async def close(self) -> None:
        """Cancel what is under way and wait until it is over."""
        tasks = tuple(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def together(*works: Awaitable[None]) -> None:
    """Do all at once. The first error ends the others and is raised as it is, not in a group."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
