"""How long is waited after attempts that failed. Pure but for chance, which is an argument."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

LONGEST_PAUSE: Final = 3600.0
_MOST_DOUBLINGS: Final = 16


@dataclass(frozen=True, slots=True)
class Pauses:
    """Doubled with each failure in a row, and spread, so that many workers do not come back together."""

    chance: Callable[[], float]
    first: float = 10.0

    def after(self, failures: int, asked: float = 0.0) -> float:
        """Seconds after so many failures, an hour at most; `asked` are those that the receiver asked for."""
        doubled = min(LONGEST_PAUSE, self.first * float(2 ** min(failures - 1, _MOST_DOUBLINGS)))
        return min(LONGEST_PAUSE, max(asked, doubled * (0.5 + 0.5 * self.chance())))
