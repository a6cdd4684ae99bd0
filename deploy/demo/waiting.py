"""Waiting for a condition, with a deadline."""

import asyncio
from collections.abc import Awaitable, Callable

POLL_SECONDS = 0.1


async def until(condition: Callable[[], Awaitable[bool]], seconds: float) -> bool:
    """Whether `condition` came true within `seconds`; what it raises goes through."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    while not await condition():
        if loop.time() > deadline:
            return False
        await asyncio.sleep(POLL_SECONDS)
    return True
