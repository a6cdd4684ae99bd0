"""Prints where a worker's processor time goes in a burst: `python -m benchmarks.profile [--burst N] [--stacks FILE]`.

The samples themselves cost a few percent. FILE gets them all, for whoever wants to look closer.
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path

from rich.table import Table

from benchmarks.environment import Environment
from benchmarks.options import Options
from benchmarks.profile.rooms import seconds_by_room
from benchmarks.scenarios import burst
from benchmarks.screen import new_console
from deploy.kafka import LocalKafka


async def sampled(options: Options, folder: Path, samples: Path) -> burst.Burst:
    """One burst, whose samples are in the file then."""
    async with LocalKafka.started(folder / "kafka") as kafka:
        environment = Environment(folder, kafka.bootstrap_servers, options.seed)
        return await burst.measure(environment, options, "profile", None, samples)


def table_of(samples: dict[str, object], shipments: int) -> Table:
    """A line for each room."""
    table = Table("room", "CPU ms a shipment")
    found = seconds_by_room(samples["stacks"], samples["process"], samples["main"])  # type: ignore[arg-type]  # JSON.
    for room, seconds in found.items():
        table.add_row(room, f"{seconds * 1000 / shipments:.3f}")
    table.add_row("all", f"{sum(found.values()) * 1000 / shipments:.3f}")
    return table


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("--burst", type=int, default=Options().burst)
    parser.add_argument("--stacks", type=Path, help="write the samples to this file")
    parsed = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shipledger-profile-", ignore_cleanup_errors=True) as name:
        samples = Path(name) / "samples.json"
        found = asyncio.run(sampled(Options(burst=parsed.burst), Path(name), samples))
        text = samples.read_text(encoding="utf-8")
    if parsed.stacks is not None:
        parsed.stacks.write_text(text, encoding="utf-8")
    console = new_console()
    console.print(table_of(json.loads(text), found.shipments))
    console.print(
        f"{found.shipments_a_second:.0f} shipments a second, {found.spent.transactions_an_event:.3f} transactions each"
    )


if __name__ == "__main__":
    main()
