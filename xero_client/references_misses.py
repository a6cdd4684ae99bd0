"""Codes that Xero lacks: not asked for again for a while, and remembered for as long as somebody may wait for them."""

from collections import OrderedDict
from collections.abc import Iterable

MOST = 10_000
"""Codes remembered of one organisation; beyond it the one that was missed longest ago is forgotten."""
REMEMBERED_SECONDS = 86_400.0


class Misses:
    """The missing codes of one kind in one organisation, with the time of the last look-up."""

    def __init__(self, negative_seconds: float) -> None:
        self._negative_seconds = negative_seconds
        self._looked_up: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._looked_up)

    def worth_asking(self, codes: Iterable[str], now: float) -> list[str]:
        """Those of the codes for which no look-up failed just now."""
        return [code for code in sorted(codes) if now - self._looked_up.get(code, -1e12) >= self._negative_seconds]

    def missed(self, code: str, now: float) -> None:
        """A look-up did not find the code."""
        self._looked_up[code] = now
        self._looked_up.move_to_end(code)
        if len(self._looked_up) > MOST:
            self._looked_up.popitem(last=False)

    def found(self, code: str) -> None:
        """The code is there now."""
        self._looked_up.pop(code, None)

    def remembered(self, now: float) -> frozenset[str]:
        """The codes that were missed within a day."""
        while self._looked_up and now - next(iter(self._looked_up.values())) > REMEMBERED_SECONDS:
            self._looked_up.popitem(last=False)
        return frozenset(self._looked_up)
