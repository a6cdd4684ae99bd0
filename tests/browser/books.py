"""The simulator's pages."""

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from deploy.simulator import SimClock, Simulator
from tests.browser.background import in_background

ORGANISATION: Final = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
_HERE: Final = f"/books/{ORGANISATION}"
SCREENS: Final[Mapping[str, str]] = {
    "start": "/books",
    "contacts": f"{_HERE}/contacts",
    "items": f"{_HERE}/items",
    "documents": f"{_HERE}/documents",
    "nothing-found": f"{_HERE}/items?q=nothing-like-this",
    "not-found": f"{_HERE}/payroll",
}


@dataclass(frozen=True)
class Books:
    """Where they are."""

    url: str
    simulator: Simulator


@contextmanager
def running_books() -> Iterator[Books]:
    """The demonstration's seed, on a clock that stands still."""
    clock = SimClock(datetime(2026, 11, 20, 6, 0, tzinfo=UTC), scale=0)
    source = random.Random(7)  # noqa: S311  # Ids that repeat.
    with in_background() as background:
        simulator = background.enter(Simulator.started(clock=clock, source=source))
        yield Books(simulator.base_url, simulator)
