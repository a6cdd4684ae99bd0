"""When a batch is sent: at once while calls are plentiful and nothing more is to be expected, else at the quota's pace.

Xero counts calls, not documents, so a call should be full where its place is needed. What tells a burst from single
shipments is whether requests keep coming: a burst is worth waiting for, a lone shipment is not.
"""

from collections.abc import Callable
from dataclasses import dataclass

from xero_client.port import Budget

MINUTE = 60.0
GROWTH = 3
PLENTY = 0.75
"""While less than this share of the minute is used, a partial batch may go before its time."""
QUIET = 0.1
"""Seconds without a new plan after which nothing more is expected soon."""
LONGEST_QUIET = 1.0
"""The same where the worker is behind, half of what the newest request was late at most: it sees what has come with
pauses between.
"""
BEHIND = 0.5
"""A request that took so many seconds to become a plan was one of many, and more are on their way."""
FEW = 5
"""A batch of so few documents is no part of a burst: another may follow early."""
EARLY_EVERY = 4.0
"""Else so many seconds lie between batches that go early: pauses within a burst must not cost a call each."""
PATIENCE = 2
"""So many intervals a batch waits while requests keep coming."""
DAY_SHARE = 0.5
"""Below this share of the day's calls the day counts too."""
LONGEST_INTERVAL = 60.0


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be sent. `first_since` and `newest_since` are when the first and the newest plan were ready.

    `late` is how long the newest had been asked for by then, in seconds.
    """

    is_full: bool
    is_urgent: bool
    first_since: float
    newest_since: float
    late: float = 0.0


class BatchPacing:
    """Holds one organisation's batches to what the quota sustains. Times are of the monotonic clock.

    A full batch goes at once. A partial one goes
    - at once where its lane is idle and calls are plentiful;
    - beside a call under way, or right after one, where calls are plentiful and nothing new came for a moment;
    - otherwise one sustainable interval after the last one began, or two while requests keep coming. The interval is
      a minute divided by the minute's calls, and grows up to four times with what the minute has used; where half of
      the day's calls are used it grows to what the rest of the day sustains, but for people.

    A worker that is behind sees the requests of a burst one by one, with pauses between: small batches would put it
    further behind. So what comes late takes no call at once, and waits longer for more, but for people.
    """

    def __init__(self, organisation: str, budget: Budget, monotonic: Callable[[], float]) -> None:
        self._organisation = organisation
        self._budget = budget
        self._monotonic = monotonic
        self._begun = float("-inf")
        self._finished = float("-inf")
        self._early_from = float("-inf")

    def begun(self, documents: int) -> None:
        """A batch of so many is sent now."""
        self._begun = self._monotonic()
        if documents > FEW:
            self._early_from = self._begun + EARLY_EVERY

    def finished(self) -> None:
        """A batch ended now."""
        self._finished = self._monotonic()

    def wait(self, waiting: Waiting, *, busy: bool, all_planned: bool) -> float | None:
        """Seconds until the next batch may go (0 or less: now); None while planning is still filling it."""
        if waiting.is_full:
            return 0.0
        if not all_planned:
            return None
        day = 0.0 if waiting.is_urgent else self._day_interval()
        return max(self._due(waiting, busy=busy), self._begun + day) - self._monotonic()

    def _due(self, waiting: Waiting, *, busy: bool) -> float:
        late = 0.0 if waiting.is_urgent else waiting.late
        interval, quiet_at = self._minute_interval(), waiting.newest_since + min(LONGEST_QUIET, max(QUIET, late / 2))
        is_plentiful = self._used() < PLENTY
        if is_plentiful and not busy and waiting.first_since > self._finished and late <= BEHIND:
            return float("-inf")
        at_pace = min(self._begun + PATIENCE * interval, max(self._begun + interval, quiet_at))
        if not is_plentiful:
            return at_pace
        return min(at_pace, max(quiet_at, self._early_from))

    def _used(self) -> float:
        """The share of the minute's calls that is used."""
        limit = max(1, self._budget.minute_limit(self._organisation))
        return self._budget.calls_in_last_minute(self._organisation) / limit

    def _minute_interval(self) -> float:
        limit = max(1, self._budget.minute_limit(self._organisation))
        return MINUTE / limit * (1 + GROWTH * self._used())

    def _day_interval(self) -> float:
        """From nothing at half of the day's calls to as long as the rest of the day needs them."""
        day = self._budget.day(self._organisation)
        scarcity = 1 - day.calls / max(1, day.limit) / DAY_SHARE
        return min(LONGEST_INTERVAL, max(0.0, scarcity) * day.seconds / max(1, day.calls))
