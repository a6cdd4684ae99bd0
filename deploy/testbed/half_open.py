"""Callers that connect and never say what they want."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

READY_SECONDS = 120.0


@asynccontextmanager
async def half_open(port: int, count: int) -> AsyncIterator[None]:
    """Hold so many connections with half a head; whichever is closed is opened again.

    Raises RuntimeError where they could not all be open at once, or could not be held until the end.
    """
    command = (sys.executable, "-m", "deploy.testbed.half_open_process", str(port), str(count))
    flood = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    if flood.stdin is None or flood.stdout is None:
        raise RuntimeError("the process of the connections has no pipes")
    try:
        async with asyncio.timeout(READY_SECONDS):
            if await flood.stdout.readline() != b"ready\n":
                raise RuntimeError(f"{count} connections could not be opened")
        yield
        if flood.returncode is not None:
            raise RuntimeError("the connections were not held until the end")
    finally:
        flood.stdin.close()
        await flood.wait()
