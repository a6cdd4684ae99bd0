"""Runs schedules. Every run is repeatable: the hashes of texts are fixed, for which the process begins itself anew."""

import argparse
import itertools
import json
import logging
import os
import sys
import time
from pathlib import Path

import structlog

from tests.simulation.explore import Exploration
from tests.simulation.faults import Fault, Kind, chance_of
from tests.simulation.machine import prepare_process
from tests.simulation.planted import PLANTED
from tests.simulation.schedule import (
    Ended,
    Result,
    Schedule,
    begin_apart,
    prepare_children,
    run_apart,
    run_schedule,
    shrunk,
)
from tests.simulation.together import together

HASHES = "PYTHONHASHSEED"


def main() -> int:
    """The exit code is 1 where an invariant is broken, or a seam was not struck."""
    arguments = _arguments()
    if arguments.command == "together":
        _say(together((each.read_text(encoding="utf-8") for each in arguments.logs), arguments.enough))
        return 0
    prepare_process()
    logging.disable(logging.CRITICAL)
    if not arguments.logs:
        quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
        structlog.configure(logger_factory=structlog.ReturnLoggerFactory(), wrapper_class=quiet)
    if arguments.command == "one":
        return _one(arguments)
    return _bug(arguments.name) if arguments.command == "bug" else _many(arguments)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--logs", action="store_true", help="show the workers' logs")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("one", help="run one schedule")
    one.add_argument("seed", type=int)
    one.add_argument("--fault", action="append", default=[], help="kind|seam|nth|seconds, as a failure prints it")
    one.add_argument("--machines", type=int, default=2)
    many = commands.add_parser("many", help="have something go wrong at every seam")
    many.add_argument("--bases", type=int, nargs="+", default=[1, 2, 4], help="seeds whose seams are struck")
    many.add_argument("--seed", type=int, default=1, help="of the faults")
    many.add_argument("--enough", type=int, default=1, help="schedules that strike each seam, each with its own seed")
    many.add_argument("--from", dest="first", type=int, default=1000, help="the first of those seeds")
    many.add_argument("--at-once", type=int, default=1, help="schedules that run at the same time")
    many.add_argument("--progress", action="store_true", help="tell of each schedule")
    many.add_argument("--minutes", type=float, default=float("inf"), help="after which no more are begun")
    said = commands.add_parser("together", help="what several runs of `many` did in all")
    said.add_argument("logs", type=Path, nargs="+", help="what they printed")
    said.add_argument("--enough", type=int, default=200, help="schedules that strike a seam; those with less are named")
    bug = commands.add_parser("bug", help="see that a planted fault is noticed")
    bug.add_argument("name", choices=sorted(PLANTED))
    return parser.parse_args()


def _one(arguments: argparse.Namespace) -> int:
    faults = tuple(_fault(each) for each in arguments.fault)
    result = run_schedule(Schedule(arguments.seed, faults, arguments.machines))
    _say(json.dumps(_told(result), indent=1))
    return 0 if result.is_good else 1


def _bug(name: str) -> int:
    """1 where nobody notices it."""
    planted = PLANTED[name]
    for schedule in planted.schedules():
        with planted.plant():
            result = run_schedule(schedule)
        is_noticed = any(each.startswith(planted.invariants) for each in result.violations)
        if is_noticed and run_schedule(schedule).is_good:
            _say(json.dumps({"noticed": result.violations, "schedule": str(schedule)}))
            return 0
    return 1


def _many(arguments: argparse.Namespace) -> int:
    ends_at = time.monotonic() + arguments.minutes * 60
    prepare_children()
    begin = _begin_telling if arguments.progress else _begin
    exploration = Exploration(chance_of(arguments.seed), begin, arguments.at_once)
    exploration.look_at(arguments.bases)
    in_time = itertools.takewhile(lambda _: time.monotonic() < ends_at, itertools.count(arguments.first))
    exploration.strike_evenly(in_time, arguments.enough)
    if time.monotonic() < ends_at:
        exploration.strike_rest()
    _say(json.dumps(_summary(exploration, _cpu_time())))
    for failure in exploration.failures[:5]:
        _say(_failed(shrunk(failure, run_apart)))
    return 1 if exploration.unstruck or exploration.failures else 0


def _cpu_time() -> float:
    """Seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _begin(schedule: Schedule) -> Ended:
    """A broken one is told of at once: whoever ends a run, or cannot wait for the shortest, still has this one."""
    running = begin_apart(schedule)

    def ended() -> Result:
        result = running()
        if not result.is_good:
            _say(_failed(result))
        return result

    return ended


def _begin_telling(schedule: Schedule) -> Ended:
    running = _begin(schedule)

    def ended() -> Result:
        result = running()
        sys.stderr.write(f"{json.dumps(_told(result))}\n")
        return result

    return ended


def _summary(exploration: Exploration, seconds: float) -> dict[str, object]:
    results = exploration.results
    return {
        "schedules": len(results),
        "failures": len(exploration.failures),
        "faults": sum(len(each.happened) for each in results),
        "unstruck": exploration.unstruck,
        "struck": {each: exploration.times[each] for each in sorted(exploration.met_in)},
        "virtual_hours": round(sum(each.seconds for each in results) / 3600, 1),
        "cpu_seconds": round(seconds, 1),
        "fenced": sum(each.fenced for each in results),
        "exits": sum(len(each.exits) for each in results),
    }


def _told(result: Result) -> dict[str, object]:
    return {
        "again": _command(result.schedule),
        "violations": result.violations,
        "happened": [str(each) for each in result.happened],
        "exits": result.exits,
        "digest": result.digest,
        "virtual_seconds": round(result.seconds, 1),
        "steps": result.steps,
    }


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _command(schedule: Schedule) -> str:
    faults = " ".join(f"--fault '{_spelt(each)}'" for each in schedule.faults)
    return f"python -m tests.simulation one {schedule.seed} --machines {schedule.machines} {faults}"


def _failed(result: Result) -> str:
    told = "\n".join(f"    {each}" for each in (*result.violations, *(f"exit: {each}" for each in result.exits)))
    return f"{result.schedule}\n{told}\n  again: {_command(result.schedule)}"


def _spelt(fault: Fault) -> str:
    return f"{fault.kind.value}|{fault.seam}|{fault.nth}|{fault.seconds}"


def _fault(text: str) -> Fault:
    kind, seam, nth, seconds = text.split("|")
    return Fault(seam, int(nth), Kind(kind), float(seconds))


if __name__ == "__main__":
    if os.environ.get(HASHES) != "0":
        again = [sys.executable, "-m", "tests.simulation", *sys.argv[1:]]
        os.execve(sys.executable, again, {**os.environ, HASHES: "0"})  # noqa: S606  # Ourselves.
    code = main()
    # What killed workers left behind is not to be ended in order.
    os._exit(code)
