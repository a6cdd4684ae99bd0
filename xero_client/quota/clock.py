"""The quota governor's time: a steady clock for windows, the wall clock for absolute times, and alarms."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks: `seconds` never goes back (windows), `utc` is what Xero and people speak of."""

    seconds: float
    utc: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment to come, on both clocks. It is over as soon as one of them has passed it.

    A wall clock that is put back must not put it off, nor a machine that slept, for which the steady clock stood still.
    Where a clock that jumped forward ends it too early, Xero's next reply says how things are.
    """

    seconds: float
    utc: datetime

    @classmethod
    def after(cls, wait: timedelta, now: Moment) -> Self:
        """So much later than `now`."""
        return cls(now.seconds + wait.total_seconds(), now.utc + wait)

    def is_over(self, now: Moment) -> bool:
        """Whether it has passed."""
        return self.seconds <= now.seconds or self.utc <= now.utc

    def in_utc(self, now: Moment) -> datetime:
        """When it will be over, by the wall clock as it goes now."""
        return min(self.utc, now.utc + timedelta(seconds=self.seconds - now.seconds))


class Alarm(Protocol):
    """A callback that has not run yet."""

    def cancel(self) -> None:
        """Never run it."""
        ...


class Clock(Protocol):
    """Tells the time and calls back."""

    def now(self) -> Moment:
        """The present moment."""
        ...

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Alarm:
        """Run `callback` once on the event loop after `seconds` of this clock."""
        ...


class SystemClock:
    """The machine's clock on the running event loop; `speed` is seconds of this clock per real second (for tests)."""

    def __init__(self, *, speed: float = 1.0, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._speed = speed
        self._monotonic = monotonic
        self._began = monotonic()
        self._began_utc = datetime.now(UTC)

    def now(self) -> Moment:
        """The present moment. At speed 1 the wall clock is read each time, so that its corrections are seen."""
        passed = (self._monotonic() - self._began) * self._speed
        utc = datetime.now(UTC) if self._speed == 1.0 else self._began_utc + timedelta(seconds=passed)
        return Moment(passed, utc)

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Alarm:
        """Run `callback` on the running event loop."""
        return asyncio.get_running_loop().call_later(seconds / self._speed, callback)
