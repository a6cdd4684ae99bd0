"""An HTTP server that answers as scripted, down to the byte: cut, slow, reset, nonsense."""

import asyncio
import random
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from deploy.kafka.ports import LOOPBACK, free_ports


@dataclass(frozen=True)
class Request:
    """One request as it arrived. Header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The address without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters, decoded."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}


Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class RawServer:
    """Gives each request the next of `answers`; the last one for ever. `requests` are those that arrived whole.

    `most_at_once` counts those that waited for their answers together; `ended` is set by the first connection's end.
    """

    port: int
    scheme: str = "http"
    answers: list[Answer] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    most_at_once: int = 0
    connections: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    _arrival: asyncio.Condition = field(default_factory=asyncio.Condition)
    _waiting: int = 0
    _serving: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """The root address."""
        return f"{self.scheme}://{LOOPBACK}:{self.port}"

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self.connections += 1
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def until(self, count: int, seconds: float = 10) -> None:
        """Wait until that many requests have arrived. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._arrival:
            await self._arrival.wait_for(lambda: len(self.requests) >= count)

    async def close(self) -> None:
        """End every connection."""
        for task in list(self._serving):
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while not writer.is_closing():
                await self._arrived(await _request(reader))
                await self._next_answer()(writer)
                self._waiting -= 1
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # The client went away, or spoke something else than HTTP.
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
            self.ended.set()

    async def _arrived(self, request: Request) -> None:
        self._waiting += 1
        self.most_at_once = max(self.most_at_once, self._waiting)
        async with self._arrival:
            self.requests.append(request)
            self._arrival.notify_all()

    def _next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@asynccontextmanager
async def raw_server(*answers: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[RawServer]:
    """A server on a free port of loopback for the block, over TLS where a context is given."""
    for port in free_ports(random.Random()):  # noqa: S311  # A port is no secret.
        raw = RawServer(port, "https" if tls else "http", list(answers))
        try:
            server = await asyncio.start_server(raw.accept, LOOPBACK, port, ssl=tls)
        except OSError:
            continue
        try:
            yield raw
        finally:
            server.close()
            await raw.close()
            await server.wait_closed()
        return


def reply(status: int, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> Answer:
    """A whole reply, the connection kept."""
    return raw(_head(status, {"Content-Length": str(len(body)), **(headers or {})}) + body)


def cut(status: int, body: bytes, missing: int = 100) -> Answer:
    """A reply that announces `missing` bytes more than come, and then the end of the connection."""
    return raw(_head(status, {"Content-Length": str(len(body) + missing)}) + body, close=True)


def unbounded(status: int, body: bytes) -> Answer:
    """A reply without a length that ends with the connection."""
    return raw(_head(status, {"Connection": "close"}) + body, close=True)


def raw(data: bytes, *, close: bool = False) -> Answer:
    """These very bytes."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        if close:
            writer.close()

    return answer


def reset(data: bytes = b"") -> Answer:
    """These bytes, and then a TCP reset."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        connection: socket.socket = writer.get_extra_info("socket")
        # Linger 0 makes the kernel send RST instead of FIN.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    return answer


def silence(until: asyncio.Event) -> Answer:
    """Nothing until the event, then the end of the connection."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        await until.wait()
        writer.close()

    return answer


def drip(data: bytes, pause: float) -> Answer:
    """One byte at a time with a pause after each: never idle long enough for a read timeout."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for position in range(len(data)):
            writer.write(data[position : position + 1])
            await writer.drain()
            await asyncio.sleep(pause)

    return answer


def late(event: asyncio.Event, then: Answer) -> Answer:
    """`then`, once the event is set."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        await event.wait()
        await then(writer)

    return answer


def _head(status: int, headers: Mapping[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


async def _request(reader: asyncio.StreamReader) -> Request:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    pairs = (line.split(":", 1) for line in lines[1:] if line)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)
