"""Run a simulator until it is told to stop."""

import asyncio
import signal
from pathlib import Path

from deploy.simulator.seed import DEMO
from deploy.simulator.server import Simulator


def serve(host: str, port: int, seed_path: Path | None, journal_path: Path | None = None) -> None:
    """Serve until SIGINT or SIGTERM. `seed_path` None: the demonstration's seed.

    Raises `OSError` for a port or file that cannot be had, `ValueError` for a seed with a fault.
    """
    asyncio.run(_serve(host, port, seed_path or DEMO, journal_path))


async def _serve(host: str, port: int, seed_path: Path, journal_path: Path | None) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with Simulator.started(seed_path, port, host, journal_path=journal_path) as simulator:
        print(f"Xero simulator on {simulator.base_url}, control under {simulator.base_url}/_sim/", flush=True)
        await stopped.wait()
