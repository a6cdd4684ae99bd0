"""Several schedules at the same time: chosen by what is known, the same on each machine."""

from collections import Counter
from collections.abc import Iterator

from tests.simulation.explore import Exploration
from tests.simulation.faults import chance_of
from tests.simulation.schedule import Ended, Result, Schedule, side_by_side

LATE = "await:late"


class Runs:
    """Begins schedules in which every fault comes to pass, and remembers how many ran at the same time.

    All seams are met in each, and one more in all but the first few.
    """

    def __init__(self, seams: set[str], first: int = 0) -> None:
        self.running = self.most = self._begun = 0
        self._seams = seams
        self._first = first

    def begin(self, schedule: Schedule) -> Ended:
        """Not waited for."""
        self._begun += 1
        self.running += 1
        self.most = max(self.most, self.running)
        late = {LATE} if self._begun > self._first else set()
        seen = Counter(self._seams | late)

        def ended() -> Result:
            self.running -= 1
            return Result(schedule, [], seen, list(schedule.faults), "", 0.0, 0)

        return ended


def test_so_many_run_at_the_same_time_and_their_results_come_in_order() -> None:
    runs, asked, dealt_with = Runs({"await:a"}), [], list[int]()

    def schedules() -> Iterator[Schedule]:
        for seed in range(10):
            asked.append((seed, len(dealt_with)))
            yield Schedule(seed)

    for result in side_by_side(runs.begin, schedules(), 3):
        dealt_with += [result.schedule.seed]
    assert dealt_with == list(range(10))
    assert runs.most == 3
    assert asked == [(seed, max(0, seed - 2)) for seed in range(10)], "each by what the earlier ones taught"


def test_each_seam_is_struck_so_often() -> None:
    runs = Runs({"await:a", "await:b", "await:c"}, first=20)
    exploration = Exploration(chance_of(1), runs.begin, at_once=3)
    exploration.look_at([1, 2])
    exploration.strike_evenly(range(100), 20)
    assert runs.most == 3
    assert set(exploration.times) == {"await:a", "await:b", "await:c", LATE}
    assert min(exploration.times.values()) >= 20


def test_so_is_one_that_only_the_last_schedule_met() -> None:
    """The first is struck in the second schedule, and until that is known two more are under way."""
    exploration = Exploration(chance_of(1), Runs({"await:a"}, first=3).begin, at_once=3)
    exploration.look_at([1])
    exploration.strike_evenly(range(100), 1)
    assert exploration.times[LATE] >= 1


def test_no_more_are_begun_than_there_are_seeds() -> None:
    exploration = Exploration(chance_of(1), Runs({"await:a"}).begin, at_once=3)
    exploration.look_at([1])
    exploration.strike_evenly(range(4), 1_000)
    assert len(exploration.results) == 5
