"""Tells the dispatcher whose lanes a pause is for: there may be thousands, and most have nothing to do with it."""

from collections.abc import Callable, Collection

from streams.app.steering.steering import Steering


class PauseNews:
    """Compares who is paused now with who was."""

    def __init__(self, steering: Steering, tell: Callable[[Collection[str] | None], None]) -> None:
        """`tell` is given the organisations; None: all of them, because it was not known who was paused."""
        self._steering = steering
        self._tell = tell
        self._paused: frozenset[str] = frozenset()

    def heard(self) -> None:
        """Something was said, or it is known again what was."""
        paused = self._steering.paused()
        changed, self._paused = paused ^ self._paused, paused
        self._tell(self._steering.organisations_of(changed) if changed else None)
