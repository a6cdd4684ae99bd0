"""A wire between a client and a server on loopback, with what befalls wires: bytes go through, late, in part or not."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from deploy.testbed.ports import free_port

PIECE = 64 * 1024


@dataclass(frozen=True)
class Toxic:
    """What is wrong with the wire. `upward` is from client to server.

    `latency` is in seconds, for each piece. `swallow`: connections stay and nothing arrives, in either direction.
    `cut_after`: so many bytes of a connection go through in the direction that `cut_upward` says, then it is closed,
    or reset. `slow_close`: the end of one side reaches the other so many seconds later. `refuse`: every connection is
    reset, new ones at once.
    """

    latency: float = 0.0
    swallow: bool = False
    cut_after: int | None = None
    cut_upward: bool = True
    reset: bool = False
    slow_close: float = 0.0
    refuse: bool = False


HEALTHY = Toxic()


@dataclass(eq=False)
class _Connection:
    """One connection, and the one behind it."""

    sides: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    swallowed: bool = False

    def end(self, *, reset: bool) -> None:
        for side in self.sides:
            transport = side.transport
            if reset:
                with contextlib.suppress(OSError, AttributeError):
                    # RFC 793 resets what is closed with nothing to linger for.
                    transport.get_extra_info("socket").setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                    )
            transport.abort()


@dataclass
class Wire:
    """Listens at `port` and forwards to `target`, as `toxic` says from moment to moment."""

    target: tuple[str, int]
    port: int = field(default_factory=free_port)
    toxic: Toxic = HEALTHY
    met: int = 0
    """How often the present toxic did something: a run in which it did nothing proves nothing."""
    _connections: set[_Connection] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def set(self, toxic: Toxic) -> None:
        """From now on. What was swallowed stays so: nobody brings those bytes back."""
        self.toxic, self.met = toxic, 0
        if toxic.refuse:
            for each in tuple(self._connections):
                self.met += 1
                each.end(reset=True)

    @asynccontextmanager
    async def laid(self) -> AsyncIterator["Wire"]:
        """Forward for the time of a `with` block."""
        async with await asyncio.start_server(self._accept, "127.0.0.1", self.port):
            try:
                yield self
            finally:
                for each in tuple(self._connections):
                    each.end(reset=True)
                for task in tuple(self._tasks):
                    task.cancel()
                await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.toxic.refuse:
            self.met += 1
            writer.transport.abort()
            return
        try:
            server_reader, server_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.transport.abort()
            return
        connection = _Connection((writer, server_writer))
        self._connections.add(connection)
        for source, sink, upward in ((reader, server_writer, True), (server_reader, writer, False)):
            arrived: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
            self._run(_take_in(source, arrived))
            self._run(self._deliver(connection, arrived, sink, upward=upward))

    def _run(self, step: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(step)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(
        self,
        connection: _Connection,
        arrived: asyncio.Queue[tuple[float, bytes]],
        sink: asyncio.StreamWriter,
        *,
        upward: bool,
    ) -> None:
        through = 0
        try:
            with contextlib.suppress(OSError):
                while (piece := await arrived.get())[1]:
                    through += await self._forward(connection, *piece, sink, through, upward=upward)
            if self.toxic.slow_close:
                self.met += 1
                await asyncio.sleep(self.toxic.slow_close)
        finally:
            if not connection.swallowed:
                connection.end(reset=False)
                self._connections.discard(connection)

    async def _forward(
        self,
        connection: _Connection,
        at: float,
        data: bytes,
        sink: asyncio.StreamWriter,
        through: int,
        *,
        upward: bool,
    ) -> int:
        """How many bytes went through. Raises OSError where the wire was cut."""
        toxic = self.toxic
        if toxic.swallow or connection.swallowed:
            connection.swallowed = True
            self.met += 1
            return 0
        if toxic.latency:
            self.met += 1
            # Late, and not slow: what came together is late together.
            await asyncio.sleep(max(0.0, at + toxic.latency - asyncio.get_running_loop().time()))
        cut = toxic.cut_after is not None and upward is toxic.cut_upward and through + len(data) > toxic.cut_after
        sent = data[: max(0, (toxic.cut_after or 0) - through)] if cut else data
        sink.write(sent)
        await sink.drain()
        if cut:
            self.met += 1
            if not toxic.slow_close:
                connection.end(reset=toxic.reset)
            raise ConnectionAbortedError
        return len(sent)


async def _take_in(source: asyncio.StreamReader, arrived: asyncio.Queue[tuple[float, bytes]]) -> None:
    """Note when each piece came; an empty one is the end."""
    data = b"-"
    while data:
        try:
            data = await source.read(PIECE)
        except OSError:
            data = b""
        arrived.put_nowait((asyncio.get_running_loop().time(), data))
