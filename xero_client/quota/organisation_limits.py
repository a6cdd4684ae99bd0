"""One organisation's limits as a state machine over the time it is given; no clock, no waiting."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from xero_client.port import Priority
from xero_client.quota.clock import Deadline, Moment
from xero_client.quota.counters import CallWindow, Concurrency, DayBudget
from xero_client.quota.headers import LimitHeaders
from xero_client.quota.limits import GO, WINDOW_SECONDS, QuotaLimits, Refuse, Verdict, Wait
from xero_client.vocabulary import QuotaWindow

CONCURRENT_PAUSE = 1.0
"""Seconds without a new call after "too many at once", for which Xero gives no Retry-After."""


@dataclass(frozen=True, slots=True)
class Park:
    """No call before `until`, and why."""

    until: Deadline
    reason: str


class OrganisationQuota:
    """The minute, the day, the calls at once, and what Xero or the ledger says to wait for."""

    def __init__(self, limits: QuotaLimits) -> None:
        self.minute = CallWindow(limits.per_minute, limits.margin_seconds)
        self.day = DayBudget(limits)
        self.concurrency = Concurrency(limits.concurrent)
        self._patience = limits.patience_seconds
        self._has_reply = False
        self._pause: Wait | None = None
        self._park: Park | None = None

    def verdict(self, now: Moment, priority: Priority) -> Verdict:
        """Whether a call of this priority may begin."""
        return self._parked(now) or self._out_of_day(now, priority) or self._at_once(now) or self._in_minute(now) or GO

    def begin(self, now: Moment) -> None:
        """A call was granted."""
        self.minute.begin()
        self.day.begin(now)
        self.concurrency.in_flight += 1

    def end(self, now: Moment, used: int) -> None:
        """A grant ended; `used` requests went out under it."""
        self.minute.end(now.seconds, used=used)
        self.concurrency.in_flight -= 1
        if used == 0:
            self.day.give_back()

    def observe(self, headers: LimitHeaders, now: Moment, jitter: float) -> None:
        """Take note of a reply. `jitter` (seconds) is added to what Xero says to wait."""
        self._has_reply = True
        if headers.day_left is not None:
            self.day.observe(headers.day_left, max(0, self.concurrency.in_flight - 1), now)
        if headers.breach is not None:
            self._on_rate_limited(headers, now, jitter)
            return
        self.concurrency.succeeded()
        if headers.minute_left is not None:
            self.minute.correct(headers.minute_left, now.seconds)

    def park(self, until: datetime, reason: str, now: Moment) -> None:
        """Make no call before `until`; a later park replaces an earlier one, and a time that has passed ends it."""
        self._park = Park(Deadline.after(until - now.utc, now), reason)

    def resume_at(self, now: Moment) -> datetime | None:
        """When something long is over (parked, or the day used up); None: nothing holds the organisation."""
        verdict = self._parked(now) or self._out_of_day(now, Priority.PEOPLE)
        return verdict.resume_at if verdict else None

    def _parked(self, now: Moment) -> Refuse | None:
        if self._park is None or self._park.until.is_over(now):
            self._park = None
            return None
        return Refuse("parked", self._park.until.in_utc(now), self._park.reason)

    def _out_of_day(self, now: Moment, priority: Priority) -> Refuse | None:
        resume_at = self.day.resume_at(priority, now)
        if resume_at is None:
            return None
        kept = f"; {self.day.left} are kept for people" if self.day.left else ""
        return Refuse("day", resume_at, f"the day's calls to the organisation are used up{kept}")

    def _at_once(self, now: Moment) -> Wait | None:
        if self._pause is not None and self._pause.until is not None and self._pause.until > now.seconds:
            return self._pause
        self._pause = None
        # Until the first reply nobody knows what an earlier process used; one call asks before others follow.
        allowed = self.concurrency.allowed if self._has_reply else 1
        return Wait(QuotaWindow.CONCURRENT) if self.concurrency.in_flight >= allowed else None

    def _in_minute(self, now: Moment) -> Wait | None:
        free_at = self.minute.free_at(now.seconds)
        return None if free_at == now.seconds else Wait(QuotaWindow.MINUTE, free_at)

    def _on_rate_limited(self, headers: LimitHeaders, now: Moment, jitter: float) -> None:
        seconds = None if headers.retry_after is None else headers.retry_after + jitter
        if headers.breach == "day":
            self.day.used_up(None if seconds is None else timedelta(seconds=seconds), now)
        elif headers.breach == "minute":
            self._wait(QuotaWindow.MINUTE, WINDOW_SECONDS + jitter if seconds is None else seconds, now)
        elif headers.breach == "concurrent":
            self.concurrency.on_rate_limited(now.seconds)
            self._wait(QuotaWindow.CONCURRENT, CONCURRENT_PAUSE + jitter, now)

    def _wait(self, limit: QuotaWindow, seconds: float, now: Moment) -> None:
        if seconds > self._patience:
            self.park(now.utc + timedelta(seconds=seconds), f"Xero's {limit} limit", now)
        else:
            self._pause = Wait(limit, now.seconds + seconds)
