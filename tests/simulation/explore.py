"""Finds the seams by running, and has something go wrong at each of them."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tests.simulation.faults.plan import Fault, Kind, kinds_of
from tests.simulation.schedule import Result, Schedule, run_schedule

TOGETHER = 5
"""New faults in one schedule of a sample: after the first, others may not come to pass, and are tried again."""
MANY_TOGETHER = 25
"""The same where every seam is to be struck many times: what does not come to pass in one comes in another."""
TRIES = 4
LONGEST_PAUSE, LONGEST_LATENESS = 25.0, 25.0


@dataclass
class Exploration:
    """What was run, which seams were met, and at which of them something went wrong."""

    chance: random.Random
    run: Callable[[Schedule], Result] = run_schedule
    results: list[Result] = field(default_factory=list)
    met_in: dict[str, tuple[Schedule, int]] = field(default_factory=dict)
    """Of each seam a schedule that meets it, and how often."""
    struck: dict[str, set[Kind]] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    """In how many schedules something went wrong at each seam."""

    @property
    def failures(self) -> list[Result]:
        """Those that are not good."""
        return [each for each in self.results if not each.is_good]

    @property
    def unstruck(self) -> list[str]:
        """Seams at which nothing went wrong yet."""
        return sorted(self.met_in.keys() - self.struck.keys())

    def look(self, schedule: Schedule) -> Result:
        """Run it, and learn from it."""
        result = self.run(schedule)
        self.results.append(result)
        for seam, count in result.seen.items():
            self.met_in.setdefault(seam, (schedule, count))
        for fault in result.happened:
            self.struck.setdefault(fault.seam, set()).add(fault.kind)
        self.times.update({each.seam for each in result.happened})
        return result

    def look_at(self, seeds: Iterable[int]) -> None:
        """The seams of these seeds, nothing going wrong."""
        for seed in seeds:
            self.look(Schedule(seed))

    def strike_all(self, most: int) -> None:
        """Until every seam that is met was struck, in so many schedules at most."""
        tries: dict[str, int] = {}
        while (left := self.unstruck) and len(self.results) < most:
            parent = self.met_in[left[0]][0]
            alike = [each for each in left if self.met_in[each][0] == parent]
            alone = tries.get(left[0], 0) > 0
            chosen = left[:1] if alone else [left[0], *self.chance.sample(alike[1:], min(TOGETHER - 1, len(alike) - 1))]
            for each in chosen:
                tries[each] = tries.get(each, 0) + 1
            faults = (*parent.faults, *(self._fault(each) for each in chosen))
            self.look(Schedule(parent.seed, faults, parent.machines))

    def strike_each(self, times: int) -> Iterator[Result]:
        """So many schedules for each seam that is known, with other faults beside it."""
        for seam in sorted(self.met_in):
            for _ in range(times):
                parent = self.met_in[seam][0]
                others = self.chance.sample(sorted(self.met_in), 2)
                faults = (*parent.faults, *(self._fault(each) for each in (seam, *others)))
                yield self.look(Schedule(parent.seed, faults, parent.machines))

    def strike_evenly(self, seeds: Iterable[int], enough: int) -> Iterator[Result]:
        """A schedule of each seed, with faults at the seams that were tried least, until each was struck so often.

        A seam that is met only after other faults is struck after them, in the schedule that met it. What does not
        come to pass in `TRIES` times as many schedules is left.
        """
        tries: Counter[str] = Counter()
        for seed in seeds:
            left = [each for each in self.met_in if self.times[each] < enough and tries[each] < enough * TRIES]
            if not left:
                return
            left.sort(key=lambda each: (tries[each], self.chance.random()))
            parent = self.met_in[left[0]][0]
            alike = [each for each in left if self.met_in[each][0].faults == parent.faults][:MANY_TOGETHER]
            tries.update(alike)
            faults = (*parent.faults, *(self._fault(each) for each in alike))
            yield self.look(Schedule(parent.seed if parent.faults else seed, faults, parent.machines))

    def _fault(self, seam: str) -> Fault:
        count = self.met_in[seam][1]
        kind = self.chance.choice(kinds_of(seam))
        longest = LONGEST_LATENESS if kind is Kind.LATE else LONGEST_PAUSE
        return Fault(seam, self.chance.randint(1, count), kind, round(self.chance.uniform(3.0, longest), 1))
