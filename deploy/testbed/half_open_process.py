"""Connections that never say what they want: `python -m deploy.testbed.half_open_process PORT N`.

They have a process of their own: beside them whoever measures how soon a worker answers would measure how busy this
is. It says "ready" when all were open at once, and ends with whoever started it.
"""

import asyncio
import resource
import sys
from contextlib import suppress

AGAIN_AFTER = 1.0
HALF_A_HEAD = b"GET /api/v1/companies HTTP/1.1\r\nHost: a\r\nX: "


async def hold(port: int, ready: asyncio.Barrier) -> None:
    """One connection; when it is closed it is opened again."""
    first = True
    while True:
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(HALF_A_HEAD)
                if first:
                    await ready.wait()
                first = False
                await reader.read()
            finally:
                writer.transport.abort()
        await asyncio.sleep(AGAIN_AFTER)


async def run(port: int, count: int) -> None:
    """Hold so many until standard input ends."""
    ready = asyncio.Barrier(count + 1)
    async with asyncio.TaskGroup() as group:
        held = [group.create_task(hold(port, ready)) for _ in range(count)]
        await ready.wait()
        print("ready", flush=True)  # It is what the parent waits for.
        await asyncio.to_thread(sys.stdin.read)
        for each in held:
            each.cancel()


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(run(int(sys.argv[1]), int(sys.argv[2])))
