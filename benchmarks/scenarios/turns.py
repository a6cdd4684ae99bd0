"""How long the worker's event loop does one thing in a burst with large shipments, while everything else waits."""

import asyncio
import json
import random
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.environment import Environment
from benchmarks.measures import MILLISECONDS, MOST, Spread, Traffic
from benchmarks.options import Options
from benchmarks.organisations import Organisations, event, shipment
from benchmarks.report import Report, Target
from benchmarks.warm_up import warm_up
from deploy.testbed import WorkerProcess, make_line

ORGANISATIONS = 4
LINES = {1: 20, 80: 10, 400: 2, 1000: 1}
"""Of so many shipments with one line there are so many with more."""
WARM_SECONDS, OUTCOME_SECONDS, FILE_SECONDS = 120.0, 400.0, 20.0
SHOWN = 8
COLUMNS = ("", "n", "p50 ms", "p99 ms", "p99.9 ms", "max ms")
NOTE = (
    "Processor time is the loop's own thread's: what else the machine does has no part in it. A timer of 5 ms is late "
    "by what the loop, the worker's other threads and the machine took together."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds, and what took longest by itself."""

    cpu: Spread
    late: Spread
    longest: tuple[tuple[float, str], ...]

    @classmethod
    def read(cls, file: Path) -> "Measured":
        """What the timed worker wrote."""
        found = json.loads(file.read_text(encoding="utf-8"))
        longest = tuple((seconds, name) for seconds, name in found["longest"])
        return cls(Spread.of(found["cpu"]), Spread.of(found["late"]), longest)


async def run(environment: Environment, options: Options) -> Report:
    """Send a burst to one worker that has met its organisations before."""
    events = list(_events(options.mixed))
    random.Random(options.seed).shuffle(events)  # noqa: S311  # The same order in every run, and nothing secret.
    file = environment.folder / "turns.json"
    async with (
        environment.stack("turns", Organisations(ORGANISATIONS)) as stack,
        Traffic.watched(stack.bootstrap_servers) as traffic,
    ):
        worker = stack.worker(module=("benchmarks.timed_worker", str(file)))
        worker.start()
        await worker.ready(WARM_SECONDS)
        await warm_up(traffic, ORGANISATIONS, WARM_SECONDS)
        worker.send_signal(signal.SIGUSR1)
        await traffic.send_all(events)
        await traffic.until_answered([each["shipment_id"] for each in events], OUTCOME_SECONDS)
        return _report(await _measured(worker, file), events)


def _events(count: int) -> Iterator[dict[str, Any]]:
    """New invoices, by turns with one line and with many."""
    sizes = [lines for lines, share in LINES.items() for _ in range(share)]
    for index in range(1, count + 1):
        number, lines = index % ORGANISATIONS + 1, sizes[index % len(sizes)]
        yield event(number, index, shipment={**shipment(number, index), "lines": _lines(lines)})


def _lines(count: int) -> list[dict[str, Any]]:
    return [
        make_line(line_number=number + 1, description=f"Chilled beef, carton {number + 1}") for number in range(count)
    ]


async def _measured(worker: WorkerProcess, file: Path) -> Measured:
    worker.send_signal(signal.SIGUSR2)
    async with asyncio.timeout(FILE_SECONDS):
        while not file.exists():  # noqa: ASYNC110, ASYNC240 - Another process writes the file, and it is a look of microseconds.
            await asyncio.sleep(0.05)
    return Measured.read(file)


def _report(measured: Measured, events: list[dict[str, Any]]) -> Report:
    turns = {"processor time of a turn": measured.cpu, "a timer of 5 ms late": measured.late}
    lines = sum(len(each["shipment"]["lines"]) for each in events)
    worst = measured.cpu.at(0.999)
    return Report(
        name="turns",
        title=f"a burst of {len(events)} shipments with {lines:,} lines over {ORGANISATIONS} organisations",
        columns=COLUMNS,
        rows=tuple((name, *_cells(spread)) for name, spread in turns.items()),
        targets=(
            Target(
                f"a turn of the event loop takes at most {MOST * MILLISECONDS:.0f} ms of processor time at p99.9",
                f"{worst * MILLISECONDS:.0f} ms",
                worst <= MOST,
            ),
        ),
        notes=(NOTE, *(f"{seconds * MILLISECONDS:.0f} ms: {name}" for seconds, name in measured.longest[:SHOWN])),
        figures={
            name: dict(zip(("n", "p50", "p99", "p99.9", "max"), _cells(spread), strict=True))
            for name, spread in turns.items()
        },
    )


def _cells(spread: Spread) -> tuple[str, ...]:
    shown = (spread.median, spread.at(0.99), spread.at(0.999), spread.seconds[-1])
    return (str(len(spread.seconds)), *(f"{each * MILLISECONDS:.1f}" for each in shown))
