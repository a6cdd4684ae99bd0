"""What watching an organisation may cost: a share of its day, as a debt that time pays off."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from xero_client.port import DayLeft

DAY_SECONDS: Final = 86_400.0
SPREAD: Final = 0.8
"""Of the share, what is spread over the day; the rest may be spent at once."""
REGULAR: Final = 0.6
"""Of what is spread, what regular looks take: the rest is for further pages, and for looks out of turn."""
LEAST_BURST: Final = 2.0


@dataclass(frozen=True, slots=True)
class Spare:
    """What the day has left for watching, once those are served who want to write."""

    day: DayLeft
    needed: int
    """Calls that open requests may take, at the worst one each."""
    share: float

    @property
    def calls(self) -> int:
        """What is left of the day when all that is open is written."""
        return max(0, self.day.calls - self.needed)

    @property
    def rate(self) -> float:
        """Calls a second that are paid off. Towards the end of what is left it falls, and ends with it."""
        left = self.calls / max(1.0, self.day.seconds)
        return SPREAD * self.share * min(self.day.limit / DAY_SECONDS, left)

    @property
    def burst(self) -> float:
        """What may be owed at most."""
        if not self.calls:
            return 0.0
        return max(LEAST_BURST, (1 - SPREAD) * self.share * min(self.day.limit, self.calls))

    def seconds_between(self, looks: int, shortest: float) -> float:
        """How far apart rounds of so many looks are."""
        regular = self.rate * REGULAR
        return max(shortest, looks / regular) if regular else DAY_SECONDS


@dataclass(frozen=True, slots=True)
class Debt:
    """Calls that were made and are not paid off, as of a moment."""

    owed: float
    at: datetime

    def paid(self, spare: Spare, now: datetime) -> "Debt":
        """The debt now. One from the future was written under a wrong clock: its time counts from now."""
        elapsed = max(0.0, (now - self.at).total_seconds())
        return Debt(max(0.0, self.owed - elapsed * spare.rate), now)

    def spent(self) -> "Debt":
        """One call more."""
        return Debt(self.owed + 1.0, self.at)

    def allows(self, spare: Spare, part: float = 1.0) -> bool:
        """Whether one call more may be made by those who may owe such a part of it all; `paid` comes first."""
        return self.owed + 1.0 <= spare.burst * part
