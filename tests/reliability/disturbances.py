"""What else befalls workers and brokers. Each of these returns when every event is answered again."""

import asyncio
import resource
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from deploy.kafka import LocalKafka
from deploy.simulator.state.faults import Fault
from deploy.testbed.worker import WorkerProcess
from tests.reliability.bench import Bench
from tests.reliability.chain import A_MINUTE
from tests.reliability.points import POINTS, TAKE_OVER, Need, Point

SESSION = 6.0
MET_SECONDS = 60.0
PAUSABLE = tuple(point for point in POINTS if point.need is Need.NOTHING)


@dataclass(frozen=True)
class Blow:
    """One disturbance, and the seconds from its end until every event was answered."""

    kind: str
    detail: str
    recovery: float


@dataclass
class Scene:
    """A bench with its brokers, and workers that are up."""

    bench: Bench
    brokers: Sequence[LocalKafka]
    workers: list[WorkerProcess] = field(default_factory=list)
    blows: list[Blow] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    """Seconds of each orderly end."""

    async def up(self, count: int) -> list[WorkerProcess]:
        """So many workers run and are ready, and no more."""
        names = ("one", "two")
        while len(self.workers) < len(names):
            self.workers.append(self.bench.worker(names[len(self.workers)]))
        for worker in self.workers[count:]:
            if is_running(worker):
                # Not in this loop: the simulator is in it, and the worker may be waiting for an answer of Xero's.
                self.stops.append(await asyncio.to_thread(worker.terminate))
        for worker in self.workers[:count]:
            if not is_running(worker):
                worker.start()
        for worker in self.workers[:count]:
            await worker.ready(120)
        self.bench.clock.advance(A_MINUTE)
        return self.workers[:count]

    async def meet(self, worker: WorkerProcess) -> None:
        """Wait until the worker has come to where it was ordered to be struck."""
        orders = self.bench.orders(worker)
        await self.bench.stack.until(lambda: orders.is_met, MET_SECONDS, "the ordered point")

    async def end(self, kind: str, detail: str, since: float) -> None:
        """All is answered again, or TimeoutError."""
        self.bench.stack.simulator.state.faults.clear()
        await self.bench.answered(180)
        self.blows.append(Blow(kind, detail, time.monotonic() - since))


def is_running(worker: WorkerProcess) -> bool:
    """Whether it was started and has not ended."""
    return worker._started is not None and worker._started.poll() is None


async def paused(scene: Scene) -> None:
    """SIGSTOP at a named point until the session is over and another has the partitions; then SIGCONT."""
    one, two = await scene.up(2)
    bench, chance = scene.bench, scene.bench.random
    point = chance.choice(PAUSABLE)
    for worker in (one, two):
        bench.orders(worker).give(replace(point.order(), action="stop"))
    await bench.send(6, corrections=1)
    met = "one of both at the ordered point"
    await bench.stack.until(lambda: any(bench.orders(each).is_met for each in (one, two)), MET_SECONDS, met)
    for worker in (one, two):
        bench.orders(worker).withdraw()
    stopped = time.monotonic()
    await bench.send(4)
    await asyncio.sleep(SESSION * chance.uniform(1.1, 1.6))
    for worker in (one, two):
        worker.unpause()  # Both may have come to the point before the order was withdrawn.
    await scene.end("worker paused past its session", point.name, stopped)


async def rebalanced_in_a_slow_call(scene: Scene) -> None:
    """Another worker joins, and leaves again, while Xero takes its time over a write."""
    await scene.up(1)
    bench, chance = scene.bench, scene.bench.random
    applied = chance.random() < 0.5
    slow = bench.stack.simulator.state.faults.add(
        Fault("PUT Invoices", "slow", seconds=chance.uniform(2, 8), apply=applied)
    )
    await bench.send(5)
    await bench.stack.until(lambda: slow.met > 0, MET_SECONDS, "the slow write")
    began = time.monotonic()
    await scene.up(2)
    await bench.send(3)
    await scene.end("rebalance during a slow write", "applied first" if applied else "applied late", began)


async def broker_killed(scene: Scene) -> None:
    """The only broker dies, and is back on its data after a while."""
    await scene.up(1)
    bench, chance = scene.bench, scene.bench.random
    await bench.send(10)
    await asyncio.sleep(chance.uniform(0, 0.6))
    scene.brokers[0].kill()
    await asyncio.sleep(chance.uniform(0, 3))
    began = time.monotonic()
    await scene.brokers[0].start()
    await bench.send(3)
    await scene.end("broker killed and restarted", "", began)


