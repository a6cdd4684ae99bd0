"""How many calls may be in flight at once: additive increase, multiplicative decrease."""

STEP_SUCCESSES = 20
"""Replies without a telling-off after which one more call is tried."""
BURST_SECONDS = 1.0
"""Tellings-off so close together are about the same burst; it is halved once."""


class Concurrency:
    """A bound that is halved (never below 1) when Xero says "too many at once", and grows back by one at a time."""

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

    def told_off(self, now: float) -> None:
        """Halve, unless that was done for this burst."""
        if self._halved_at is None or now - self._halved_at >= BURST_SECONDS:
            self._allowed = max(1, self._allowed // 2)
            self._halved_at = now
        self._successes = 0

    def succeeded(self) -> None:
        """Count a reply that was no telling-off."""
        if self._allowed < self._maximum:
            self._successes += 1
            if self._successes >= STEP_SUCCESSES:
                self._allowed += 1
                self._successes = 0
