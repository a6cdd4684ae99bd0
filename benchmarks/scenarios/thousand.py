"""1,000 new invoices of one organisation: this worker and a per-shipment integration, on one simulator, in one run."""

import asyncio
import math
import time
from functools import partial
from pathlib import Path

import aiohttp

from benchmarks.environment import Environment
from benchmarks.measures import Calls, Spent, Traffic
from benchmarks.options import Options
from benchmarks.organisations import Organisations, event, shipment, shipment_id, tenant
from benchmarks.report import Report, Target
from benchmarks.scenarios.per_shipment import PerShipment
from deploy.simulator import SimClock
from deploy.testbed import Stack

OURS, THEIRS = 1, 2
OUTCOME_SECONDS = 200.0
BATCH, PARTLY_FILLED = 50, 3
"""1,000 invoices in at most 23 writes: 20 full ones, and three that went before there were 50 to take."""
COLUMNS = ("integration", "documents", "all calls", "write calls", "429s", "documents per call", "seconds")
PACE_NOTE = (
    "Seconds are of the simulator's clock, on which Xero's 60 calls a minute are counted. The worker runs on the "
    "machine's clock; for the per-shipment integration the simulator's clock is sped up {pace:g} times, because its "
    "calls alone take more than an hour of quota. Its own work is hidden behind that quota, so the pace favours nobody."
)
LINES_NOTE = (
    "Every shipment has one line: 4 calls each for the per-shipment integration, the least it can have. With three "
    "products a shipment it needs 6, the worker no more than now."
)
CALLS_NOTE = "The worker's calls include reading the organisation's reference data. A 429 is no call that was taken."


async def run(environment: Environment, options: Options) -> Report:
    """Measure both."""
    clock = SimClock()
    async with environment.stack("thousand", Organisations(1, unserved=1), clock) as stack:
        seconds, spent = await send_all(stack, options.shipments)
        ours = Calls.of(stack.simulator.state, tenant(OURS), "BENCH-")
        clock.run_at(options.pace)
        their_seconds = await _per_shipment(stack, clock, options)
        theirs = Calls.of(stack.simulator.state, tenant(THEIRS), "BENCH-")
    return Report(
        name="thousand",
        title=f"{options.shipments:,} new invoices of one organisation, Xero's own limits",
        columns=COLUMNS,
        rows=(_row("shipledger", ours, seconds), _row("per shipment", theirs, their_seconds)),
        targets=_targets(ours, options.shipments),
        notes=_notes(spent, options.pace),
        figures={
            "shipledger": {"seconds": seconds, "cpu_ms_an_event": spent.milliseconds_an_event, **_figures(ours)},
            "per_shipment": {"seconds": their_seconds, **_figures(theirs)},
            "calls_ratio": theirs.all / max(1, ours.all),
            "seconds_ratio": their_seconds / seconds,
        },
    )


async def send_all(stack: Stack, count: int, checkout: Path | None = None) -> tuple[float, Spent]:
    """Seconds from the first event to the last outcome, and what they cost a worker of this or another checkout."""
    async with Traffic.watched(stack.bootstrap_servers) as traffic:
        worker = stack.worker(checkout=checkout)
        worker.start()
        await worker.ready()
        before = await Spent.by(worker)
        began = time.monotonic()
        await traffic.send_all(event(OURS, index) for index in range(count))
        await traffic.until_answered((shipment_id(OURS, index) for index in range(count)), OUTCOME_SECONDS)
        took = time.monotonic() - began
        spent = (await Spent.by(worker)).since(before)
        worker.terminate()
    return took, spent


async def _per_shipment(stack: Stack, clock: SimClock, options: Options) -> float:
    """Simulated seconds from the first call to the last reply."""
    began = clock.now()
    async with aiohttp.ClientSession() as session:
        integration = PerShipment(
            session, stack.simulator, tenant(THEIRS), partial(_simulated_sleep, pace=options.pace)
        )
        for index in range(options.shipments):
            await integration.export(shipment(THEIRS, index))
    return (clock.now() - began).total_seconds()


async def _simulated_sleep(seconds: float, *, pace: float) -> None:
    await asyncio.sleep(seconds / pace)


def _row(name: str, calls: Calls, seconds: float) -> tuple[str, ...]:
    counts = (calls.documents, calls.all, calls.writes, calls.refused)
    return (name, *(f"{each:,}" for each in counts), f"{calls.documents_a_call:.2f}", f"{seconds:,.1f}")


def _notes(spent: Spent, pace: float) -> tuple[str, ...]:
    cost = f"The worker spent {spent.milliseconds_an_event:.1f} ms of processor time on a shipment, all parts together."
    return (cost, PACE_NOTE.format(pace=pace), LINES_NOTE, CALLS_NOTE)


def _figures(calls: Calls) -> dict[str, float]:
    return {
        "documents": calls.documents,
        "calls": calls.all,
        "write_calls": calls.writes,
        "too_many_requests": calls.refused,
        "documents_per_call": calls.documents_a_call,
    }


def _targets(ours: Calls, shipments: int) -> tuple[Target, ...]:
    most = math.ceil(shipments / BATCH) + PARTLY_FILLED
    return (
        Target(f"at most {most} write calls", f"{ours.writes}", ours.writes <= most),
        Target("no 429", f"{ours.refused}", ours.refused == 0),
        Target("every shipment one document", f"{ours.documents:,}", ours.documents == shipments),
    )
