"""A caller that sends bytes, not requests."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

PATIENCE = 10.0


@dataclass(frozen=True)
class RawAnswer:
    """What came back. Header names are in lower case; a header that came twice is a fault of the test's server."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class RawCaller:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def answer(self) -> RawAnswer:
        """The next answer. Raises asyncio.IncompleteReadError where the connection ends without one."""
        async with asyncio.timeout(PATIENCE):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            pairs = [line.split(": ", 1) for line in head[1:] if line]
            headers = {name.lower(): value for name, value in pairs}
            assert len(headers) == len(pairs)
            body = await self.reader.readexactly(int(headers["content-length"]))
        return RawAnswer(int(head[0].split(" ")[1]), headers, body)

    async def ended(self) -> bytes:
        """What comes until the connection's end, reset or closed."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""

    async def close(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


@asynccontextmanager
async def calling(port: int) -> AsyncIterator[RawCaller]:
    """A connection for the block."""
    caller = RawCaller(*await asyncio.open_connection("127.0.0.1", port))
    try:
        yield caller
    finally:
        await caller.close()


async def exchange(port: int, data: bytes) -> RawAnswer:
    """The answer to these bytes on a connection of their own."""
    async with calling(port) as caller:
        caller.send(data)
        return await caller.answer()
