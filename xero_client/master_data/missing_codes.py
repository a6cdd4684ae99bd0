"""What is known to be missing in Xero, and as of when."""

from collections import OrderedDict

from xero_client.collaborators import Monotonic, Resource


class NegativeCache:
    """The codes that a look-up did not find: at most `most`, each for `seconds`; beyond, the oldest are forgotten.

    A look-up tells what was missing when it began, and nothing of what was entered since.
    """

    def __init__(self, seconds: float, most: int, monotonic: Monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._monotonic = monotonic
        self._looked_up: OrderedDict[tuple[Resource, str], float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._looked_up)

    def has(self, resource: Resource, code: str, asked_at: float | None) -> bool:
        """Whether a look-up of this code failed just now, and not before it was asked for."""
        began = self._looked_up.get((resource, code))
        if began is None or (asked_at is not None and began < asked_at):
            return False
        return self._monotonic() - began < self._seconds

    def began(self, resource: Resource, code: str) -> float | None:
        """When the last look-up of this code began that did not find it; None: none is remembered."""
        return self._looked_up.get((resource, code))

    def add(self, resource: Resource, code: str, began: float) -> None:
        """A look-up that began then did not find the code."""
        self._looked_up[resource, code] = began
        self._looked_up.move_to_end((resource, code))
        if len(self._looked_up) > self._most:
            self._looked_up.popitem(last=False)
