"""`python -m benchmarks [scenario …] [--option value …]`: see docs/benchmarks.md."""

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from rich.console import Console

from benchmarks.callers import callers
from benchmarks.conditions import conditions
from benchmarks.environment import Environment
from benchmarks.options import Options
from benchmarks.report import Report
from benchmarks.scenarios import fairness, floods, gate, latency, memory, restore, saturation, speed, thousand, turns
from benchmarks.screen import new_console, show, show_conditions
from benchmarks.stores import lists
from benchmarks.visitors import clicking
from deploy.kafka import LocalKafka
from streams.ops import LogOptions, configure_logs

Scenario = Callable[[Environment, Options], Awaitable[Report]]
SCENARIOS: dict[str, Scenario] = {
    "speed": speed.run,
    "latency": latency.run,
    "thousand": thousand.run,
    "saturation": saturation.run,
    "fairness": fairness.run,
    "floods": floods.run,
    "gate": gate.run,
    "memory": memory.run,
    "restore": restore.run,
    "turns": turns.run,
    "lists": lists.run,
    "callers": callers.run,
    "clicking": clicking.run,
}


def main(arguments: Sequence[str]) -> int:
    """Run the scenarios named, or all; 0, or 1 where a target was missed and `--check` asked for it."""
    parsed = _parser().parse_args(arguments)
    options = Options(**{each.name: getattr(parsed, each.name) for each in fields(Options)})
    console = new_console()
    about = {**conditions(os.environ), **asdict(options)}
    show_conditions(console, about)
    reports = asyncio.run(_run_all(parsed.scenario or list(SCENARIOS), options, console))
    if parsed.json is not None:
        document: dict[str, Any] = {"conditions": about, "reports": [report.as_json() for report in reports]}
        parsed.json.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    missed = any(target.met is False for report in reports for target in report.targets)
    return 1 if missed and parsed.check else 0


async def _run_all(names: Sequence[str], options: Options, console: Console) -> list[Report]:
    with tempfile.TemporaryDirectory(prefix="shipledger-bench-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with (folder / "benchmarks.log").open("w", encoding="utf-8") as log:
            # The dispatcher of `saturation` runs in this process; it logs what it logs in a worker.
            configure_logs(LogOptions(format="json"), stream=log, monotonic=time.monotonic)
            async with LocalKafka.started(folder / "kafka") as kafka:
                environment = Environment(folder, kafka.bootstrap_servers, options.seed)
                return [await _run(name, environment, options, console) for name in names]


async def _run(name: str, environment: Environment, options: Options, console: Console) -> Report:
    began = time.monotonic()
    report = await SCENARIOS[name](environment, options)
    show(console, report, time.monotonic() - began, os.getloadavg()[0])
    return report


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("scenario", nargs="*", choices=[[], *SCENARIOS], help="default: all")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--check", action="store_true", help="exit 1 where a target is missed")
    for each in fields(Options):
        parser.add_argument(f"--{each.name.replace('_', '-')}", type=type(each.default), default=each.default)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
