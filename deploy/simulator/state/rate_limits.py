"""Xero's request limits: fixed windows per app and organisation, per app, and calls in flight.

Source: developer.xero.com, "OAuth 2.0 API limits".
"""

import math
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from deploy.simulator.wire import Limits, Reply, plain

MINUTE = 60
DAY = 86_400
Problem = Literal["minute", "day", "concurrent", "appminute"]


@dataclass
class _Window:
    """One fixed window of `seconds`, shifted by `offset` so that organisations do not reset together."""

    seconds: int
    offset: int
    number: int = -1
    used: int = 0

    def roll(self, now: float) -> None:
        number = int((now + self.offset) // self.seconds)
        if number != self.number:
            self.number, self.used = number, 0

    def resets_in(self, now: float) -> int:
        return max(1, math.ceil((self.number + 1) * self.seconds - self.offset - now))


@dataclass
class _Usage:
    minute: _Window
    day: _Window
    in_flight: int = 0
    peak: int = 0


@dataclass
class RateLimits:
    """The limits in force and what has been used of them. Key: (app, organisation)."""

    default: Limits
    by_tenant: dict[str, Limits] = field(default_factory=dict)
    _usage: dict[tuple[str, str], _Usage] = field(default_factory=dict)
    _apps: dict[str, _Window] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    def limits(self, tenant: str) -> Limits:
        return self.by_tenant.get(tenant, self.default)

    def admit(self, app: str, tenant: str, now: datetime) -> Reply | None:
        """Take one call in (`None`), or the 429 that refuses it. What was taken in must be released."""
        usage, window = self._current(app, tenant, now.timestamp())
        found = _problem(self.limits(tenant), usage, window)
        if found:
            return self.breach(found, self._retry_after(found, usage, now.timestamp()))
        usage.minute.used += 1
        usage.day.used += 1
        window.used += 1
        usage.in_flight += 1
        usage.peak = max(usage.peak, usage.in_flight)
        return None

    def release(self, app: str, tenant: str) -> None:
        self._usage[app, tenant].in_flight -= 1

    def breach(self, problem: str, retry_after: int | None) -> Reply:
        """The 429 of this kind; counted."""
        self.refused[problem] += 1
        headers = {"X-Rate-Limit-Problem": problem}
        if retry_after is not None:
            headers["Retry-After"] = str(retry_after)
        return plain(429, "").with_headers(headers)

    def headers(self, app: str, tenant: str, now: datetime) -> dict[str, str]:
        """What is left, as every response says it."""
        usage, window = self._current(app, tenant, now.timestamp())
        limits = self.limits(tenant)
        return {
            "X-MinLimit-Remaining": str(max(0, limits.per_minute - usage.minute.used)),
            "X-DayLimit-Remaining": str(max(0, limits.per_day - usage.day.used)),
            "X-AppMinLimit-Remaining": str(max(0, limits.app_per_minute - window.used)),
        }

    def peaks(self) -> dict[str, int]:
        """The most calls that were in flight at once, by organisation."""
        return {tenant: usage.peak for (_, tenant), usage in self._usage.items()}

    def forget_usage(self) -> None:
        """Start every window anew; calls in flight stay counted."""
        for usage in self._usage.values():
            usage.minute.used = usage.day.used = 0
        for window in self._apps.values():
            window.used = 0

    def _current(self, app: str, tenant: str, now: float) -> tuple[_Usage, _Window]:
        shift = zlib.crc32(tenant.encode())
        fresh = _Usage(_Window(MINUTE, shift % MINUTE), _Window(DAY, shift % DAY))
        usage = self._usage.setdefault((app, tenant), fresh)
        window = self._apps.setdefault(app, _Window(MINUTE, 0))
        for each in (usage.minute, usage.day, window):
            each.roll(now)
        return usage, window

    @staticmethod
    def _retry_after(problem: Problem, usage: _Usage, now: float) -> int | None:
        """Only the minute and the day are answered with a time to wait."""
        window = {"minute": usage.minute, "day": usage.day}.get(problem)
        return window.resets_in(now) if window else None


def _problem(limits: Limits, usage: _Usage, app_window: _Window) -> Problem | None:
    if usage.in_flight >= limits.concurrent:
        return "concurrent"
    if usage.day.used >= limits.per_day:
        return "day"
    if usage.minute.used >= limits.per_minute:
        return "minute"
    return "appminute" if app_window.used >= limits.app_per_minute else None
