"""Twenty organisations written at once by one worker, and what an organisation with 10,000 waiting does to the rest."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from benchmarks.fleet import Fleet, event, shipment_id, tenant
from benchmarks.ground import Ground
from benchmarks.options import Options
from benchmarks.report import Report, Target
from benchmarks.requests import new_requests, put_requests
from benchmarks.spread import SPREAD_COLUMNS, Spread
from benchmarks.traffic import Traffic
from deploy.simulator.clock import SimClock
from tests.processes.stack import Stack
from tests.processes.worker import WorkerProcess

NOISY = 1
MOST_SLOWER = 1.5
WARM_SECONDS, NOISE_SECONDS, OUTCOME_SECONDS = 60.0, 120.0, 200.0
NOTE = (
    "Two runs with the same events on fresh topics, worker and simulator. The events of all organisations but the "
    "first are published at once, shuffled; their times run until each has its outcome. In the second run the first "
    "organisation's requests are in the ledger by then, and its lane has just begun on them, at its full quota."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The others' delays, and what the simulator saw of them."""

    delays: Spread
    refused: int
    started_within: float
    noise_written: int


async def run(ground: Ground, options: Options) -> Report:
    """Measure the others without and with the noisy organisation."""
    quiet = await _measure(ground, options, "quiet", noise=0)
    noisy = await _measure(ground, options, "noisy", noise=options.noisy)
    return _report(options, quiet, noisy)


async def _measure(ground: Ground, options: Options, name: str, noise: int) -> Measured:
    async with (
        ground.stack(name, Fleet(options.organisations), SimClock()) as stack,
        Traffic.watched(stack.bootstrap_servers) as traffic,
    ):
        worker = stack.worker()
        worker.start()
        await worker.ready()
        await _warm(traffic, options.organisations)
        await _make_noise(stack, worker, noise)
        before = stack.simulator.world.clock.now()
        written = _written(stack, NOISY)
        shipments = await _write_others(traffic, options)
        await traffic.until_answered(shipments, OUTCOME_SECONDS)
        starts = [entry.at for entry in _first_writes(stack, options, before)]
        return Measured(
            delays=Spread.of(traffic.delays(shipments)),
            refused=sum(each.status == HTTPStatus.TOO_MANY_REQUESTS for each in stack.simulator.world.journal.entries),
            started_within=(max(starts) - before).total_seconds(),
            noise_written=_written(stack, NOISY) - written,
        )


async def _warm(traffic: Traffic, organisations: int) -> None:
    """One event each, so that reference data is there."""
    await traffic.send_all(event(number, 0) for number in range(1, organisations + 1))
    await traffic.until_answered((shipment_id(number, 0) for number in range(1, organisations + 1)), WARM_SECONDS)


async def _make_noise(stack: Stack, worker: WorkerProcess, count: int) -> None:
    """Let so many requests of the noisy organisation wait in the ledger, as if the gate had forwarded them."""
    if not count:
        return
    await put_requests(stack.bootstrap_servers, new_requests(NOISY, range(1, count + 1)))
    async with asyncio.timeout(NOISE_SECONDS):
        while await _open(worker) + _written(stack, NOISY) < count:  # noqa: ASYNC110  # The worker has no event for us.
            await asyncio.sleep(0.1)


async def _open(worker: WorkerProcess) -> int:
    """Requests of the noisy organisation without an answer, as the worker's metrics have it (a second old at most)."""
    ours = f'shipledger_lane_depth{{organisation="{tenant(NOISY)}"'
    lines = (await worker.metrics()).splitlines()
    return sum(int(float(line.rpartition(" ")[2])) for line in lines if line.startswith(ours))


async def _write_others(traffic: Traffic, options: Options) -> list[str]:
    events = [event(number, index) for number in _others(options) for index in range(1, options.each + 1)]
    # The same order in both runs, and nothing secret.
    random.Random(options.seed).shuffle(events)  # noqa: S311
    await traffic.send_all(events)
    return [each["shipment_id"] for each in events]


def _others(options: Options) -> range:
    return range(NOISY + 1, options.organisations + 1)


def _first_writes(stack: Stack, options: Options, since: Any) -> Iterator[Any]:
    """The first write of every organisation but the noisy one."""
    writes = [
        each
        for each in stack.simulator.world.journal.entries
        if each.at >= since and each.request.operation == "PUT Invoices"
    ]
    for number in _others(options):
        yield next(each for each in writes if each.request.tenant == tenant(number))


def _written(stack: Stack, number: int) -> int:
    return sum(
        each.number.startswith("BENCH-") for each in stack.simulator.world.organisations[tenant(number)].invoices
    )


def _report(options: Options, quiet: Measured, noisy: Measured) -> Report:
    ratio = noisy.delays.at(0.95) / quiet.delays.at(0.95)
    refused = quiet.refused + noisy.refused
    others = options.organisations - 1
    return Report(
        name="fairness",
        title=f"{others} organisations with {options.each} shipments each, and one with {options.noisy:,} waiting",
        columns=("the others", *SPREAD_COLUMNS, "all begun within s", "written of the noisy one meanwhile"),
        rows=(_row("without the noisy one", quiet), _row("with it", noisy)),
        targets=(
            Target(f"p95 at most {MOST_SLOWER:g} times as long", f"{ratio:.2f} times", ratio <= MOST_SLOWER),
            Target("no 429", f"{refused}", refused == 0),
        ),
        notes=(NOTE,),
        figures={"p95_ratio": ratio, "quiet": _figures(quiet), "noisy": _figures(noisy), "too_many_requests": refused},
    )


def _row(name: str, measured: Measured) -> tuple[str, ...]:
    begun, written = f"{measured.started_within:.2f}", f"{measured.noise_written:,}"
    return (name, *measured.delays.cells(), begun, written)


def _figures(measured: Measured) -> dict[str, Any]:
    return {
        **measured.delays.as_json(),
        "all_begun_within_s": measured.started_within,
        "noise_written": measured.noise_written,
    }
