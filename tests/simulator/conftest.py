"""A running simulator and a caller of it, on a frozen clock."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from tests.simulator.client import BEEF, Caller, calling

NOW = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    """The demonstration's seed at 20 November 2026, 03:15 UTC; the clock stands still until a test moves it."""
    source = random.Random(7)  # noqa: S311  # Ids of a test should repeat, not surprise.
    async with Simulator.started(clock=SimClock(NOW, scale=0), source=source) as started:
        yield started


@pytest.fixture
async def xero(simulator: Simulator) -> AsyncIterator[Caller]:
    """A caller of the Australian organisation."""
    async with calling(simulator, BEEF) as caller:
        yield caller
