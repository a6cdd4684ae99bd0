"""The limits of the app as a whole, over all its organisations; a state machine over the time it is given."""

from xero_client.quota.counters import CallWindow, Concurrency
from xero_client.quota.headers import LimitHeaders
from xero_client.quota.limits import GO, Go, QuotaLimits, Wait
from xero_client.vocabulary import QuotaWindow

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


class AppQuota:
    """Xero gives no Retry-After for the app's limit: pauses double and calls at once are halved until it is kept."""

    def __init__(self, limits: QuotaLimits) -> None:
        self.minute = CallWindow(limits.app_per_minute, limits.margin_seconds)
        self.concurrency = Concurrency(limits.app_concurrent)
        self._pause_until = float("-inf")
        self._next_pause = FIRST_PAUSE

    def verdict(self, now: float) -> Go | Wait:
        """Whether any organisation may begin a call."""
        if self._pause_until > now:
            return Wait(QuotaWindow.APP_MINUTE, self._pause_until)
        if self.concurrency.in_flight >= self.concurrency.allowed:
            return Wait(QuotaWindow.APP_MINUTE)
        free_at = self.minute.free_at(now)
        return GO if free_at == now else Wait(QuotaWindow.APP_MINUTE, free_at)

    def begin(self) -> None:
        """A call was granted."""
        self.minute.begin()
        self.concurrency.in_flight += 1

    def end(self, now: float, used: int) -> None:
        """A grant ended; `used` requests went out under it."""
        self.minute.end(now, used=used)
        self.concurrency.in_flight -= 1

    def observe(self, headers: LimitHeaders, now: float, jitter: float) -> None:
        """Take note of a reply. `jitter` (seconds) is added to a pause."""
        if headers.breach == "appminute":
            self._on_rate_limited(now, jitter)
            return
        if headers.breach is None:
            self.concurrency.succeeded()
            self._next_pause = FIRST_PAUSE
        if headers.app_minute_left is not None:
            self.minute.correct(headers.app_minute_left, now)

    def _on_rate_limited(self, now: float, jitter: float) -> None:
        self.concurrency.on_rate_limited(now)
        if self._pause_until <= now:
            # Replies of the same burst that come while it pauses are not a reason to pause longer.
            self._pause_until = now + self._next_pause + jitter
            self._next_pause = min(LONGEST_PAUSE, self._next_pause * 2)
