"""What counts calls: a minute's window, a day's budget, and calls at once. The time is always an argument."""

from collections import deque
from datetime import datetime, timedelta
from math import ceil

from xero_client.port import DayLeft, Priority
from xero_client.quota.clock import Deadline, Moment
from xero_client.quota.limits import WINDOW_SECONDS, QuotaLimits

DAY = timedelta(days=1)

STEP_SUCCESSES = 20
"""Replies other than "too many at once" after which one more call is tried."""
BURST_SECONDS = 1.0
"""Refusals so close together are about the same burst; the bound is halved once."""


class CallWindow:
    """A minute's calls: those in flight, and those that ended less than a minute ago.

    The server counts a call at some moment between its start and its end. A place is given up a whole window after the
    call's *end*, so two calls on the same place are at least a window apart when the server counts them, and never fall
    in the same fixed window. Under load this costs only the duration of a call per minute.
    """

    def __init__(self, limit: int, margin_seconds: float) -> None:
        self.limit = limit
        self._span = WINDOW_SECONDS + margin_seconds
        self._ended: deque[float] = deque()
        self._foreign: deque[tuple[float, int]] = deque()
        self._foreign_count = 0
        self._in_flight = 0

    def begin(self) -> None:
        """A call may go out from now on."""
        self._in_flight += 1

    def end(self, now: float, *, used: int) -> None:
        """The place of `begin` is over, and `used` calls went out under it (0: it is given back)."""
        self._in_flight -= 1
        self._ended.extend([now + self._span] * used)

    def own(self, now: float) -> int:
        """Calls of this process: in flight, and ended less than a window ago."""
        while self._ended and self._ended[0] <= now:
            self._ended.popleft()
        return self._in_flight + len(self._ended)

    def used(self, now: float) -> int:
        """Places taken: own calls, and those of others that headers tell of."""
        while self._foreign and self._foreign[0][0] <= now:
            self._foreign_count -= self._foreign.popleft()[1]
        return self.own(now) + self._foreign_count

    def free_at(self, now: float) -> float | None:
        """`now` where a call may begin; else when a place is free, or None: not before a call in flight ends."""
        if self.used(now) < self.limit:
            return now
        expiries = (each[0] for each in (self._ended, [at for at, _ in self._foreign]) if each)
        return min(expiries, default=None)

    def correct(self, left: int, now: float) -> None:
        """Take the server's word that `left` calls are left in its present window.

        More taken than we know of: others call too (another process, or ours before a restart), and their calls may
        count for as long as a window from now. More left than we think possible: the limit is higher.
        """
        self.limit = max(self.limit, left + 1)
        unknown = self.limit - left - self.used(now)
        if unknown > 0:
            self._foreign.append((now + self._span, unknown))
            self._foreign_count += unknown


class DayBudget:
    """A day's calls: what is left, what is kept for people, and when it starts anew.

    Xero's day is a fixed window that ends at an unknown time; only a 429 (`Retry-After`) or a rise tells when.

    Until then a used-up budget lets one call through every `recheck_seconds`, whose reply says what is left.
    """

    def __init__(self, limits: QuotaLimits) -> None:
        self._limit = limits.per_day
        self._reserve = ceil(limits.per_day * limits.people_reserve)
        self._concurrent = limits.concurrent
        self._recheck = timedelta(seconds=limits.recheck_seconds)
        self._left = limits.per_day
        self._renewed_by: Deadline | None = None
        self._next_check: Deadline | None = None
        self._used_up_until: Deadline | None = None

    @property
    def left(self) -> int:
        """Calls left today, as far as is known; never negative."""
        return max(0, self._left)

    def left_at(self, now: Moment) -> int:
        """As `left`, of the day that it is now: nobody may have called since the last one ended."""
        self._roll(now)
        return self.left

    def for_backlog(self, now: Moment) -> DayLeft:
        """What is left above the reserve, and the time until the day begins anew at the latest."""
        self._roll(now)
        end = now.utc + DAY if self._renewed_by is None else self._renewed_by.in_utc(now)
        return DayLeft(max(0, self._left - self._reserve), self._limit, max(0.0, (end - now.utc).total_seconds()))

    def resume_at(self, priority: Priority, now: Moment) -> datetime | None:
        """When a call of this priority may be made (UTC); None: now."""
        self._roll(now)
        if self._used_up_until is not None:
            return self._used_up_until.in_utc(now)
        kept = 0 if priority is Priority.PEOPLE else self._reserve
        if self._left > kept or self._next_check is None or self._next_check.is_over(now):
            return None
        return min(each.in_utc(now) for each in (self._next_check, self._renewed_by) if each is not None)

    def begin(self, now: Moment) -> None:
        """A call goes out."""
        self._renewed_by = self._renewed_by or Deadline.after(DAY, now)
        self._left -= 1
        if self._left <= self._reserve:
            self._next_check = Deadline.after(self._recheck, now)

    def give_back(self) -> None:
        """A call that `begin` counted did not go out."""
        self._left += 1

    def observe(self, left: int, others_in_flight: int, now: Moment) -> None:
        """Take the server's count. Calls in flight may not be in it yet; a late reply may know of fewer than we do."""
        known_left = left - others_in_flight
        if known_left > self._left + self._concurrent:
            # More than calls in flight can explain: the window began anew, at most a day before its next end.
            self._left, self._renewed_by = known_left, Deadline.after(DAY, now)
            self._limit = max(self._limit, left + 1)
        else:
            self._left = min(self._left, known_left)
        if self._left <= self._reserve and self._next_check is None:
            self._next_check = Deadline.after(self._recheck, now)

    def used_up(self, wait: timedelta | None, now: Moment) -> None:
        """Xero refused a call for the day's limit; `wait` is when to come back, None where it did not say."""
        self._left = 0
        self._used_up_until = Deadline.after(self._recheck if wait is None else wait, now)

    def _roll(self, now: Moment) -> None:
        if self._used_up_until is not None and self._used_up_until.is_over(now):
            self._used_up_until = None
            self._renew(now)
        if self._renewed_by is not None and self._renewed_by.is_over(now):
            self._renew(now)

    def _renew(self, now: Moment) -> None:
        self._left, self._renewed_by, self._next_check = self._limit, Deadline.after(DAY, now), None


class Concurrency:
    """How many calls may be in flight at once: additive increase, multiplicative decrease.

    The bound is halved (never below 1) when Xero says "too many at once", and grows back by one at a time.
    """

    def __init__(self, maximum: int) -> None:
        self._maximum = maximum
        self._allowed = maximum
        self._successes = 0
        self._halved_at: float | None = None
        self.in_flight = 0

    @property
    def allowed(self) -> int:
        """Calls that may be in flight at present."""
        return self._allowed

    def on_rate_limited(self, now: float) -> None:
        """Halve the bound, unless that was done for this burst already."""
        if self._halved_at is None or now - self._halved_at >= BURST_SECONDS:
            self._allowed = max(1, self._allowed // 2)
            self._halved_at = now
        self._successes = 0

    def succeeded(self) -> None:
        """Count a reply that was not "too many at once"."""
        if self._allowed < self._maximum:
            self._successes += 1
            if self._successes >= STEP_SUCCESSES:
                self._allowed += 1
                self._successes = 0
