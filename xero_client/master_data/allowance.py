"""What an organisation's master data may cost: a share of the calls that its day has left."""

from collections.abc import Callable

from xero_client.collaborators import Monotonic
from xero_client.master_data.policy import CachePolicy

DAY_SECONDS = 86_400.0


class CallAllowance:
    """Calls made are owed, and the debt shrinks all day; no more may be owed than the burst.

    Both follow what is left: an organisation of a small plan, or at the end of its day, owes less and pays back later.
    `calls_left` tells what the day has left.
    """

    def __init__(self, policy: CachePolicy, calls_left: Callable[[], int], monotonic: Monotonic) -> None:
        self._policy = policy
        self._calls_left = calls_left
        self._monotonic = monotonic
        self._owed = 0.0
        self._counted_at = monotonic()

    @property
    def slowness(self) -> float:
        """How many times further apart the reads in the background are than the policy says."""
        comfortable = self._policy.comfortable_calls / max(1, self._calls_left())
        return min(self._policy.slowest, max(1.0, comfortable))

    def spend(self, calls: int = 1) -> None:
        """Calls are made, whether or not there is room for them: without master data nothing can be done."""
        self._pay_back()
        self._owed += calls

    def room(self, *, for_people: bool = False) -> int:
        """How many calls a question may cost now; the last of them are kept for people who ask."""
        kept = 0.0 if for_people else self._policy.kept_for_people
        return self._room_of(self._burst() * (1.0 - kept))

    def has_background_room(self, calls: int) -> bool:
        """Whether the background may make so many calls now. What is never affordable is made when nothing is owed."""
        limit = self._burst() * (1.0 - self._policy.kept_for_questions)
        return self._room_of(limit) >= min(calls, max(1, int(limit)))

    def _room_of(self, limit: float) -> int:
        self._pay_back()
        return max(0, int(limit - self._owed))

    def _burst(self) -> float:
        left = self._calls_left()
        return min(float(left), max(float(self._policy.least_burst), self._policy.burst_share * left))

    def _pay_back(self) -> None:
        now = self._monotonic()
        paid = (now - self._counted_at) * self._policy.day_share * self._calls_left() / DAY_SECONDS
        self._owed, self._counted_at = max(0.0, self._owed - paid), now
