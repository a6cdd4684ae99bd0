"""Xero's minute as the server counts it: a fixed window of unknown phase."""

from collections import Counter


class FixedWindow:
    """Counts the calls of one organisation as they arrive. `phase` is when windows begin, in seconds."""

    def __init__(self, phase: float, limit: int = 60) -> None:
        self._phase = phase
        self._limit = limit
        self.calls: Counter[int] = Counter()
        self.refused = 0

    def arrive(self, at: float) -> dict[str, str]:
        """One call; returns the headers of its reply. A refused call is not counted, as at Xero."""
        window = int((at - self._phase) // 60)
        if self.calls[window] >= self._limit:
            self.refused += 1
            wait = (window + 1) * 60 + self._phase - at
            return {"x-rate-limit-problem": "minute", "retry-after": str(int(wait) + 1)}
        self.calls[window] += 1
        return {"x-minlimit-remaining": str(self._limit - self.calls[window])}

    def status(self, headers: dict[str, str]) -> int:
        """The status that goes with `headers`."""
        return 429 if "x-rate-limit-problem" in headers else 200
