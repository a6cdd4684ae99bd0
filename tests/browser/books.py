"""The simulator's pages, served from a thread: the browser's side blocks."""

import asyncio
import random
import threading
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from deploy.simulator import SimClock, Simulator
from tests.browser.running import PATIENCE

ORGANISATION: Final = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
_HERE: Final = f"/books/{ORGANISATION}"
SCREENS: Final[Mapping[str, str]] = {
    "start": "/books",
    "contacts": f"{_HERE}/contacts",
    "items": f"{_HERE}/items",
    "documents": f"{_HERE}/documents",
    "nothing-found": f"{_HERE}/items?q=nothing-like-this",
    "not-found": f"{_HERE}/payroll",
}


@dataclass(frozen=True)
class Books:
    """Where they are."""

    url: str
    simulator: Simulator


@contextmanager
def running_books() -> Iterator[Books]:
    """The demonstration's seed, on a clock that stands still."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    stack = AsyncExitStack()
    clock = SimClock(datetime(2026, 11, 20, 6, 0, tzinfo=UTC), scale=0)
    source = random.Random(7)  # noqa: S311  # Ids that repeat.
    try:
        starting = stack.enter_async_context(Simulator.started(clock=clock, source=source))
        simulator = asyncio.run_coroutine_threadsafe(starting, loop).result(PATIENCE)
        yield Books(simulator.base_url, simulator)
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()
