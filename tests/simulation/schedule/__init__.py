"""One schedule from its seed: what is sent, what goes wrong, and what must be true when all is quiet again."""

from tests.simulation.schedule.apart import (
    Ended,
    LostChildError,
    begin_apart,
    prepare_children,
    run_apart,
    side_by_side,
)
from tests.simulation.schedule.run import REFUSED_IN, Result, Schedule, run_schedule
from tests.simulation.schedule.shrink import shrunk

__all__ = [
    "REFUSED_IN",
    "Ended",
    "LostChildError",
    "Result",
    "Schedule",
    "begin_apart",
    "prepare_children",
    "run_apart",
    "run_schedule",
    "shrunk",
    "side_by_side",
]
