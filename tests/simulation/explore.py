"""Finds the seams by running, and has something go wrong at each of them."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tests.simulation.faults.plan import Fault, Kind, kinds_of
from tests.simulation.schedule import REFUSED_IN, Result, Schedule, run_schedule

TOGETHER = 25
"""New faults in one schedule: after the first, others may not come to pass, and come in another."""
FEW = 4
"""The same at seams that others often keep from being met."""
TRIES, TRIES_ALONE = 4, 5
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

    def strike_evenly(self, seeds: Iterable[int], enough: int) -> Iterator[Result]:
        """A schedule of each seed, with faults at the seams that were tried least, until each was struck so often.

        A seam that is met only after other faults is struck after them, in the schedule that met it; so is one that is
        not met in most others, and one that is met only where a shipment is refused, where one is. What does not come
        to pass in `TRIES` times as many schedules is left.
        """
        tries: Counter[str] = Counter()
        for seed in seeds:
            left = [each for each in self.met_in if self.times[each] < enough and tries[each] < enough * TRIES]
            if not left:
                return
            left.sort(key=lambda each: (tries[each], self.chance.random()))
            parent, most = self.met_in[left[0]][0], TOGETHER
            if tries[left[0]] > 2 * self.times[left[0]] + FEW:
                most = FEW
            elif not parent.faults:
                parent = Schedule(seed * REFUSED_IN if parent.has_refused else seed)
            alike = [each for each in left if _is_met(self.met_in[each][0], parent)][:most]
            tries.update(alike)
            yield self._strike(alike, parent)

    def strike_rest(self) -> None:
        """Alone, in the schedule that met it first: each seam at which nothing went wrong yet."""
        tries: Counter[str] = Counter()
        while seam := next((each for each in self.unstruck if tries[each] < TRIES_ALONE), None):
            tries[seam] += 1
            parent = self.met_in[seam][0]
            self._strike([seam], parent)

    def _strike(self, seams: Iterable[str], parent: Schedule) -> Result:
        faults = (*parent.faults, *(self._fault(each) for each in seams))
        return self.look(Schedule(parent.seed, faults, parent.machines))

    def _fault(self, seam: str) -> Fault:
        count = self.met_in[seam][1]
        kind = self.chance.choice(kinds_of(seam))
        longest = LONGEST_LATENESS if kind is Kind.LATE else LONGEST_PAUSE
        return Fault(seam, self.chance.randint(1, count), kind, round(self.chance.uniform(3.0, longest), 1))


def _is_met(where: Schedule, other: Schedule) -> bool:
    """Whether what is met in the one schedule can be expected in the other."""
    return where.faults == other.faults and (other.has_refused or not where.has_refused)
