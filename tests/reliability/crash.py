"""`make crash`: kills at every point and the other disturbances, side by side, and what became of every event."""

import asyncio
import math
import random
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.kafka import LocalKafka
from tests.brokers.cluster import LocalCluster
from tests.reliability.bench import Bench, bench_on
from tests.reliability.chain import KillChain
from tests.reliability.disturbances import ON_ONE_BROKER, ON_THREE_BROKERS, Disturbance, Scene, name_of
from tests.reliability.figures import WHOLE_START, Report
from tests.reliability.points import NUMBERS, POINTS, Point
from tests.reliability.preloaded import Nursery

MOST_STUCK = 3
"""A chain that does not come to rest so often proves nothing more."""


@dataclass(frozen=True)
class Amount:
    """How much is done."""

    kills_a_point: int = 30
    share_of_blows: float = 1.0
    chains: int = 2
    ends_at: float = math.inf
    """When nothing further is begun, by the monotonic clock; the report says how much was done."""


def drawn_points(kills_a_point: int, chance: random.Random) -> list[Point]:
    """So many kills at each of the 17 points, spread over the ways to come there, in any order."""
    drawn: list[Point] = []
    for number in NUMBERS:
        ways = [point for point in POINTS if point.number == number]
        drawn += [ways[turn % len(ways)] for turn in range(kills_a_point)]
    chance.shuffle(drawn)
    return drawn


@dataclass(frozen=True)
class Run:
    """Where it happens, and where it is told."""

    folder: Path
    nursery: Nursery | None
    seed: int
    amount: Amount
    report: Report

    def bench(self, bootstrap_servers: str, name: str, seed: int) -> AbstractAsyncContextManager[Bench]:
        """A bench of its own; its seed is in the report."""
        self.report.seeds.append(seed)
        return bench_on(bootstrap_servers, self.folder / name, name, seed, self.nursery)


async def told(run: Run, part: Awaitable[None]) -> None:
    """A part that cannot begin or go on is reported, and takes nothing of the others with it."""
    try:
        await part
    except Exception:  # noqa: BLE001  # Whatever it is, it is in the report.
        run.report.stuck.append(f"a part of the run ended\n{traceback.format_exc()[-6000:]}")
        print(f"STUCK {run.report.stuck[-1]}", flush=True)  # noqa: T201


async def kill_in_chains(run: Run) -> None:
    """All kills, in chains that run side by side on one broker."""
    points = drawn_points(run.amount.kills_a_point, random.Random(run.seed))  # noqa: S311  # Moments, no secrets.
    async with LocalKafka.started(run.folder / "kafka") as kafka, asyncio.TaskGroup() as chains:
        for number in range(run.amount.chains):
            share = points[number :: run.amount.chains]
            chains.create_task(told(run, _chain(run, kafka.bootstrap_servers, number, share)))


async def _chain(run: Run, bootstrap_servers: str, number: int, points: Sequence[Point]) -> None:
    name, report = f"chain{number}", run.report
    async with run.bench(bootstrap_servers, name, run.seed + number) as bench:
        chain = await KillChain.begun(bench)
        for point in points:
            if time.monotonic() > run.amount.ends_at:
                break
            if not await done(bench, report, point.name, partial(chain.kill_at, point)):
                break
            print(f"{name} {len(chain.kills)}/{len(points)} {point.name}", flush=True)  # noqa: T201
        report.verdicts.append(bench.judged())
        for kill in chain.kills:
            how = WHOLE_START if kill.is_whole_start else ""
            report.recoveries[f"{kill.point.number:02} {kill.point.name}{how}"].append(kill.recovery)


async def strike_on_one_broker(run: Run) -> None:
    """Everything that takes a broker of its own."""
    async with (
        LocalKafka.started(run.folder / "kafka") as kafka,
        run.bench(kafka.bootstrap_servers, "one", run.seed) as bench,
    ):
        await _strikes(run, Scene(bench, [kafka]), ON_ONE_BROKER)


async def strike_on_three_brokers(run: Run) -> None:
    """Everything that takes three."""
    async with (
        LocalCluster.started(run.folder / "kafka") as cluster,
        run.bench(cluster.bootstrap_servers, "three", run.seed) as bench,
    ):
        await _strikes(run, Scene(bench, cluster.brokers), ON_THREE_BROKERS)


async def _strikes(run: Run, scene: Scene, kinds: Sequence[tuple[Disturbance, int]]) -> None:
    bench, report = scene.bench, run.report
    todo = [each for each, times in kinds for _ in range(max(1, round(times * run.amount.share_of_blows)))]
    bench.random.shuffle(todo)
    for disturb in todo:
        if time.monotonic() > run.amount.ends_at:
            break
        if not await done(bench, report, name_of(disturb), partial(disturb, scene)):
            break
        print(f"{bench.name} {len(scene.blows)}/{len(todo)} {scene.blows[-1].kind}", flush=True)  # noqa: T201
    report.verdicts.append(bench.judged())
    for blow in scene.blows:
        report.recoveries[blow.kind].append(blow.recovery)
    report.stops += scene.stops


async def done(bench: Bench, report: Report, what: str, do: Callable[[], Awaitable[None]]) -> bool:
    """Whether it is worth going on after it. What does not come to rest is reported, with the end of the logs."""
    try:
        await do()
    except Exception:  # noqa: BLE001  # Whatever it is, it is what the run is there to find.
        report.stuck.append(f"{bench.name}: {what}\n{traceback.format_exc()[-6000:]}")
        print(f"STUCK {report.stuck[-1]}", flush=True)  # noqa: T201
        of_this = [each for each in report.stuck if each.startswith(f"{bench.name}:")]
        return len(of_this) < MOST_STUCK and await _begun_anew(bench)
    return True


async def _begun_anew(bench: Bench) -> bool:
    """Every worker that runs, again: what a person would do."""
    bench.stack.simulator.state.faults.clear()
    for worker in bench.stack.workers:
        bench.orders(worker).withdraw()
        worker.end()
    bench.stack.workers[0].start()
    try:
        await bench.answered()
    except TimeoutError:
        return False
    return True
