"""How long callers wait: 200 scrapes at once, and health while thousands of connections are half open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.callers.caller import times
from benchmarks.environment import Environment
from benchmarks.measures import SPREAD_COLUMNS, Spread
from benchmarks.options import Options
from benchmarks.organisations import Organisations
from benchmarks.report import Report, Target
from deploy.testbed import WorkerProcess, free_port, half_open

MOST_SECONDS = 1.0
PROBES = 50
ROUNDS = 3
READY_SECONDS = 120.0
NOTE = (
    "The caller and the half-open connections have a process each. A probe that is closed for a newer caller asks "
    "again at once, and its time goes on."
)


@dataclass(frozen=True, slots=True)
class Waited:
    """What one kind of call took, in seconds; `most` is what is promised at p99, None where nothing is."""

    calls: str
    spread: Spread
    most: float | None

    def target(self) -> Target | None:
        """The promise, where there is one."""
        if self.most is None:
            return None
        p99 = self.spread.at(0.99)
        return Target(f"{self.calls}: p99 at most {self.most:g} s", f"{p99 * 1000:.0f} ms", p99 <= self.most)


async def run(environment: Environment, options: Options) -> Report:
    """Each kind of call at a worker that has an organisation for each series that it may have."""
    waited = await _measure(environment, options)
    return Report(
        name="callers",
        title="What callers of one worker wait for",
        columns=("calls", *SPREAD_COLUMNS),
        rows=tuple((each.calls, *each.spread.cells()) for each in waited),
        targets=tuple(target for each in waited if (target := each.target())),
        notes=(NOTE,),
        figures={each.calls: each.spread.as_json() for each in waited},
    )


async def _measure(environment: Environment, options: Options) -> list[Waited]:
    async with _worker(environment, options) as (worker, health):
        scrapes = await times(f"{health}/metrics", ROUNDS * options.scrapes, options.scrapes)
        quiet = await times(f"{health}/livez", PROBES, 1)
        async with half_open(worker.port, options.half_open):
            own = await times(f"{health}/livez", PROBES, 1)
            shared = await times(f"{worker.url}/livez", PROBES, 1)
    beside = f"beside {options.half_open:,} half-open connections"
    return [
        Waited(f"{options.scrapes} scrapes at once", Spread.of(scrapes), MOST_SECONDS),
        Waited("/livez", Spread.of(quiet), None),
        Waited(f"/livez on its own port, {beside}", Spread.of(own), MOST_SECONDS),
        Waited(f"/livez on the flooded port, {beside}", Spread.of(shared), None),
    ]


@asynccontextmanager
async def _worker(environment: Environment, options: Options) -> AsyncIterator[tuple[WorkerProcess, str]]:
    """The worker, and the address of its port for health and metrics."""
    port = free_port()
    async with environment.stack("callers", Organisations(options.scraped)) as stack:
        worker = stack.worker(environment={"HTTP__METRICS_PORT": str(port)})
        worker.start()
        await worker.ready(READY_SECONDS)
        yield worker, f"http://127.0.0.1:{port}"
