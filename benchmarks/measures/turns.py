"""How long the event loop did nothing else: a timer that is late tells."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from benchmarks.measures.spread import Spread

TICK = 0.005
MOST = 0.05
"""No turn over so many seconds at p99.9."""


@asynccontextmanager
async def watched_turns() -> AsyncIterator[list[float]]:
    """The seconds by which a timer was late, each time, while the block ran."""
    late: list[float] = []
    task = asyncio.create_task(_tick(late))
    try:
        yield late
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def longest_turns(late: list[float]) -> float:
    """At p99.9."""
    return Spread.of(late).at(0.999)


async def _tick(late: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await asyncio.sleep(TICK)
        late.append(time.perf_counter() - began - TICK)
