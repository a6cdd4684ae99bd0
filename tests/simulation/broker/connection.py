"""A connection of aiokafka's client that ends in this process: the place of `aiokafka.conn.AIOKafkaConnection`."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from aiokafka.conn import CloseReason
from aiokafka.errors import KafkaConnectionError
from aiokafka.util import wait_for

from streams.app.reconnects import closing_when_late

VERSIONS = {
    0: (3, 7),
    1: (4, 11),
    2: (1, 3),
    3: (1, 8),
    8: (2, 3),
    9: (1, 3),
    10: (0, 1),
    11: (0, 5),
    12: (0, 1),
    13: (0, 1),
    14: (0, 3),
    18: (0, 2),
    22: (0, 0),
    24: (0, 0),
    25: (0, 0),
    26: (0, 0),
    28: (0, 0),
    32: (0, 2),
}
"""By request, what Kafka 4 and aiokafka 0.14 have in common."""


class Serves(Protocol):
    """The broker behind the connection."""

    def answer(self, request: Any) -> Any:
        """The response, or a future of it."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """What becomes of one request. Seconds there and back; where it or its reply does not arrive, and how."""

    there: float
    back: float
    arrives: bool = True
    returns: bool = True
    breaks: bool = False
    """The connection breaks where something does not arrive; else nothing is ever heard again."""


class Wire(Protocol):
    """The network between a client and the broker."""

    def delivers(self, request: Any) -> Delivery:
        """What becomes of a request."""
        ...

    def later(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back outside of any worker."""
        ...


@dataclass(slots=True)
class _Request:
    struct: Any
    answer: "asyncio.Future[Any]"
    delivery: Delivery


class MemoryConnection:
    """One request after the other is worked on, as a broker does it: one that waits holds up those behind it."""

    def __init__(self, host: str, port: int, broker: Serves, wire: Wire, **options: Any) -> None:
        self.host = host
        self.port = port
        self._broker = broker
        self._wire = wire
        self._timeout: float = options["request_timeout_ms"] / 1000
        self._on_close: Callable[..., Any] | None = options.get("on_close")
        self._queue: deque[_Request] = deque()
        self._unanswered: set[asyncio.Future[Any]] = set()
        self._is_busy = False
        self._is_silent = False
        self._is_closed = False
        self._is_abandoned = False

    def connected(self) -> bool:
        """Whether requests may be sent."""
        return not self._is_closed

    def send(self, request: Any, expect_response: bool = True) -> Awaitable[Any]:  # aiokafka's.
        """As in aiokafka. Raises KafkaConnectionError, and asyncio's TimeoutError where no answer comes."""
        del expect_response
        if self._is_closed:
            raise KafkaConnectionError(f"No connection to broker at {self.host}:{self.port}")
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._unanswered.add(answer)
        sent = _Request(request.prepare(VERSIONS), answer, self._wire.delivers(request))
        self._wire.later(sent.delivery.there, lambda: self._arrive(sent))
        # As the worker's own connections do.
        return closing_when_late(self, wait_for(answer, self._timeout))

    def close(self, reason: CloseReason | None = None, exc: BaseException | None = None) -> "asyncio.Future[None]":
        """As in aiokafka."""
        closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        closed.set_result(None)
        if not self._is_closed:
            self._is_closed = True
            self._fail(KafkaConnectionError(f"Connection at {self.host}:{self.port} closed: {exc!r}"))
            if self._on_close is not None:
                self._on_close(self, reason)
        return closed

    def _fail(self, error: Exception) -> None:
        for answer in [each for each in self._unanswered if not each.done()]:
            answer.set_exception(error)
            answer.exception()
        self._unanswered.clear()

    def _arrive(self, sent: _Request) -> None:
        if self._is_silent and not self._is_abandoned:
            return
        if not sent.delivery.arrives:
            self._lose(sent)
            return
        # What was on its way when the client closed is worked on all the same.
        self._queue.append(sent)
        self._work()

    def _lose(self, sent: _Request) -> None:
        if sent.delivery.breaks:
            self.break_off()
        else:
            self._is_silent = True

    def abandon(self) -> None:
        """The client's process is gone: nobody is told anything any more."""
        self._is_closed = self._is_silent = self._is_abandoned = True

    def break_off(self) -> None:
        """The other side, or something between, ends the connection."""
        if not self._is_closed:
            self.close(CloseReason.CONNECTION_BROKEN, OSError("connection reset"))

    def _work(self) -> None:
        if self._is_busy or not self._queue:
            return
        self._is_busy = True
        sent = self._queue.popleft()
        answer = self._broker.answer(sent.struct)
        if isinstance(answer, asyncio.Future):
            answer.add_done_callback(lambda done: self._worked(sent, done.result()))
        else:
            self._worked(sent, answer)

    def _worked(self, sent: _Request, response: Any) -> None:
        self._is_busy = False
        if not sent.delivery.returns:
            self._wire.later(sent.delivery.back, lambda: self._lose(sent))
        elif not self._is_silent:
            self._wire.later(sent.delivery.back, lambda: self._give(sent, response))
        self._work()

    def _give(self, sent: _Request, response: Any) -> None:
        self._unanswered.discard(sent.answer)
        with contextlib.suppress(asyncio.InvalidStateError):
            sent.answer.set_result(response)
