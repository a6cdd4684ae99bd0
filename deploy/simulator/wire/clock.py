"""The simulator's own clock: it follows the machine's until somebody sets, advances, scales or freezes it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SimClock:
    """A clock that can be driven. `start` is its first reading (default: now); `scale` is simulated per real second."""

    def __init__(
        self,
        start: datetime | None = None,
        scale: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._real = monotonic()
        self._simulated = start or datetime.now(UTC)
        self._scale = scale

    @property
    def scale(self) -> float:
        return self._scale

    def now(self) -> datetime:
        """The simulated instant, in UTC."""
        return self._simulated + timedelta(seconds=(self._monotonic() - self._real) * self._scale)

    def set(self, instant: datetime) -> None:
        self._anchor(instant.astimezone(UTC))

    def advance(self, seconds: float) -> None:
        self._anchor(self.now() + timedelta(seconds=seconds))

    def run_at(self, scale: float) -> None:
        """From now on let `scale` simulated seconds pass in a real one; 0 freezes the clock."""
        self._anchor(self.now())
        self._scale = scale

    def _anchor(self, instant: datetime) -> None:
        self._simulated = instant
        self._real = self._monotonic()
