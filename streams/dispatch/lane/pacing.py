"""When a batch is sent: at once on an idle lane; on a busy one when it is full, or at the quota's pace."""

from collections.abc import Callable

from xero_client.port import Budget

MINUTE = 60.0
GROWTH = 3


class BatchPacing:
    """Xero counts calls, not documents: what arrives while a call is under way gathers, so that calls are full.

    A request that finds its lane idle goes at once, while less than half of the minute's calls are used. What gathered
    during a call goes when the batch is full, or one sustainable interval (a minute divided by the minute's calls)
    after the last batch began; the interval grows with what the minute has used, up to four times, so that a stream
    that fills no batches leaves calls for those that do. Times are of the monotonic clock.
    """

    def __init__(self, organisation: str, budget: Budget, monotonic: Callable[[], float]) -> None:
        self._organisation = organisation
        self._budget = budget
        self._monotonic = monotonic
        self._begun = float("-inf")
        self._finished = float("-inf")

    def begun(self) -> None:
        """A batch is sent now."""
        self._begun = self._monotonic()

    def finished(self) -> None:
        """A batch ended now."""
        self._finished = self._monotonic()

    def wait(self, *, full: bool, ready_since: float, busy: bool, all_planned: bool) -> float | None:
        """Seconds until the next batch may go (0 or less: now); None while planning is still filling it."""
        if full:
            return 0.0
        if not all_planned:
            return None
        found_idle = not busy and ready_since > self._finished
        if found_idle and not self._is_short():
            return 0.0
        return self._begun + self._interval() - self._monotonic()

    def _is_short(self) -> bool:
        used = self._budget.calls_in_last_minute(self._organisation)
        return 2 * used >= self._budget.minute_limit(self._organisation)

    def _interval(self) -> float:
        limit = max(1, self._budget.minute_limit(self._organisation))
        used = self._budget.calls_in_last_minute(self._organisation)
        return MINUTE / limit * (1 + GROWTH * used / limit)
