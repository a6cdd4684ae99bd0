"""What a code that Xero lacks may cost: one look-up, none again for a while, and never the minute's quota."""

from collections import OrderedDict, deque
from typing import Final

from xero_client.collaborators import Monotonic, Resource

MINUTE: Final = 60.0


class Misses:
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


class Allowance:
    """At most `calls` in any 60 seconds."""

    def __init__(self, calls: int, monotonic: Monotonic) -> None:
        self._calls = calls
        self._monotonic = monotonic
        self._taken: deque[float] = deque()

    def take(self) -> bool:
        """Take one call, where one is left."""
        now = self._monotonic()
        while self._taken and now - self._taken[0] >= MINUTE:
            self._taken.popleft()
        if len(self._taken) >= self._calls:
            return False
        self._taken.append(now)
        return True
