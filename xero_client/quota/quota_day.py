"""A day's calls to one organisation: what is left, what is kept for people, and when it starts anew."""

from datetime import datetime, timedelta
from math import ceil

from xero_client.port import Priority
from xero_client.quota.limits import QuotaLimits

DAY = timedelta(days=1)


class DayBudget:
    """Xero's day is a fixed window that ends at an unknown time; only a 429 (`Retry-After`) or a rise tells when.

    Until it is told, a used-up budget lets one call through every `recheck_seconds`, whose reply says what is left.
    """

    def __init__(self, limits: QuotaLimits) -> None:
        self._limit = limits.per_day
        self._reserve = ceil(limits.per_day * limits.people_reserve)
        self._concurrent = limits.concurrent
        self._recheck = timedelta(seconds=limits.recheck_seconds)
        self._left = limits.per_day
        self._renewed_by: datetime | None = None
        self._next_check: datetime | None = None
        self._used_up_until: datetime | None = None

    @property
    def left(self) -> int:
        """Calls left today, as far as is known; never negative."""
        return max(0, self._left)

    def resume_at(self, priority: Priority, utc: datetime) -> datetime | None:
        """When a call of this priority may be made; None: now."""
        self._roll(utc)
        if self._used_up_until is not None:
            return self._used_up_until
        kept = 0 if priority is Priority.PEOPLE else self._reserve
        if self._left > kept or self._next_check is None or self._next_check <= utc:
            return None
        return min(self._next_check, self._renewed_by or self._next_check)

    def begin(self, utc: datetime) -> None:
        """A call goes out."""
        self._renewed_by = self._renewed_by or utc + DAY
        self._left -= 1
        if self._left <= self._reserve:
            self._next_check = utc + self._recheck

    def give_back(self) -> None:
        """A call that `begin` counted did not go out."""
        self._left += 1

    def learn(self, left: int, others_in_flight: int, utc: datetime) -> None:
        """Take the server's count. Calls in flight may not be in it yet; a late reply may know of fewer than we do."""
        told = left - others_in_flight
        if told > self._left + self._concurrent:
            # More than calls in flight can explain: the window began anew, at most a day before its next end.
            self._left, self._renewed_by = told, utc + DAY
            self._limit = max(self._limit, left + 1)
        else:
            self._left = min(self._left, told)
        if self._left <= self._reserve and self._next_check is None:
            self._next_check = utc + self._recheck

    def used_up(self, until: datetime | None, utc: datetime) -> None:
        """Xero refused a call for the day's limit; `until` is when it said to come back, None if it did not."""
        self._left = 0
        self._used_up_until = until or utc + self._recheck

    def _roll(self, utc: datetime) -> None:
        if self._used_up_until is not None and self._used_up_until <= utc:
            self._used_up_until = None
            self._renew(utc)
        if self._renewed_by is not None and self._renewed_by <= utc:
            self._renew(utc)

    def _renew(self, utc: datetime) -> None:
        self._left, self._renewed_by, self._next_check = self._limit, utc + DAY, None
