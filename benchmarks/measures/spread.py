"""How measured times spread."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

MILLISECONDS = 1000.0


@dataclass(frozen=True, slots=True)
class Spread:
    """The sorted measurements, in seconds. Raises ValueError where there are none."""

    seconds: tuple[float, ...]

    @classmethod
    def of(cls, seconds: Iterable[float]) -> "Spread":
        """Sort them."""
        ordered = tuple(sorted(seconds))
        if not ordered:
            raise ValueError("nothing was measured")
        return cls(ordered)

    def at(self, share: float) -> float:
        """The smallest measurement that at least `share` of all do not exceed (nearest rank; nothing interpolated)."""
        return self.seconds[max(0, math.ceil(share * len(self.seconds)) - 1)]

    @property
    def median(self) -> float:
        """p50."""
        return self.at(0.5)

    def cells(self) -> tuple[str, ...]:
        """n, then p50, p95, p99 and the longest in milliseconds."""
        shown = (self.at(0.5), self.at(0.95), self.at(0.99), self.seconds[-1])
        return (str(len(self.seconds)), *(f"{each * MILLISECONDS:.1f}" for each in shown))

    def as_json(self) -> dict[str, float]:
        """The same as numbers."""
        shown = {f"p{round(share * 100)}_ms": self.at(share) * MILLISECONDS for share in (0.5, 0.95, 0.99)}
        return {"n": len(self.seconds), **shown, "max_ms": self.seconds[-1] * MILLISECONDS}


SPREAD_COLUMNS = ("n", "p50 ms", "p95 ms", "p99 ms", "max ms")
