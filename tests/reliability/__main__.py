"""`python -m tests.reliability crash|soak|network`: the long forms, each with a report in build/reliability."""

import argparse
import asyncio
import logging
import random
import shutil
import sys
import tempfile
from pathlib import Path

from streams.app.reconnects import tame_clients
from tests.reliability.crash import Amount, kill_in_chains, strike_on_one_broker, strike_on_three_brokers
from tests.reliability.figures import Report
from tests.reliability.preloaded import nursery

OUT = Path("build/reliability")


async def _crash(folder: Path, seed: int, amount: Amount) -> Report:
    report = Report("Kills and other disturbances", seeds=[])
    with nursery() as forks:
        async with asyncio.TaskGroup() as parts:
            parts.create_task(kill_in_chains(folder / "kills", forks, seed, amount, report))
            parts.create_task(_others(folder, seed, amount, report, forks))
    return report


async def _others(folder: Path, seed: int, amount: Amount, report: Report, forks: object) -> None:
    await strike_on_one_broker(folder / "one", forks, seed + 100, amount, report)
    await strike_on_three_brokers(folder / "three", forks, seed + 200, amount, report)


def main() -> int:
    """Run, report, and say by the exit code whether anything was found."""
    arguments = _arguments()
    for name in ("aiokafka", "aiohttp.server"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    tame_clients()
    folder = Path(tempfile.mkdtemp(prefix="shipledger-reliability-"))
    amount = Amount(arguments.kills, arguments.blows, arguments.chains)
    try:
        report = asyncio.run(_crash(folder, arguments.seed, amount))
    finally:
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    report.write(OUT, "crash")
    print((OUT / "crash.md").read_text())  # noqa: T201
    return 0 if report.is_clean else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("what", choices=("crash",))
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    parser.add_argument("--kills", type=int, default=30, help="at each of the 17 points")
    parser.add_argument("--blows", type=float, default=1.0, help="the share of the other disturbances")
    parser.add_argument("--chains", type=int, default=2, help="of kills, side by side")
    parser.add_argument("--keep", action="store_true", help="leave the folders of workers and brokers")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
