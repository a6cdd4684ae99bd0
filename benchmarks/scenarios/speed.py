"""What the worker promises about speed, in one table beside the first version: side by side, or as it was recorded."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.environment import Environment
from benchmarks.measures import MILLISECONDS, Calls, Spread, StageTimings
from benchmarks.options import Options
from benchmarks.organisations import Organisations, tenant
from benchmarks.report import Report, Target
from benchmarks.scenarios import burst, latency, thousand

RECORDED = Path(__file__).parents[1] / "recorded" / "first_version.json"
TIMES_FASTER = 2.5
LEAST_BURST = 1000
NOTE = (
    "Burst: {burst:,} new invoices of {organisations} organisations published at once. Idle and half load: as in "
    "`latency`, the simulator's time subtracted. Each figure is the median of {rounds} runs; where another checkout is "
    "measured too, the runs alternate, each is first in turn, and a run before them does not count. A machine that "
    "others use as well moves all of them: read them side by side."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `limit` is what is promised, None where only the ratio is."""

    key: str
    name: str
    limit: float | None
    digits: int = 1

    def shown(self, figures: "Figures") -> str:
        """As it stands in the table; empty where it was not measured."""
        return f"{figures[self.key]:,.{self.digits}f}" if self.key in figures else ""


FIGURES = (
    Figure("burst_shipments_a_second", "burst, shipments a second", None, 0),
    Figure("burst_cpu_ms", "burst, CPU ms a shipment", 1.8, 2),
    Figure("burst_transactions", "burst, ledger transactions a shipment", 0.3, 3),
    Figure("idle_p50_ms", "idle, own time p50 ms", 20.0),
    Figure("idle_p99_ms", "idle, own time p99 ms", 60.0),
    Figure("half_load_p50_ms", "half load, own time p50 ms", None),
    Figure("half_load_p99_ms", "half load, own time p99 ms", 250.0),
    Figure("thousand_writes", "1,000 new invoices, write calls", 23.0, 0),
    Figure("thousand_429s", "1,000 new invoices, 429s", 0.0, 0),
)
Figures = dict[str, float]


async def run(environment: Environment, options: Options) -> Report:
    """Measure this checkout's worker, and in turn with it that of `options.beside`."""
    checkouts = {"this": None, "other": Path(options.beside)} if options.beside else {"this": None}
    measured: dict[str, list[Figures]] = {name: [] for name in checkouts}
    if options.beside:
        # Java compiles what runs often: whoever comes first on a new broker would pay for that alone.
        await _measure(environment, options, "speed-warm", None)
    for number in range(options.rounds):
        for name in list(checkouts)[:: -1 if number % 2 else 1]:
            measured[name].append(await _measure(environment, options, f"speed-{number}-{name}", checkouts[name]))
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    return _report(options, _medians(measured["this"]), _medians(measured.get("other", ())), recorded)


async def _measure(environment: Environment, options: Options, name: str, checkout: Path | None) -> Figures:
    flood = await burst.measure(environment, options, f"{name}-burst", checkout)
    idle, loaded = await latency.measure(environment, options, f"{name}-latency", checkout)
    async with environment.stack(f"{name}-thousand", Organisations(1)) as stack:
        await thousand.send_all(stack, options.shipments, checkout)
        calls = Calls.of(stack.simulator.state, tenant(1), "BENCH-")
    own, own_loaded = _own(idle), _own(loaded)
    return {
        "burst_shipments_a_second": flood.shipments_a_second,
        "burst_cpu_ms": flood.spent.milliseconds_an_event,
        "burst_transactions": flood.spent.transactions_an_event,
        "idle_p50_ms": own.at(0.5) * MILLISECONDS,
        "idle_p99_ms": own.at(0.99) * MILLISECONDS,
        "half_load_p50_ms": own_loaded.at(0.5) * MILLISECONDS,
        "half_load_p99_ms": own_loaded.at(0.99) * MILLISECONDS,
        "thousand_writes": calls.writes,
        "thousand_429s": calls.refused,
    }


def _own(timings: Sequence[StageTimings]) -> Spread:
    return Spread.of(each.ours for each in timings)


def _medians(runs: Sequence[Figures]) -> Figures:
    return {each.key: median(run[each.key] for run in runs) for each in FIGURES} if runs else {}


def _report(options: Options, ours: Figures, theirs: Figures, recorded: dict[str, Any]) -> Report:
    note = NOTE.format(burst=options.burst, organisations=options.burst_organisations, rounds=options.rounds)
    return Report(
        name="speed",
        title=f"the worker beside its first version ({recorded['commit']})",
        columns=("", "promised", "this", options.beside or "another checkout", "first version, recorded"),
        rows=tuple(_row(each, ours, theirs, recorded["figures"]) for each in FIGURES),
        targets=(*_targets(options, ours), *_ratio(ours, theirs)),
        notes=(note, f"Recorded: {recorded['conditions']}"),
        figures={"this": ours, "other": theirs, "recorded": recorded["figures"]},
    )


def _row(figure: Figure, *columns: Figures) -> tuple[str, ...]:
    promised = "" if figure.limit is None else f"≤ {figure.limit:g}"
    return (figure.name, promised, *(figure.shown(each) for each in columns))


def _targets(options: Options, ours: Figures) -> tuple[Target, ...]:
    limited = ((each, each.limit) for each in FIGURES if each.limit is not None)
    return tuple(
        Target(
            f"{each.name}: at most {limit:g}",
            f"{ours[each.key]:.{each.digits}f}{' ms' if 'ms' in each.name else ''}",
            # A few events are no burst: nothing gathers.
            None if each.key.startswith("burst") and options.burst < LEAST_BURST else ours[each.key] <= limit,
        )
        for each, limit in limited
    )


def _ratio(ours: Figures, theirs: Figures) -> tuple[Target, ...]:
    """Seconds of two machines cannot be compared, so the promise is judged in one run only."""
    if not theirs:
        return (Target(f"burst at least {TIMES_FASTER} times as fast", "nothing beside it", None),)
    times = ours["burst_shipments_a_second"] / theirs["burst_shipments_a_second"]
    return (Target(f"burst at least {TIMES_FASTER} times as fast", f"{times:.1f} times", times >= TIMES_FASTER),)
