"""`make crash`: kills at every point and the other disturbances, side by side, and what became of every event."""

import asyncio
import random
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.kafka import LocalKafka
from tests.brokers.cluster import LocalCluster
from tests.reliability.bench import Bench, bench_on
from tests.reliability.chain import KillChain
from tests.reliability.disturbances import ON_ONE_BROKER, ON_THREE_BROKERS, Disturbance, Scene
from tests.reliability.figures import Report
from tests.reliability.points import NUMBERS, POINTS, Point
from tests.reliability.preloaded import Nursery

FRESH_EVERY = 10
"""Every so manieth kill is of a worker that was started as users start it; the others are forked, which is cheaper."""
MOST_STUCK = 3
"""A chain that does not come to rest so often proves nothing more."""


@dataclass(frozen=True)
class Amount:
    """How much is done."""

    kills_a_point: int = 30
    share_of_blows: float = 1.0
    chains: int = 2


def drawn_points(kills_a_point: int, chance: random.Random) -> list[Point]:
    """So many kills at each of the 17 points, spread over the ways to come there, in any order."""
    drawn: list[Point] = []
    for number in NUMBERS:
        ways = [point for point in POINTS if point.number == number]
        drawn += [ways[turn % len(ways)] for turn in range(kills_a_point)]
    chance.shuffle(drawn)
    return drawn


async def kill_in_chains(folder: Path, nursery: Nursery | None, seed: int, amount: Amount, report: Report) -> None:
    """All kills, in chains that run side by side on one broker."""
    points = drawn_points(amount.kills_a_point, random.Random(seed))  # noqa: S311  # Moments, no secrets.
    async with LocalKafka.started(folder / "kafka") as kafka, asyncio.TaskGroup() as chains:
        for number in range(amount.chains):
            share = points[number :: amount.chains]
            name = f"chain{number}"
            chains.create_task(_chain(kafka, folder / name, name, seed + number, nursery, share, report))


async def _chain(
    kafka: LocalKafka,
    folder: Path,
    name: str,
    seed: int,
    nursery: Nursery | None,
    points: Sequence[Point],
    report: Report,
) -> None:
    report.seeds.append(seed)
    async with bench_on(kafka.bootstrap_servers, folder, name, seed, nursery) as bench:
        chain = await KillChain.begun(bench)
        for point in points:
            if not await _done(bench, report, point.name, lambda point=point: chain.kill_at(point)):  # type: ignore[misc]
                break
            print(f"{name} {len(chain.kills)}/{len(points)} {point.name}", flush=True)  # noqa: T201
        report.verdicts.append(bench.judged())
        for kill in chain.kills:
            report.recoveries[f"{kill.point.number:02} {kill.point.name}"].append(kill.recovery)


async def strike_on_one_broker(
    folder: Path, nursery: Nursery | None, seed: int, amount: Amount, report: Report
) -> None:
    """Everything that takes a broker of its own."""
    async with LocalKafka.started(folder / "kafka") as kafka:
        await _strikes(folder, "one", [kafka], kafka.bootstrap_servers, nursery, seed, ON_ONE_BROKER, amount, report)


async def strike_on_three_brokers(
    folder: Path, nursery: Nursery | None, seed: int, amount: Amount, report: Report
) -> None:
    """Everything that takes three."""
    async with LocalCluster.started(folder / "kafka") as cluster:
        servers = cluster.bootstrap_servers
        await _strikes(folder, "three", cluster.brokers, servers, nursery, seed, ON_THREE_BROKERS, amount, report)


async def _strikes(
    folder: Path,
    name: str,
    brokers: Sequence[LocalKafka],
    bootstrap_servers: str,
    nursery: Nursery | None,
    seed: int,
    kinds: Sequence[tuple[Disturbance, int]],
    amount: Amount,
    report: Report,
) -> None:
    report.seeds.append(seed)
    async with bench_on(bootstrap_servers, folder / name, name, seed, nursery) as bench:
        scene = Scene(bench, brokers)
        todo = [each for each, times in kinds for _ in range(max(1, round(times * amount.share_of_blows)))]
        bench.random.shuffle(todo)
        for disturb in todo:
            if not await _done(bench, report, disturb.__name__, lambda disturb=disturb: disturb(scene)):  # type: ignore[misc]
                break
            print(f"{name} {len(scene.blows)}/{len(todo)} {scene.blows[-1].kind}", flush=True)  # noqa: T201
        report.verdicts.append(bench.judged())
        for blow in scene.blows:
            report.recoveries[blow.kind].append(blow.recovery)
        report.stops += scene.stops


async def _done(bench: Bench, report: Report, what: str, do: Callable[[], Awaitable[None]]) -> bool:
    """Whether it is worth going on after it. What does not come to rest is reported, with the end of the logs."""
    try:
        await do()
    except Exception:  # noqa: BLE001  # Whatever it is, it is what the run is there to find.
        report.stuck.append(f"{bench.name}: {what}\n{traceback.format_exc()[-6000:]}")
        print(f"STUCK {report.stuck[-1]}", flush=True)  # noqa: T201
        return len(report.stuck) < MOST_STUCK and await _begun_anew(bench)
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
