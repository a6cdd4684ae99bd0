"""What many small and a few large events of an organisation that nobody can write to cost in memory."""

from dataclasses import dataclass
from typing import Any

from benchmarks.environment import Environment
from benchmarks.measures import MEGABYTE, Memory, Traffic, forget_peak
from benchmarks.options import Options
from benchmarks.organisations import Organisations, event, shipment, shipment_id, tenant
from benchmarks.report import Report, Target
from deploy.testbed import Stack, WorkerProcess, encode, make_line

CUT_OFF, SERVED = 1, 2
MOST_GROWTH = 60 * MEGABYTE
WARM_SECONDS, WAIT_SECONDS = 120.0, 400.0
COLUMNS = (
    "its events",
    "n",
    "before MB",
    "after MB",
    "growth MB",
    "the most MB",
)
NOTE = (
    "One worker, two organisations, one of them disconnected. Its events are published at once; `after` is measured "
    "when each of them has its WAITING outcome; `the most` is of the time until then."
)


@dataclass(frozen=True, slots=True)
class Load:
    """So many events of so many lines with so long a description."""

    name: str
    events: int
    lines: int
    description: int

    def event(self, index: int) -> dict[str, Any]:
        """One of them."""
        lines = [
            make_line(line_number=number, description="x" * self.description) for number in range(1, self.lines + 1)
        ]
        return event(CUT_OFF, index, shipment={**shipment(CUT_OFF, index), "lines": lines})


@dataclass(frozen=True, slots=True)
class Held:
    """One run."""

    load: Load
    before: Memory
    waiting: Memory

    @property
    def growth(self) -> int:
        """Bytes by which the worker grew."""
        return self.waiting.resident - self.before.resident

    def cells(self) -> tuple[str, ...]:
        """As the table has them."""
        size = len(encode(self.load.event(1)))
        sizes = (self.before.resident, self.waiting.resident, self.growth, self.waiting.peak)
        shown = (f"{each / MEGABYTE:.0f}" for each in sizes)
        return (f"{self.load.name}, {size:,} bytes each", f"{self.load.events:,}", *shown)


async def run(environment: Environment, options: Options) -> Report:
    """Measure both loads, each on fresh topics and a fresh worker."""
    small = Load("small ones", options.small, 30, 30)
    large = Load("large ones", options.large, 300, 420)
    held = [await _measure(environment, f"memory-{each.events}", each) for each in (small, large)]
    return Report(
        name="memory",
        title="The events of one disconnected organisation in a worker's memory",
        columns=COLUMNS,
        rows=tuple(each.cells() for each in held),
        targets=tuple(
            Target(
                f"{each.load.name}: at most {MOST_GROWTH // MEGABYTE} MB more",
                f"{each.growth / MEGABYTE:.0f} MB",
                each.growth <= MOST_GROWTH,
            )
            for each in held
        ),
        notes=(NOTE,),
        figures={each.load.name: _figures(each) for each in held},
    )


async def _measure(environment: Environment, name: str, load: Load) -> Held:
    async with (
        environment.stack(name, Organisations(2)) as stack,
        Traffic.watched(stack.bootstrap_servers) as traffic,
    ):
        worker = await _started(stack, traffic)
        before = Memory.of(worker.process_id)
        await traffic.send_all(load.event(index) for index in range(1, load.events + 1))
        names = frozenset(shipment_id(CUT_OFF, index) for index in range(1, load.events + 1))
        await traffic.until(lambda: names <= traffic.waited.keys(), WAIT_SECONDS, f"{load.events} waiting outcomes")
        return Held(load, before, Memory.of(worker.process_id))


async def _started(stack: Stack, traffic: Traffic) -> WorkerProcess:
    """A worker that has answered for the organisation that it can reach."""
    stack.simulator.state.tokens.disconnect("demo-client", tenant(CUT_OFF))
    worker = stack.worker()
    worker.start()
    await worker.ready(WARM_SECONDS)
    await traffic.send_all([event(SERVED, 0)])
    await traffic.until_answered([shipment_id(SERVED, 0)], WARM_SECONDS)
    forget_peak(worker.process_id)
    return worker


def _figures(held: Held) -> dict[str, Any]:
    return {
        "events": held.load.events,
        "event_bytes": len(encode(held.load.event(1))),
        "before": held.before.resident,
        "after": held.waiting.resident,
        "growth": held.growth,
        "most": held.waiting.peak,
    }
