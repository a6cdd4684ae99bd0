"""Where scenarios run: one broker for the whole run; topics and a simulator anew for each."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.organisations import Fleet
from deploy.simulator.server import Simulator
from deploy.simulator.wire import SimClock
from tests.brokers.topics import fresh_topics
from tests.processes.stack import Stack

PARTITIONS = 12
"""As `shipledger topics create` makes them."""
TOPIC_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Ground:
    """The broker is this run's own: its topics are deleted between scenarios."""

    folder: Path
    bootstrap_servers: str
    seed: int

    @asynccontextmanager
    async def stack(self, name: str, fleet: Fleet, clock: SimClock | None = None) -> AsyncIterator[Stack]:
        """Empty topics, a simulator in this process, and workers that are gone at the end."""
        await self.fresh_topics()
        folder = self.folder / name
        folder.mkdir()
        # Repeatable ids, nothing secret.
        source = random.Random(self.seed)  # noqa: S311
        async with Simulator.started(fleet.seed(), clock=clock, source=source) as simulator:
            stack = Stack(folder, self.bootstrap_servers, simulator, fleet.profile())
            try:
                yield stack
            except Exception as error:
                for worker in stack.workers:
                    error.add_note(f"{worker.folder.name}'s log ends with:\n{worker.log_tail()}")
                raise
            finally:
                for worker in stack.workers:
                    worker.end()

    async def fresh_topics(self) -> None:
        """The contract's topics, empty."""
        await fresh_topics(self.bootstrap_servers, PARTITIONS, TOPIC_SECONDS)
