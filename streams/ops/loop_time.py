"""Time as the event loop had it: what it was kept from the processor, nobody could get on with anything."""

from collections.abc import Callable

LEAST = 0.1
"""So much of the time counts in any case: what is stuck on a machine that is always full is found in the end."""


class LoopTime:
    """A clock for patience. It goes on with each `beat` of the event loop, by what the loop had of the time since the
    last one: a part of a process that is stopped, or waits for the processor, is not stuck.
    """

    def __init__(self, monotonic: Callable[[], float], waited: Callable[[], float], *, interval: float = 1.0) -> None:
        """`waited` are the seconds in all that the loop's thread was ready to run and did not, as far as the system
        tells; `interval` is the time from beat to beat of a loop that is not late.
        """
        self._monotonic = monotonic
        self._waited = waited
        self._interval = interval
        self._seconds = 0.0
        self._beat_at, self._waited_then = monotonic(), waited()

    def beat(self) -> None:
        """The loop ran; asked once per interval."""
        now, waited = self._monotonic(), self._waited()
        passed = now - self._beat_at
        # It is late by what it waited for the processor, and by its own turns: the larger one has the other in it.
        lost = max(passed - self._interval, waited - self._waited_then)
        self._seconds += max(LEAST * passed, passed - max(0.0, lost))
        self._beat_at, self._waited_then = now, waited

    def __call__(self) -> float:
        """Seconds since it was made; since the last beat no more than until the next one is due."""
        return self._seconds + min(self._monotonic() - self._beat_at, self._interval)
