"""The quota, as a test says it is."""

from datetime import datetime

from xero_client.port import DayLeft


class FakeBudget:
    """The port Budget: counts nothing, remembers which organisations were parked."""

    def __init__(self) -> None:
        self.parked: list[tuple[str, datetime, str]] = []
        self.used = 0
        self.limit = 6000
        self.day_left = DayLeft(calls=5000, limit=5000, seconds=86400.0)

    def park(self, organisation: str, until: datetime, reason: str) -> None:
        """Take note."""
        self.parked.append((organisation, until, reason))

    def calls_in_last_minute(self, organisation: str) -> int:
        """What the test says."""
        del organisation
        return self.used

    def minute_limit(self, organisation: str) -> int:
        """A hundred times Xero's, unless the test says otherwise, so that no test waits for the pacing."""
        del organisation
        return self.limit

    def day(self, organisation: str) -> DayLeft:
        """Nothing of it is used, unless the test says otherwise."""
        del organisation
        return self.day_left
