"""From a status change to its outcome: one event at a time on an idle worker, and at half load."""

import asyncio
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.environment import Environment
from benchmarks.measures import MILLISECONDS, SPREAD_COLUMNS, Spread, StageTimings, Stopwatch, Traffic, stage_timings
from benchmarks.options import Options
from benchmarks.organisations import Organisations, event, invoice_number, shipment_id
from benchmarks.report import Report, Target
from benchmarks.warm_up import warm_up
from deploy.simulator import SimClock
from deploy.testbed import Stack

HALF_LOAD_PER_MINUTE = 30
MOST_MILLISECONDS = 50.0
OUTCOME_SECONDS = 60.0
WARM_SAMPLES, WARM_SPACING = 100, 0.05
"""Single events before those that count: Java compiles what runs often, and on a new broker they take twice as long."""
TIME_NOTE = (
    "An event's time runs from handing it to a producer (acks=all) until a read_committed consumer has the outcome. "
    "Less Xero: what the simulator took to handle the calls that name the invoice is subtracted."
)
LOAD_NOTE = (
    f"Half load: {HALF_LOAD_PER_MINUTE} events a minute and organisation at random moments (exponential gaps), half of "
    "the 60 calls that Xero allows, were every event a call of its own."
)
STAGES_NOTE = (
    "Stages: a consumer sees the request (gate); the call reaches the simulator (dispatcher; its intent is then "
    "committed); a consumer sees the outcome after the simulator's reply. The stages' p50 need not add up to that of "
    "the whole."
)


async def run(environment: Environment, options: Options) -> Report:
    """Measure both on one worker, and after it on that of `options.beside`."""
    ours = await measure(environment, options, "latency")
    theirs = await measure(environment, options, "latency-other", Path(options.beside)) if options.beside else None
    return _report(options, *ours, theirs)


async def measure(
    environment: Environment, options: Options, name: str, checkout: Path | None = None
) -> tuple[list[StageTimings], list[StageTimings]]:
    """The timings on an idle worker and at half load; `checkout` is whose worker runs, this one's unless given."""
    clock = SimClock()
    async with (
        environment.stack(name, Organisations(options.organisations), clock) as stack,
        Traffic.watched(stack.bootstrap_servers) as traffic,
    ):
        watch = Stopwatch(clock)
        worker = stack.worker(checkout=checkout)
        worker.start()
        await worker.ready()
        await warm_up(traffic, options.organisations, OUTCOME_SECONDS)
        await one_by_one(traffic, options.organisations, WARM_SAMPLES, WARM_SPACING, 500_000)
        single = await one_by_one(traffic, options.organisations, options.samples, options.spacing, 1000)
        idle = timings_of(stack, traffic, watch, single)
        return idle, timings_of(stack, traffic, watch, await _half_load(traffic, options))


async def one_by_one(traffic: Traffic, organisations: int, count: int, spacing: float, first: int) -> list[str]:
    """Send so many events, each `spacing` seconds after the answer to the one before; their shipments."""
    shipments = []
    for index in range(count):
        number = index % organisations + 1
        await asyncio.sleep(spacing)
        await traffic.send(event(number, first + index))
        shipments.append(shipment_id(number, first + index))
        await traffic.until_answered(shipments[-1:], OUTCOME_SECONDS)
    return shipments


async def _half_load(traffic: Traffic, options: Options) -> list[str]:
    """Exponential gaps; the organisation is drawn for each event. Never waits for an outcome before the next event."""
    chance = random.Random(options.seed)  # noqa: S311  # It draws moments, it keeps no secrets.
    rate = options.organisations * HALF_LOAD_PER_MINUTE / 60
    shipments = []
    loop = asyncio.get_running_loop()
    due = loop.time()
    for index in range(round(options.load_seconds * rate)):
        due += chance.expovariate(rate)
        await asyncio.sleep(max(0.0, due - loop.time()))
        number = chance.randrange(options.organisations) + 1
        await traffic.send(event(number, 100_000 + index))
        shipments.append(shipment_id(number, 100_000 + index))
    await traffic.until_answered(shipments, OUTCOME_SECONDS)
    return shipments


def timings_of(stack: Stack, traffic: Traffic, watch: Stopwatch, shipments: Iterable[str]) -> list[StageTimings]:
    """Those of the shipments, each with the calls that name its invoice."""
    return stage_timings(traffic, stack.simulator.state, watch, shipments, _number)


def _number(shipment: str) -> str:
    _, number, index = shipment.split("-")
    return invoice_number(int(number), int(index))


def _report(
    options: Options,
    idle: Sequence[StageTimings],
    loaded: Sequence[StageTimings],
    theirs: tuple[Sequence[StageTimings], Sequence[StageTimings]] | None,
) -> Report:
    found = Spread.of(each.ours for each in idle).median * MILLISECONDS
    return Report(
        name="latency",
        title=f"from a status change to its outcome, one worker, {options.organisations} organisations",
        columns=("", *SPREAD_COLUMNS),
        rows=(*_rows("idle", idle), *_rows("half load", loaded), *_others(options, theirs)),
        targets=(Target("idle, less Xero: median of at most 50 ms", f"{found:.1f} ms", found <= MOST_MILLISECONDS),),
        notes=(TIME_NOTE, LOAD_NOTE, STAGES_NOTE),
        figures={"idle": _figures(idle), "half_load": _figures(loaded)},
    )


def _others(
    options: Options, theirs: tuple[Sequence[StageTimings], Sequence[StageTimings]] | None
) -> tuple[tuple[str, ...], ...]:
    if theirs is None:
        return ()
    idle, loaded = theirs
    return (*_rows(f"{options.beside}, idle", idle), *_rows(f"{options.beside}, half load", loaded))


def _spreads(timings: Sequence[StageTimings]) -> dict[str, Spread]:
    return {
        "less Xero": Spread.of(each.ours for each in timings),
        "whole": Spread.of(each.total for each in timings),
        "  event to request": Spread.of(each.to_request for each in timings),
        "  request to call": Spread.of(each.to_call for each in timings),
        "  Xero (simulator)": Spread.of(each.xero for each in timings),
        "  reply to outcome": Spread.of(each.to_outcome for each in timings),
    }


def _rows(name: str, timings: Sequence[StageTimings]) -> tuple[tuple[str, ...], ...]:
    return tuple((f"{name}: {label}", *spread.cells()) for label, spread in _spreads(timings).items())


def _figures(timings: Sequence[StageTimings]) -> dict[str, dict[str, float]]:
    return {label.strip(): spread.as_json() for label, spread in _spreads(timings).items()}
