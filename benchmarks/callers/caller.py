"""A caller in a process of its own: `python -m benchmarks.callers.caller URL N AT_ONCE` prints N times in seconds."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE
from contextlib import suppress
from http import HTTPStatus

import aiohttp

TRY_AGAIN_FOR = 60.0
"""Seconds: a probe is closed for a newer caller now and then, and asks again; that time is the caller's."""


async def times(url: str, count: int, at_once: int) -> tuple[float, ...]:
    """How long each of so many calls took, in seconds. Raises RuntimeError where the caller could not."""
    command = (sys.executable, "-m", "benchmarks.callers.caller", url, str(count), str(at_once))
    caller = await asyncio.create_subprocess_exec(*command, stdout=PIPE, stderr=PIPE)
    out, trouble = await caller.communicate()
    if caller.returncode:
        raise RuntimeError(f"{url} was not answered: {trouble.decode()[-500:]}")
    return tuple(json.loads(out))


async def _call(session: aiohttp.ClientSession, url: str) -> float:
    began = time.monotonic()
    async with asyncio.timeout(TRY_AGAIN_FOR):
        while True:
            with suppress(aiohttp.ClientError):
                async with session.get(url) as reply:
                    await reply.read()
                    if reply.status == HTTPStatus.OK:
                        return time.monotonic() - began


async def _calls(url: str, count: int, at_once: int) -> list[float]:
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        taken: list[float] = []
        for begin in range(0, count, at_once):
            size = min(at_once, count - begin)
            taken += await asyncio.gather(*(_call(session, url) for _ in range(size)))
        return taken


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_calls(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))))  # noqa: T201  # Its result.