async def one_of_three_killed(scene: Scene) -> None:
    """One of three brokers dies; two have every record, and go on."""
    await scene.up(1)
    bench, chance = scene.bench, scene.bench.random
    broker = chance.choice(scene.brokers)
    await bench.send(10)
    await asyncio.sleep(chance.uniform(0, 0.6))
    began = time.monotonic()
    broker.kill()
    await bench.send(3)
    await scene.end("one of three brokers killed", "", began)
    await broker.start()


async def no_broker_at_start(scene: Scene) -> None:
    """A worker starts before its broker does."""
    (one,) = await scene.up(1)
    bench, chance = scene.bench, scene.bench.random
    await bench.send(5)
    one.kill()
    scene.brokers[0].kill()
    one.start()
    await asyncio.sleep(chance.uniform(1, 8))
    assert is_running(one), f"the worker ended without a broker\n{one.log_tail()}"
    began = time.monotonic()
    await scene.brokers[0].start()
    await scene.end("no broker at the worker's start", "", began)


async def no_broker_in_a_take_over(scene: Scene, step: str) -> None:
    """The broker dies while a take-over is at this step, and comes back."""
    (one,) = await scene.up(1)
    bench, chance = scene.bench, scene.bench.random
    one.kill()
    await bench.send(5)
    point = Point(0, step, "shipledger.take_over", (step,))
    bench.orders(one).give(replace(point.order(), action="stop", nth=chance.randint(1, 2)))
    one.start()
    await scene.meet(one)
    scene.brokers[0].kill()
    one.unpause()
    await asyncio.sleep(chance.uniform(0, 2))
    began = time.monotonic()
    await scene.brokers[0].start()
    await scene.end("broker killed in a take-over", step, began)


async def disk_full(scene: Scene) -> None:
    """No file grows any more, for a while (RLIMIT_FSIZE): neither stores nor tokens nor the log can be written."""
    (one,) = await scene.up(1)
    bench, chance = scene.bench, scene.bench.random
    resource.prlimit(one.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    await bench.send(6, corrections=1)
    await asyncio.sleep(chance.uniform(2, 8))
    began = time.monotonic()
    if is_running(one):
        detail = "it stayed"
        resource.prlimit(one.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    else:
        detail = "it ended, and was started again"
        one.start()
    await scene.end("disk full", detail, began)


async def data_folder_lost(scene: Scene) -> None:
    """Killed, and its folder is gone: store, identity and lock."""
    (one,) = await scene.up(1)
    bench = scene.bench
    point = bench.random.choice(PAUSABLE)
    bench.orders(one).give(point.order())
    await bench.send(6, corrections=1)
    await bench.stack.until(lambda: not is_running(one), MET_SECONDS, "the ordered end")
    began = time.monotonic()
    bench.lose_data(one)
    one.start()
    await scene.end("data folder lost", point.name, began)


async def stopped_in_order(scene: Scene) -> None:
    """SIGTERM with work under way; how long the end takes is what counts."""
    (one,) = await scene.up(1)
    bench, chance = scene.bench, scene.bench.random
    if chance.random() < 0.5:
        bench.stack.simulator.state.faults.add(Fault("PUT Invoices", "slow", seconds=chance.uniform(0, 3), apply=True))
    await bench.send(8)
    await asyncio.sleep(chance.uniform(0, 0.5))
    began = time.monotonic()
    scene.stops.append(await asyncio.to_thread(one.terminate))
    one.start()
    await scene.end("stopped in order", "", began)


Disturbance = Callable[[Scene], Awaitable[None]]


def name_of(disturb: Disturbance) -> str:
    """As people find it here."""
    return getattr(disturb, "__name__", repr(disturb))


def _in_take_over(step: str) -> Disturbance:
    async def disturb(scene: Scene) -> None:
        await no_broker_in_a_take_over(scene, step)

    return disturb


TAKE_OVERS = tuple(_in_take_over(step) for step in TAKE_OVER)
ON_ONE_BROKER: tuple[tuple[Disturbance, int], ...] = (
    (paused, 15),
    (rebalanced_in_a_slow_call, 15),
    (broker_killed, 15),
    (no_broker_at_start, 10),
    *((each, 3) for each in TAKE_OVERS),
    (disk_full, 12),
    (data_folder_lost, 15),
    (stopped_in_order, 20),
)
"""Each with how often `make crash` does it."""
ON_THREE_BROKERS: tuple[tuple[Disturbance, int], ...] = ((one_of_three_killed, 10),)
