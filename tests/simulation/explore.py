"""Finds the seams by running, and has something go wrong at each of them."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from tests.simulation.faults.plan import Fault, Kind, kinds_of
from tests.simulation.schedule import REFUSED_IN, Ended, Result, Schedule, side_by_side

TOGETHER = 25
"""New faults in one schedule: after the first, others may not come to pass, and come in another."""
RARE_TOGETHER = 40
"""The same at seams that are met only after other faults, or that others often keep from being met."""
UNLUCKY_TRIES = 4
"""In vain, beyond as many as were not: then a seam counts as one of those."""
RICH = 0.7
"""Of what the schedule with the most of them meets: one that meets so many is chosen by chance."""
TRIES, TRIES_ALONE = 4, 5
LONGEST_PAUSE, LONGEST_LATENESS = 25.0, 25.0


@dataclass
class Exploration:
    """What was run, which seams were met, and at which of them something went wrong."""

    chance: random.Random
    begin: Callable[[Schedule], Ended]
    at_once: int = 1
    results: list[Result] = field(default_factory=list)
    met_in: dict[str, Result] = field(default_factory=dict)
    """Of each seam the first schedule that met it."""
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

    def look(self, schedule: Schedule) -> None:
        """Run it, and learn from it."""
        self._learn(self.begin(schedule)())

    def _learn(self, result: Result) -> None:
        self.results.append(result)
        for seam in result.seen:
            self.met_in.setdefault(seam, result)
        for fault in result.happened:
            self.struck.setdefault(fault.seam, set()).add(fault.kind)
        self.times.update({each.seam for each in result.happened})

    def look_at(self, seeds: Iterable[int]) -> None:
        """The seams of these seeds, nothing going wrong."""
        for seed in seeds:
            self.look(Schedule(seed))

    def strike_evenly(self, seeds: Iterable[int], enough: int) -> None:
        """A schedule of each seed, with faults at the seams that were tried least, until each was struck so often.

        A seam that is met only after other faults, or not in most schedules, is struck in one that met it, and with it
        others of that kind; one that is met only where a shipment is refused, where one is. What does not come to pass
        in `TRIES` times as many schedules is left.
        """
        fresh, tries, before = iter(seeds), Counter[str](), -1
        # What the last of a round teaches may ask for more.
        while before < len(self.results):
            before = len(self.results)
            for result in side_by_side(self.begin, self._even_strikes(fresh, enough, tries), self.at_once):
                self._learn(result)

    def _even_strikes(self, seeds: Iterator[int], enough: int, tries: Counter[str]) -> Iterator[Schedule]:
        """Each is chosen by what is known when it is asked for."""
        for seed in seeds:
            left = [each for each in self.met_in if self.times[each] < enough and tries[each] < enough * TRIES]
            if not left:
                return
            left.sort(key=lambda each: (tries[each], self.chance.random()))
            rare = {each for each in left if self._is_rare(each, tries[each])}
            if left[0] in rare:
                parent = self._rich_in(rare, left[0])
                chosen = [each for each in left if each in rare and each in parent.seen][:RARE_TOGETHER]
                strike = self._strike(chosen, parent.schedule, parent.seen)
            else:
                base = self.met_in[left[0]].schedule
                anew = Schedule(seed * REFUSED_IN if base.has_refused else seed)
                chosen = [each for each in left if each not in rare and self._is_met(each, anew)][:TOGETHER]
                strike = self._strike(chosen, anew)
            tries.update(chosen)
            yield strike

    def _is_rare(self, seam: str, tries: int) -> bool:
        return bool(self.met_in[seam].schedule.faults) or tries > 2 * self.times[seam] + UNLUCKY_TRIES

    def _is_met(self, seam: str, fresh: Schedule) -> bool:
        """Whether it can be expected where nothing has gone wrong before."""
        return fresh.has_refused or not self.met_in[seam].schedule.has_refused

    def _rich_in(self, rare: set[str], seam: str) -> Result:
        """A schedule that meets the seam and, of those that were run, nearly the most of the others."""
        met = [each for each in self.results if seam in each.seen]
        longest = max(TOGETHER, min(len(each.schedule.faults) for each in met))
        rich = [(len(rare & each.seen.keys()), each) for each in met if len(each.schedule.faults) <= longest]
        most = max(count for count, _ in rich)
        return self.chance.choice([each for count, each in rich if count >= most * RICH])

    def strike_rest(self) -> None:
        """Alone, in the schedule that met it first: each seam at which nothing went wrong yet."""
        tries: Counter[str] = Counter()
        while seam := next((each for each in self.unstruck if tries[each] < TRIES_ALONE), None):
            tries[seam] += 1
            self.look(self._strike([seam], self.met_in[seam].schedule))

    def _strike(self, seams: Iterable[str], parent: Schedule, seen: Counter[str] | None = None) -> Schedule:
        """After what goes wrong in `parent`, at one of the times that each is met: there, or where it first was."""
        counts = {each: (seen or self.met_in[each].seen)[each] for each in seams}
        faults = (*parent.faults, *(self._fault(*each) for each in counts.items()))
        return replace(parent, faults=faults)

    def _fault(self, seam: str, count: int) -> Fault:
        kind = self.chance.choice(kinds_of(seam))
        longest = LONGEST_LATENESS if kind is Kind.LATE else LONGEST_PAUSE
        return Fault(seam, self.chance.randint(1, count), kind, round(self.chance.uniform(3.0, longest), 1))
