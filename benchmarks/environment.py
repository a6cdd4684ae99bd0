"""Where scenarios run: one broker for the whole run; topics and a simulator anew for each."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.organisations import Organisations
from deploy.simulator import SimClock
from deploy.testbed import Stack, fresh_topics, running_stack

PARTITIONS = 12
"""As `shipledger topics create` makes them."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The broker is this run's own: its topics are deleted between scenarios."""

    folder: Path
    bootstrap_servers: str
    seed: int

    @asynccontextmanager
    async def stack(
        self, name: str, organisations: Organisations, clock: SimClock | None = None
    ) -> AsyncIterator[Stack]:
        """Empty topics, a simulator in this process, and workers that are gone at the end."""
        folder = self.folder / name
        folder.mkdir()
        async with running_stack(
            self.bootstrap_servers,
            folder,
            partitions=PARTITIONS,
            profile=organisations.profile(),
            seed=organisations.seed(),
            clock=clock,
            source=random.Random(self.seed),  # noqa: S311  # Repeatable ids, nothing secret.
        ) as stack:
            try:
                yield stack
            except Exception as error:
                error.add_note(f"The workers' logs end with:\n{stack.log_tails()}")
                raise

    async def fresh_topics(self) -> None:
        """The contract's topics, empty."""
        await fresh_topics(self.bootstrap_servers, PARTITIONS)
