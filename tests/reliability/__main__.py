"""`python -m tests.reliability crash|network|soak`: the long forms, each with a report in build/reliability."""

import argparse
import asyncio
import logging
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path

from streams.app.reconnects import tame_clients
from tests.reliability.crash import Amount, Run, kill_in_chains, strike_on_one_broker, strike_on_three_brokers, told
from tests.reliability.figures import Report
from tests.reliability.outages import suffer_bad_wires
from tests.reliability.preloaded import Nursery, nursery
from tests.reliability.soak import soak

OUT = Path("build/reliability")
THREE_BROKERS_SHARE = 0.2
"""Of the time: what is not done on one broker by then is left out, and the report says so by its n."""


async def _crash(folder: Path, forks: Nursery, arguments: argparse.Namespace, report: Report) -> None:
    seconds = 60 * arguments.minutes
    ends_at = time.monotonic() + seconds
    amount = Amount(arguments.kills, arguments.blows, arguments.chains, ends_at)
    kills = Run(folder / "kills", forks, arguments.seed, amount, report)
    sooner = replace(amount, ends_at=ends_at - seconds * THREE_BROKERS_SHARE)
    async with asyncio.TaskGroup() as parts:
        parts.create_task(told(kills, kill_in_chains(kills)))
        parts.create_task(_others(replace(kills, folder=folder / "others", amount=sooner), ends_at))


async def _others(run: Run, ends_at: float) -> None:
    await told(run, strike_on_one_broker(replace(run, folder=run.folder / "one", seed=run.seed + 100)))
    last = replace(run.amount, ends_at=ends_at)
    three = replace(run, folder=run.folder / "three", seed=run.seed + 200, amount=last)
    await told(run, strike_on_three_brokers(three))


async def _network(folder: Path, forks: Nursery, arguments: argparse.Namespace, report: Report) -> None:
    ends_at = time.monotonic() + 60 * arguments.minutes
    await suffer_bad_wires(folder, forks, arguments.seed, arguments.times, ends_at, report)


async def _soak(folder: Path, forks: Nursery, arguments: argparse.Namespace, report: Report) -> None:
    await soak(folder, forks, arguments.seed, arguments.hours, arguments.rate, report)


Part = Callable[[Path, Nursery, argparse.Namespace, Report], Awaitable[None]]
PARTS: Mapping[str, tuple[str, Part]] = {
    "crash": ("Kills and other disturbances", _crash),
    "network": ("Bad wires", _network),
    "soak": ("A steady rate with a fault every 20 s", _soak),
}


def main() -> int:
    """Run, report, and say by the exit code whether anything was found."""
    arguments = _arguments()
    for name in ("aiokafka", "aiohttp.server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    tame_clients()
    folder = Path(tempfile.mkdtemp(prefix="shipledger-reliability-"))
    title, run = PARTS[arguments.what]
    report = Report(title)
    try:
        with nursery() as forks:
            asyncio.run(_begun(run, folder, forks, arguments, report))
    finally:
        # Whatever stopped it, what was done until then is told.
        report.write(OUT, arguments.what)
        print((OUT / f"{arguments.what}.md").read_text())  # noqa: T201
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    return 0 if report.is_clean else 1


async def _begun(run: Part, folder: Path, forks: Nursery, arguments: argparse.Namespace, report: Report) -> None:
    await run(folder, forks, arguments, report)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("what", choices=sorted(PARTS))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    parser.add_argument("--minutes", type=float, default=60.0, help="after which nothing further is begun")
    parser.add_argument("--keep", action="store_true", help="leave the folders of workers and brokers")
    crash = parser.add_argument_group("crash")
    crash.add_argument("--kills", type=int, default=30, help="at each of the 17 points")
    crash.add_argument("--blows", type=float, default=1.0, help="the share of the other disturbances")
    crash.add_argument("--chains", type=int, default=2, help="of kills, side by side")
    network = parser.add_argument_group("network")
    network.add_argument("--times", type=int, default=5, help="of each kind on each wire")
    longest = parser.add_argument_group("soak")
    longest.add_argument("--hours", type=float, default=2.0)
    longest.add_argument("--rate", type=float, default=2.0, help="status changes a second")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
