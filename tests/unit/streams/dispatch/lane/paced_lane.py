"""A lane in simulated time: requests arrive, the pacing says when a batch goes, calls take a while."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from streams.dispatch.lane.pacing import BatchPacing, Waiting
from tests.fakes.budget import FakeBudget
from xero_client.port import DayLeft

STEP = 0.005
BATCH = 50
AT_ONCE = 4
MINUTE = 60.0


@dataclass
class PacedLane:
    """Runs through the arrivals. `waits` are the seconds from arrival to the call, `sizes` the documents a call."""

    call_seconds: float
    used_before: int = 0
    day: DayLeft = field(default_factory=lambda: DayLeft(5000, 5000, 86400.0))
    waits: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)

    def run(self, arrivals: Sequence[float]) -> None:
        """Until everything is sent."""
        self._now, budget = 0.0, FakeBudget()
        budget.limit, budget.day_left = 60, self.day
        pacing = BatchPacing("organisation", budget, lambda: self._now)
        rest, ready, ends = list(arrivals)[::-1], list[float](), list[float]()
        while rest or ready or ends:
            if not (ready or ends):
                self._now = max(self._now, rest[-1])
            while rest and rest[-1] <= self._now:
                ready.append(rest.pop())
            while ends and ends[0] <= self._now:
                ends.pop(0)
                pacing.finished()
            budget.used = self._used()
            if ready and len(ends) < AT_ONCE and self._is_due(pacing, ready, busy=bool(ends)):
                taken, ready = ready[:BATCH], ready[BATCH:]
                pacing.begun(len(taken))
                self._send(taken)
                ends.append(self._now + self.call_seconds)
            self._now += STEP

    def _is_due(self, pacing: BatchPacing, ready: Sequence[float], *, busy: bool) -> bool:
        batch = ready[:BATCH]
        waiting = Waiting(len(batch) == BATCH, is_urgent=False, first_since=batch[0], newest_since=batch[-1])
        wait = pacing.wait(waiting, busy=busy, all_planned=True)
        return wait is not None and wait <= 0

    def _send(self, taken: Sequence[float]) -> None:
        self.waits += [self._now - each for each in taken]
        self.sizes.append(len(taken))
        self.begun.append(self._now)

    def _used(self) -> int:
        earlier = self.used_before if self._now < MINUTE else 0
        return earlier + sum(1 for each in self.begun[-60:] if each > self._now - MINUTE)
