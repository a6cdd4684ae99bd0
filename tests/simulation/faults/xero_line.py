"""The way to Xero: the client's own bytes go into a socket that ends in the simulator's answering function."""

import asyncio
import random
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextvars import Context
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from deploy.simulator.server import answered
from deploy.simulator.state import Request, SimulatorState
from tests.simulation.faults.plan import Fault, FaultPlan, Kind
from tests.simulation.machine import PROCESS, VirtualLoop
from xero_client.errors import UnavailableError

SHORTEST, LONGEST = 0.05, 0.6
_OUTSIDE = Context()


class XeroLine:
    """Makes exchanges: the request arrives after a while, and what came back is known after another."""

    def __init__(self, loop: VirtualLoop, chance: random.Random, plan: FaultPlan, state: SimulatorState) -> None:
        self._loop = loop
        self._chance = chance
        self._plan = plan
        self.state = state
        self._waited = 0.0

    def begin(self, exchange: Callable[[], Any], future: "Future[Any]") -> None:
        """See `threads.Exchanges`. A thread is free at once: there are as many as Xero takes calls."""
        future.set_running_or_notify_cancel()
        there = self._chance.uniform(SHORTEST, LONGEST)
        self._loop.call_later(there, self._exchange, exchange, future)

    def _exchange(self, exchange: Callable[[], Any], future: "Future[Any]") -> None:
        self._waited = self._chance.uniform(SHORTEST, LONGEST)
        try:
            result = exchange()
        except BaseException as error:  # noqa: BLE001  # As a thread pool does.
            self._loop.call_later(self._waited, future.set_exception, error)
        else:
            self._loop.call_later(self._waited, future.set_result, result)

    def connect(self, address: tuple[str, int], timeout: Any = None, *_: Any, **__: Any) -> "MemorySocket":
        """As `urllib3.util.connection.create_connection`."""
        del address
        return MemorySocket(self._answer, timeout)

    def _answer(self, raw: bytes, timeout: float) -> bytes:
        """The bytes of the reply. Raises what a socket raises where there is none."""
        request = _read(raw)
        fault = self._plan.met(f"xero:{_operation(request)}") if PROCESS.get() is not None else None
        if fault is None or fault.kind is Kind.CRASH:
            return _written(self.serve(request))
        return self._fail(request, fault, timeout)

    def _fail(self, request: Request, fault: Fault, timeout: float) -> bytes:
        if fault.kind in (Kind.LOST, Kind.SILENT):
            self.serve(request)
        if fault.kind is Kind.LATE:
            self._loop.call_later(fault.seconds, self.serve, request, context=_OUTSIDE)
        if fault.kind in (Kind.HANG, Kind.SILENT, Kind.LATE):
            self._waited = timeout
            raise TimeoutError("timed out")
        raise ConnectionResetError(104, "Connection reset by peer")

    def serve(self, request: Request) -> Any:
        """The simulator's answer, at this moment."""
        answering = answered(self.state, request)
        try:
            answering.send(None)
        except StopIteration as done:
            return done.value
        raise RuntimeError("the simulator must not wait here")


class MemorySocket(socket.socket):
    """A connection that is used for one exchange. It is a socket, closed, so that whoever shuts it may."""

    def __init__(self, answer: Callable[[bytes, float], bytes], timeout: Any) -> None:
        super().__init__()
        super().close()
        self._answer = answer
        self._sent = bytearray()
        self._wait = float(timeout or 0.0)

    def settimeout(self, value: Any) -> None:
        """How long an answer is waited for."""
        self._wait = float(value or 0.0)

    def setsockopt(self, *_: Any) -> None:
        """Nothing to set."""

    def sendall(self, data: Any, *_: Any) -> None:
        """Collect the request; it is answered when somebody reads."""
        self._sent += data

    def makefile(self, *_: Any, **__: Any) -> Any:
        """The answer. Raises where there is none."""
        return BytesIO(self._answer(bytes(self._sent), self._wait))


class IdentityLine:
    """The same for tokens: `auth.Exchanges` over the simulator."""

    def __init__(self, loop: VirtualLoop, chance: random.Random, plan: FaultPlan, line: XeroLine) -> None:
        self._loop = loop
        self._chance = chance
        self._plan = plan
        self._line = line

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """As `auth.Exchanges`."""
        fault = self._plan.met("xero:POST token")
        await _elapse(self._loop, self._chance.uniform(SHORTEST, LONGEST))
        if fault is not None and fault.kind in (Kind.RAISE, Kind.HANG, Kind.LATE):
            await _elapse(self._loop, 0.0 if fault.kind is Kind.RAISE else 15.0)
            raise UnavailableError("Xero's identity service cannot be reached")
        parts = urlsplit(url)
        lower = {name.lower(): value for name, value in headers.items()}
        body = urlencode(form or {}).encode()
        reply = self._line.serve(Request(method, parts.path, parts.query, dict(parse_qsl(parts.query)), lower, body))
        await _elapse(self._loop, self._chance.uniform(SHORTEST, LONGEST))
        if fault is not None and fault.kind in (Kind.LOST, Kind.SILENT):
            raise UnavailableError("Xero's identity service cannot be reached")
        return reply.status, reply.body


async def _elapse(loop: VirtualLoop, seconds: float) -> None:
    over = loop.create_future()
    loop.call_later(seconds, _finish, over)
    await over


def _finish(over: "asyncio.Future[None]") -> None:
    if not over.done():
        over.set_result(None)


def _read(raw: bytes) -> Request:
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    parts = urlsplit(target)
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines)}
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(method, parts.path, parts.query, query, headers, body)


def _written(reply: Any) -> bytes:
    headers = {
        **reply.headers,
        "Content-Type": reply.content_type,
        "Content-Length": str(len(reply.body)),
        "Connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    body: bytes = reply.body
    return f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}\r\n{lines}\r\n".encode("latin-1") + body


def _operation(request: Request) -> str:
    """`PUT Invoices`, `GET Contacts`…; one document by its id is another call than a list."""
    segments = [part for part in request.path.split("/") if part][2:]
    one = " one" if len(segments) > 1 else ""
    how = "".join(f" {name}" for name in ("InvoiceNumbers", "QuoteNumber", "IDs", "where") if name in request.query)
    return f"{request.method} {segments[0] if segments else request.path}{one}{how}"
