"""The shortest schedule that still fails: faults are left out, many at a time at first, one at a time in the end."""

from collections.abc import Callable
from dataclasses import replace

from tests.simulation.schedule.run import Result, Schedule


def shrunk(result: Result, run: Callable[[Schedule], Result]) -> Result:
    """A result that is not good either, with no fault that could be left out alone."""
    size = len(result.schedule.faults)
    while size:
        shorter = _without(size, result, run)
        if shorter is result:
            size //= 2
        result = shorter
    return result


def _without(size: int, result: Result, run: Callable[[Schedule], Result]) -> Result:
    """Without each so many neighbours in turn that it fails without; the same result where that is none of them."""
    start = 0
    while start < len(faults := result.schedule.faults):
        shorter = run(replace(result.schedule, faults=faults[:start] + faults[start + size :]))
        if shorter.is_good:
            start += size
        else:
            result = shorter
    return result
