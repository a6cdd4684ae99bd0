"""What a code that Xero lacks may cost: one look-up, none again for a while, and never the quota."""

from collections import OrderedDict

from xero_client.collaborators import Monotonic, Resource


class NegativeCache:
    """The codes that a look-up did not find: at most `most`, each for `seconds`; beyond, the oldest are forgotten."""

    def __init__(self, seconds: float, most: int, monotonic: Monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._monotonic = monotonic
        self._looked_up: OrderedDict[tuple[Resource, str], float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._looked_up)

    def has(self, resource: Resource, code: str) -> bool:
        """Whether a look-up of this code failed just now."""
        looked_up = self._looked_up.get((resource, code))
        return looked_up is not None and self._monotonic() - looked_up < self._seconds

    def add(self, resource: Resource, code: str) -> None:
        """A look-up did not find the code."""
        self._looked_up[resource, code] = self._monotonic()
        self._looked_up.move_to_end((resource, code))
        if len(self._looked_up) > self._most:
            self._looked_up.popitem(last=False)


class TokenBucket:
    """A bucket of `most` calls, full at the start, to which another one is added every `seconds`."""

    def __init__(self, most: int, seconds: float, monotonic: Monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._monotonic = monotonic
        self._left = float(most)
        self._counted_at = monotonic()

    def take(self) -> bool:
        """Take one call, where one is left."""
        now = self._monotonic()
        self._left = min(self._most, self._left + (now - self._counted_at) / self._seconds)
        self._counted_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
