"""An event loop in a thread of its own: the browser's side blocks, and what it visits runs there."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from typing import Any, TypeVar

Made = TypeVar("Made")

PATIENCE = 20.0


class Background:
    """What runs there."""

    def __init__(self, loop: asyncio.AbstractEventLoop, stack: AsyncExitStack) -> None:
        self._loop = loop
        self._stack = stack

    def run(self, work: Coroutine[Any, Any, Made]) -> Made:
        """The result of the work, which is waited for."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def enter(self, entered: AbstractAsyncContextManager[Made]) -> Made:
        """What the context manager gives; it is left when the loop ends."""
        return self.run(self._stack.enter_async_context(entered))

    def at_end(self, end: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """To be done when the loop ends, the last first."""
        self._stack.push_async_callback(end)


@contextmanager
def in_background() -> Iterator[Background]:
    """A loop for the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    background = Background(loop, stack := AsyncExitStack())
    try:
        yield background
    finally:
        try:
            background.run(stack.aclose())
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(PATIENCE)
            loop.close()
