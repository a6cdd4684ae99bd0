"""How much of Xero's 60 calls a minute a backlog uses, and that it never asks for more."""

import asyncio
import random
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus

from benchmarks.dispatch_part import running
from benchmarks.environment import Environment
from benchmarks.options import Options
from benchmarks.organisations import Organisations, company, tenant
from benchmarks.report import Report, Target
from benchmarks.requests import new_requests, put_requests
from deploy.simulator import Entry, SimClock, SimulatorState
from deploy.testbed import make_company

NUMBER = 1
MINUTE = timedelta(minutes=1)
CALLS_A_MINUTE = 60
LEAST_SHARE = 0.9
BATCH = 50
PATIENCE = 3.0
"""How much longer than its quota's minutes the backlog may take before the scenario gives up."""
NOTE = (
    "The dispatcher runs in this process on a real Kafka; the governor's clock and the simulator's run at {speed:g} "
    "seconds a second, everything else (the dispatcher's own work, the HTTP calls, Kafka) at its real pace, so that "
    "our own slowness counts {speed:g}-fold against us. Minutes are of the simulator's clock, from the first call on; "
    "the last one, in which the backlog ends, is shown but not judged."
)


async def run(environment: Environment, options: Options) -> Report:
    """Measure one organisation with a backlog."""
    clock = SimClock(scale=options.speed)
    own = make_company(id=company(NUMBER), organisation=tenant(NUMBER))
    chance = random.Random(options.seed)  # noqa: S311  # Jitter, no secrets.
    async with environment.stack("saturation", Organisations(1), clock) as stack:
        await put_requests(stack.bootstrap_servers, new_requests(NUMBER, range(options.backlog)))
        async with running(stack.bootstrap_servers, stack.simulator, [own], options.speed, chance) as dispatching:
            await _written(stack.simulator.state, options, dispatching)
        entries = [each for each in stack.simulator.state.request_log.entries if each.request.tenant == tenant(NUMBER)]
    return _report(options, entries)


async def _written(state: SimulatorState, options: Options, dispatching: "asyncio.Task[None]") -> None:
    """Wait until every document is in the simulator. Raises what ended the dispatcher, or TimeoutError."""
    last = options.backlog - 1
    minutes = options.backlog / (CALLS_A_MINUTE * BATCH) + 1
    book = state.organisations[tenant(NUMBER)].book("invoice")
    async with asyncio.timeout(PATIENCE * minutes * 60 / options.speed):
        while sum(each.number.startswith("BENCH-") for each in book) <= last:
            if dispatching.done():
                dispatching.result()
            await asyncio.sleep(0.2)  # The simulator has no event; what is measured is read from its request log.


def _minutes(entries: Sequence[Entry]) -> list[int]:
    """Calls that were taken in each minute since the first one."""
    taken = [each.at for each in entries if each.status != HTTPStatus.TOO_MANY_REQUESTS]
    counts = [0] * ((taken[-1] - taken[0]) // MINUTE + 1)
    for at in taken:
        counts[(at - taken[0]) // MINUTE] += 1
    return counts


def _report(options: Options, entries: Sequence[Entry]) -> Report:
    minutes = _minutes(entries)
    refused = sum(each.status == HTTPStatus.TOO_MANY_REQUESTS for each in entries)
    writes = sum(each.request.operation == "PUT Invoices" for each in entries)
    share = sum(minutes[:-1]) / (CALLS_A_MINUTE * (len(minutes) - 1)) if len(minutes) > 1 else None
    shown = "not one full minute" if share is None else f"{share:.1%}"
    return Report(
        name="saturation",
        title=f"a backlog of {options.backlog:,} invoices of one organisation at Xero's full quota",
        columns=("minute", "calls", "of 60"),
        rows=tuple((f"{each}", f"{calls}", f"{calls / CALLS_A_MINUTE:.0%}") for each, calls in enumerate(minutes, 1)),
        targets=(
            Target("at least 90 % of the full minutes' calls", shown, None if share is None else share >= LEAST_SHARE),
            Target("no 429", f"{refused}", refused == 0),
        ),
        notes=(NOTE.format(speed=options.speed), f"{options.backlog:,} documents in {writes} write calls."),
        figures={"calls_by_minute": minutes, "share": share, "too_many_requests": refused, "write_calls": writes},
    )
