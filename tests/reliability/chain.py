"""Kills, one after the other: the worker that comes up after one is the worker that the next one hits."""

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from deploy.simulator.state.faults import Fault
from deploy.testbed.worker import WorkerProcess
from tests.reliability.bench import Bench
from tests.reliability.points import Need, Point
from tests.reliability.preloaded import PreloadedWorker

MET_SECONDS = 60.0
HALF = 0.5
LATEST = 0.012
"""A kill comes at its point, or up to so many seconds after it: what was handed over may have left by then."""
A_MINUTE = 61.0
WHOLE_START_EVERY = 10
"""After every so manieth kill the worker is started as users do; else it is forked, which spares the imports."""


class PointNotMetError(Exception):
    """The worker did not come to the point: the harness proves nothing there."""


@dataclass(frozen=True)
class Kill:
    """One kill: where, how long after the point, and what it took until every event was answered again."""

    point: Point
    after: float
    events: int
    recovery: float
    is_whole_start: bool
    """Whether the recovery has Python's imports in it."""


@dataclass
class KillChain:
    """Kills of one worker, and the workers that came after it."""

    bench: Bench
    worker: WorkerProcess
    kills: list[Kill] = field(default_factory=list)

    @classmethod
    async def begun(cls, bench: Bench) -> "KillChain":
        """With a worker that is up, and documents to correct."""
        worker = bench.worker()
        worker.start()
        await worker.ready(90)
        await bench.send(5)
        await bench.answered()
        return cls(bench, worker)

    async def run(self, points: Sequence[Point]) -> None:
        """One kill at each of them. Raises PointNotMetError, and TimeoutError where an event stays unanswered."""
        for point in points:
            await self.kill_at(point)

    async def kill_at(self, point: Point) -> None:
        """Come to the point, die there, come back, and answer everything."""
        bench, chance = self.bench, self.bench.random
        bench.clock.advance(A_MINUTE)
        after = 0.0 if chance.random() < HALF else chance.uniform(0.0, LATEST)
        bench.orders(self.worker).give(point.order(after))
        before = len(bench.sent.events)
        await self._provoke(point)
        await self._dead(point)
        died = time.monotonic()
        bench.stack.simulator.state.faults.clear()
        is_whole_start = self._start()
        await bench.answered()
        took = time.monotonic() - died
        self.kills.append(Kill(point, after, len(bench.sent.events) - before, took, is_whole_start))

    def _start(self) -> bool:
        """Whether it was started as users do."""
        if isinstance(self.worker, PreloadedWorker):
            if len(self.kills) % WHOLE_START_EVERY:
                self.worker.start()
                return False
            self.worker.start_as_users_do()
        else:
            self.worker.start()
        return True

    async def _provoke(self, point: Point) -> None:
        bench, chance = self.bench, self.bench.random
        if point.need is Need.NEW_TOKEN:
            bench.expire_tokens()
        if point.need is Need.LOST_REQUEST:
            bench.stack.simulator.state.faults.add(Fault("PUT Invoices", "drop_before"))
        if point.need in (Need.STOP, Need.REBALANCE):
            # One that still starts has nothing to stop, and no partition that could be revoked.
            await self.worker.ready()
            bench.stack.simulator.state.faults.add(
                Fault("PUT Invoices", "slow", seconds=1.0, apply=chance.random() < HALF)
            )
        await bench.send(
            chance.randint(1, 5),
            corrections=1 if point.need is Need.CORRECTION else chance.randint(0, 1),
            poison=1 if point.need is Need.POISON else 0,
            repeats=chance.randint(0, 1),
        )
        if point.need is Need.STOP:
            await asyncio.sleep(chance.uniform(0.0, 0.3))
            self.worker.send_signal(signal.SIGTERM)
        if point.need is Need.REBALANCE:
            await self._join_and_leave()

    async def _join_and_leave(self) -> None:
        """Somebody else comes into the dispatchers' group: every partition is revoked."""
        bench = self.bench
        other = AIOKafkaConsumer(
            bench.stack.topics.sync_requests,
            bootstrap_servers=bench.stack.bootstrap_servers,
            group_id=f"{bench.name}-dispatch",
            enable_auto_commit=False,
            session_timeout_ms=6000,
            partition_assignment_strategy=(StickyPartitionAssignor,),
        )
        joining = asyncio.create_task(other.start())
        try:
            await self._dead_by(time.monotonic() + MET_SECONDS)
        finally:
            joining.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await joining
            await other.stop()

    async def _dead(self, point: Point) -> None:
        if not await self._dead_by(time.monotonic() + MET_SECONDS):
            raise PointNotMetError(f"{point.name} was not met\n{self.worker.log_tail()}")
        code = self.worker.wait(1)
        if code != -signal.SIGKILL or not self.bench.orders(self.worker).is_met:
            raise PointNotMetError(f"{point.name}: the worker ended by itself with {code}\n{self.worker.log_tail()}")

    async def _dead_by(self, deadline: float) -> bool:
        while time.monotonic() < deadline:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.worker.wait(0)
                return True
            await asyncio.sleep(0.02)
        return False
