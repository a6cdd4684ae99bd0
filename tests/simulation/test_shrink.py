"""What is left of a schedule that fails: the faults it takes, in few runs."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.simulation.faults import Fault, Kind
from tests.simulation.schedule import Result, Schedule, shrunk


def result_of(schedule: Schedule, *, is_good: bool) -> Result:
    return Result(schedule, [] if is_good else ["I7: it stands still"], Counter(), [], "", 0.0, 0)


@given(st.sets(st.integers(0, 24), max_size=3), st.integers(1, 25))
def test_what_it_takes_is_left_and_nothing_else(needed: set[int], size: int) -> None:
    faults = tuple(Fault(f"xero:{number}", 1, Kind.RAISE, 3.0) for number in range(25))
    least = {faults[number] for number in needed if number < size}
    runs = []

    def run(schedule: Schedule) -> Result:
        runs.append(schedule)
        return result_of(schedule, is_good=not least <= set(schedule.faults))

    found = shrunk(result_of(Schedule(7, faults[:size], machines=3), is_good=False), run)
    assert set(found.schedule.faults) == least
    assert (found.schedule.seed, found.schedule.machines) == (7, 3)
    assert not found.is_good
    assert len(runs) <= 60, "each takes seconds"
