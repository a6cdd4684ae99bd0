"""Twenty organisations written at once by one worker, and what an organisation with 10,000 waiting does to the rest."""

from collections.abc import Sequence
from typing import Any

from benchmarks.environment import Environment
from benchmarks.measures import MILLISECONDS, SPREAD_COLUMNS, Spread
from benchmarks.options import Options
from benchmarks.report import Report, Target
from benchmarks.scenarios.many_organisations import ManyOrganisationsRun, measure

MOST_SLOWER = 1.5
COLUMNS = ("the others", *SPREAD_COLUMNS, "all begun within s", "noisy ones written", "CPU ms an event")
NOTE = (
    "Four runs with the same events on fresh topics, worker and simulator, in the order without, with, with, without, "
    "so that a machine that gets busier favours neither. A row has the delays of both runs of its kind; the target "
    "compares the faster run of each kind, which other programs disturbed less. The events of all organisations but "
    "the first are published at once, shuffled; their times run until each has its outcome. The noisy organisation's "
    "requests are in the ledger by then, and its lane has just begun on them."
)


async def run(environment: Environment, options: Options) -> Report:
    """Measure the others without and with the noisy organisation."""
    quiet = [await measure(environment, options, "quiet-1", noise=0)]
    noisy = [await measure(environment, options, f"noisy-{each}", noise=options.noisy) for each in (1, 2)]
    quiet.append(await measure(environment, options, "quiet-2", noise=0))
    return _report(options, quiet, noisy)


def _report(options: Options, quiet: Sequence[ManyOrganisationsRun], noisy: Sequence[ManyOrganisationsRun]) -> Report:
    ratio = _least_p95(noisy) / _least_p95(quiet)
    refused = sum(each.refused for each in (*quiet, *noisy))
    others = options.organisations - 1
    return Report(
        name="fairness",
        title=f"{others} organisations with {options.each} shipments each, and one with {options.noisy:,} waiting",
        columns=COLUMNS,
        rows=(_row("without the noisy one", quiet), _row("with it", noisy)),
        targets=(
            Target(f"p95 at most {MOST_SLOWER:g} times as long", f"{ratio:.2f} times", ratio <= MOST_SLOWER),
            Target("no 429", f"{refused}", refused == 0),
        ),
        notes=(NOTE,),
        figures={"p95_ratio": ratio, "quiet": _figures(quiet), "noisy": _figures(noisy), "too_many_requests": refused},
    )


def _spread(runs: Sequence[ManyOrganisationsRun]) -> Spread:
    return Spread.of(delay for each in runs for delay in each.delays)


def _least_p95(runs: Sequence[ManyOrganisationsRun]) -> float:
    return min(_spread([each]).at(0.95) for each in runs)


def _row(name: str, runs: Sequence[ManyOrganisationsRun]) -> tuple[str, ...]:
    figures = _figures(runs)
    begun, cost = f"{figures['all_begun_within_s']:.2f}", f"{figures['cpu_ms_an_event']:.1f}"
    return (name, *_spread(runs).cells(), begun, f"{figures['noise_written']:,}", cost)


def _figures(runs: Sequence[ManyOrganisationsRun]) -> dict[str, Any]:
    """Of both runs: the later start, all that was written, the mean cost."""
    return {
        **_spread(runs).as_json(),
        "p95_ms_by_run": [_spread([each]).at(0.95) * MILLISECONDS for each in runs],
        "all_begun_within_s": max(each.started_within for each in runs),
        "noise_written": sum(each.noise_written for each in runs),
        "cpu_ms_an_event": sum(each.cpu_ms_an_event for each in runs) / len(runs),
    }
