"""A minute's calls, counted so that no fixed window of the server can hold more than the limit, whatever its phase."""

from collections import deque

from xero_client.quota.limits import WINDOW_SECONDS


class CallWindow:
    """Calls in flight, and calls whose end is less than a minute ago.

    The server counts a call at some moment between its start and its end. A place is given up a whole window after the
    call's *end*, so two calls on the same place are at least a window apart when the server counts them, and never fall
    in the same fixed window. Under load this costs only the duration of a call per minute.
    """

    def __init__(self, limit: int, margin_seconds: float) -> None:
        self.limit = limit
        self._span = WINDOW_SECONDS + margin_seconds
        self._ended: deque[float] = deque()
        self._foreign: deque[tuple[float, int]] = deque()
        self._foreign_count = 0
        self._in_flight = 0

    def begin(self) -> None:
        """A call may go out from now on."""
        self._in_flight += 1

    def end(self, now: float, *, used: int) -> None:
        """The place of `begin` is over, and `used` calls went out under it (0: it is given back)."""
        self._in_flight -= 1
        self._ended.extend([now + self._span] * used)

    def own(self, now: float) -> int:
        """Calls of this process: in flight, and ended less than a window ago."""
        while self._ended and self._ended[0] <= now:
            self._ended.popleft()
        return self._in_flight + len(self._ended)

    def used(self, now: float) -> int:
        """Places taken: own calls, and those of others that headers told of."""
        while self._foreign and self._foreign[0][0] <= now:
            self._foreign_count -= self._foreign.popleft()[1]
        return self.own(now) + self._foreign_count

    def free_at(self, now: float) -> float | None:
        """`now` where a call may begin; else when a place is free, or None: not before a call in flight ends."""
        if self.used(now) < self.limit:
            return now
        expiries = (each[0] for each in (self._ended, [at for at, _ in self._foreign]) if each)
        return min(expiries, default=None)

    def correct(self, left: int, now: float) -> None:
        """Take the server's word that `left` calls are left in its present window.

        More taken than we know of: others call too (another process, or ours before a restart), and their calls may
        count for as long as a window from now. More left than we think possible: the limit is higher.
        """
        self.limit = max(self.limit, left + 1)
        unknown = self.limit - left - self.used(now)
        if unknown > 0:
            self._foreign.append((now + self._span, unknown))
            self._foreign_count += unknown
