"""Own latency with and without people who click through the pages of the same worker."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.environment import Environment
from benchmarks.measures import MILLISECONDS, SPREAD_COLUMNS, Spread, StageTimings, Stopwatch, Traffic
from benchmarks.options import Options
from benchmarks.organisations import Organisations, company
from benchmarks.report import Report, Target
from benchmarks.scenarios import latency
from benchmarks.warm_up import warm_up
from deploy.simulator import SimClock
from deploy.testbed import TOKEN

MOST_TIMES = 1.1
OUTCOME_SECONDS = 60.0
ENOUGH = 20
"""Events of each kind below which the promise is not judged."""
_END_SECONDS = 60.0
NOTE = (
    "One worker; single events, in runs without, with, with, without the people (`--rounds` times), so that what else "
    "the machine does falls on both; the broker gets warm in a run before them that does not count. Everybody looks at "
    "a list, what needs attention, or the activity of some company, and clicks again after three seconds on average; "
    "they are a process of their own. Less Xero as in `latency`."
)


@dataclass
class Measured:
    """The timings without and with people, and the seconds of their pages."""

    alone: list[StageTimings] = field(default_factory=list)
    beside: list[StageTimings] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)


async def run(environment: Environment, options: Options) -> Report:
    """Measure; raises RuntimeError where a page was not shown."""
    clock = SimClock()
    async with (
        environment.stack("clicking", Organisations(options.organisations), clock) as stack,
        Traffic.watched(stack.bootstrap_servers) as traffic,
    ):
        worker = stack.worker()
        worker.start()
        await worker.ready()
        await warm_up(traffic, options.organisations, OUTCOME_SECONDS)
        await _one_by_one(traffic, options, 1000)
        measured, first = Measured(), 1000 + options.samples
        for with_people in (False, True, True, False) * options.rounds:
            shipments = await _measured(traffic, options, worker.url, first, measured, with_people=with_people)
            timings = measured.beside if with_people else measured.alone
            timings += latency.timings_of(stack, traffic, Stopwatch(clock), shipments)
            first += options.samples
    return _report(options, measured)


async def _measured(
    traffic: Traffic, options: Options, address: str, first: int, measured: Measured, *, with_people: bool
) -> list[str]:
    if not with_people:
        return await _one_by_one(traffic, options, first)
    async with _people(address, options, measured.pages):
        return await _one_by_one(traffic, options, first)


async def _one_by_one(traffic: Traffic, options: Options, first: int) -> list[str]:
    count = max(1, options.samples // 2)
    return await latency.one_by_one(traffic, options.organisations, count, options.spacing, first)


@asynccontextmanager
async def _people(address: str, options: Options, pages: list[float]) -> AsyncIterator[None]:
    """They click for the block; the seconds of their pages are added."""
    companies = [company(number + 1) for number in range(options.organisations)]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.visitors.clicks", address, str(options.people), *companies),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=2**24,
    )
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the people have no pipes")
    try:
        process.stdin.write(f"{TOKEN}\n".encode())
        await asyncio.wait_for(process.stdout.readline(), _END_SECONDS)
        yield
        process.stdin.close()
        seen = json.loads(await asyncio.wait_for(process.stdout.read(), _END_SECONDS))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
    if seen["failures"]:
        raise RuntimeError(f"pages were not shown: {seen['failures'][:5]}")
    pages += seen["seconds"]


def _report(options: Options, measured: Measured) -> Report:
    alone, beside = (Spread.of(each.ours for each in part) for part in (measured.alone, measured.beside))
    times = beside.median / alone.median
    is_enough = min(len(measured.alone), len(measured.beside)) >= ENOUGH
    rows = [("nobody looks: less Xero", *alone.cells()), (f"{options.people} people: less Xero", *beside.cells())]
    if measured.pages:
        rows.append(("their pages", *Spread.of(measured.pages).cells()))
    return Report(
        name="clicking",
        title=f"own latency beside {options.people} people who click through the pages of the same worker",
        columns=("", *SPREAD_COLUMNS),
        rows=tuple(rows),
        targets=(
            Target(
                "less Xero: median within 10 % of that without them",
                f"{times:.2f} times ({alone.median * MILLISECONDS:.1f} ms, {beside.median * MILLISECONDS:.1f} ms)",
                times <= MOST_TIMES if is_enough else None,
            ),
        ),
        notes=(NOTE,),
        figures={"alone": alone.as_json(), "beside": beside.as_json(), "pages": len(measured.pages)},
    )
