"""One line a second for the same text: Kafka's client wrote 500,000 lines in seconds when its broker was away."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Collection

MOST_TEXTS = 256


class OncePerInterval(logging.Filter):
    """A handler's filter. Of lines of the named loggers and their children, one per text and interval passes.

    The text is the message before its arguments are put in: "connection to %s failed" is one text for every node. A
    line that passes after some were held back says how many, in `record.suppressed`.
    """

    def __init__(self, loggers: Collection[str], monotonic: Callable[[], float], *, seconds: float = 1.0) -> None:
        super().__init__()
        self._loggers = tuple(loggers)
        self._monotonic = monotonic
        self._seconds = seconds
        self._last: OrderedDict[tuple[str, str], tuple[float, int]] = OrderedDict()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the line passes."""
        if not self._is_limited(record.name):
            return True
        key = (record.name, str(record.msg))
        now = self._monotonic()
        began, held = self._last.get(key, (float("-inf"), 0))
        if now - began < self._seconds:
            self._last[key] = (began, held + 1)
            return False
        if held:
            record.suppressed = held
        self._remember(key, now)
        return True

    def _is_limited(self, name: str) -> bool:
        return any(name == each or name.startswith(f"{each}.") for each in self._loggers)

    def _remember(self, key: tuple[str, str], now: float) -> None:
        self._last[key] = (now, 0)
        self._last.move_to_end(key)
        if len(self._last) > MOST_TEXTS:
            self._last.popitem(last=False)
