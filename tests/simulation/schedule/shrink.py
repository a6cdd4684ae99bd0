"""The shortest schedule that still fails: faults are left out one at a time."""

from collections.abc import Callable

from tests.simulation.schedule.run import Result, Schedule


def shrunk(result: Result, run: Callable[[Schedule], Result]) -> Result:
    """A result that is not good either, with no fault that could be left out."""
    left = True
    while left:
        left = False
        for each in result.schedule.faults:
            fewer = tuple(other for other in result.schedule.faults if other != each)
            shorter = run(Schedule(result.schedule.seed, fewer, result.schedule.machines))
            if not shorter.is_good:
                result, left = shorter, True
                break
    return result
