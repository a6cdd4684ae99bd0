"""The network between workers and the broker: how long things take, and what does not arrive."""

import asyncio
import random
from collections.abc import Callable
from contextvars import Context
from typing import Any

from aiokafka.errors import KafkaConnectionError

from tests.simulation.broker import Delivery, MemoryConnection
from tests.simulation.broker.connection import Serves
from tests.simulation.faults.plan import FaultPlan, Kind
from tests.simulation.machine import PROCESS, START, Process, VirtualLoop

SHORTEST, LONGEST = 0.0002, 0.003
_DELIVERIES = {
    Kind.RAISE: {"arrives": False, "breaks": True},
    Kind.HANG: {"arrives": False},
    Kind.LOST: {"returns": False, "breaks": True},
    Kind.SILENT: {"returns": False},
}


class Network:
    """Also what the broker runs on. Each worker's connections are known, so that its end closes them."""

    def __init__(self, loop: VirtualLoop, chance: random.Random, plan: FaultPlan) -> None:
        self._loop = loop
        self._chance = chance
        self._plan = plan
        self._outside = Context()
        self.open: list[tuple[Process | None, MemoryConnection]] = []

    # -- what the broker runs on -------------------------------------------------------------------------------------

    def now_ms(self) -> int:
        """The broker's clock."""
        return int((START.timestamp() + self._loop.time()) * 1000)

    def later(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back outside of any worker."""
        return self._loop.call_later(seconds, callback, context=self._outside)

    def new_future(self) -> "asyncio.Future[Any]":
        """What a request waits for."""
        return _OutsideFuture(self._loop, self._outside)

    def marker_delay(self) -> float:
        """Seconds that the next marker of a transaction takes."""
        return self._chance.uniform(0.0005, 0.006)

    # -- the wire ----------------------------------------------------------------------------------------------------

    async def connect(self, host: str, port: int, broker: Serves, **options: Any) -> MemoryConnection:
        """As `aiokafka.conn.create_conn`. Raises KafkaConnectionError."""
        delivery = self._delivery("kafka:connect")
        if not delivery.arrives and not delivery.breaks:
            await asyncio.sleep(options["request_timeout_ms"] / 1000)
            raise TimeoutError
        await asyncio.sleep(delivery.there + delivery.back)
        if not delivery.arrives or not delivery.returns:
            raise KafkaConnectionError(f"no connection to {host}:{port}")
        connection = MemoryConnection(host, port, broker, self, **options)
        self.open.append((PROCESS.get(), connection))
        return connection

    def delivers(self, request: Any) -> Delivery:
        """See `Wire`."""
        return self._delivery(f"kafka:{_name(request)}")

    def _delivery(self, seam: str) -> Delivery:
        there, back = (self._chance.uniform(SHORTEST, LONGEST) for _ in range(2))
        fault = self._plan.met(seam) if PROCESS.get() is not None else None
        return Delivery(there, back, **({} if fault is None else _DELIVERIES.get(fault.kind, {})))

    def close_those_of(self, process: Process) -> None:
        """The process is dead: its end of the connections is closed. The broker works on what it has got."""
        for owner, connection in self.open:
            if owner is process:
                connection.abandon()
        self.open = [each for each in self.open if each[0] is not process and each[1].connected()]


class _OutsideFuture(asyncio.Future[Any]):
    """Whoever is told of its end is told outside of any worker."""

    def __init__(self, loop: VirtualLoop, outside: Context) -> None:
        super().__init__(loop=loop)
        self._outside = outside

    def add_done_callback(self, fn: Callable[..., object], *, context: Context | None = None) -> None:
        """As asyncio's."""
        del context
        super().add_done_callback(fn, context=self._outside)


def _name(request: Any) -> str:
    """The request's kind, and which topics it is about where that tells more."""
    kind = type(request).__name__.removesuffix("Request")
    if kind in ("Fetch", "Produce", "Offset"):
        topics: Any = getattr(request, "_topics", ()) or request.topics
        return f"{kind} {'+'.join(sorted({topic.split('.')[1] for topic, _ in topics}))}"
    if kind in ("JoinGroup", "SyncGroup", "Heartbeat", "OffsetFetch", "OffsetCommit", "FindCoordinator"):
        named = next((value for value in vars(request).values() if isinstance(value, str) and value), "")
        return f"{kind} {named.rstrip('-0123456789')}"
    if kind == "EndTxn":
        return f"{kind} {'commit' if request._transaction_result else 'abort'}"
    return kind
