"""Counts them."""

from streams.ops.labels import NoteChannel, NoteResult
from streams.ops.metrics.collectors import Collectors
from streams.ops.metrics.notes import declared


class NoteMetrics:
    """Part of `Metrics`."""

    def __init__(self, collectors: Collectors) -> None:
        self._note_attempts = collectors.counter(declared.ATTEMPTS)
        self._notes_open = collectors.gauge(declared.OPEN)
        self._note_age = collectors.gauge(declared.OLDEST)

    def note(self, channel: NoteChannel, result: NoteResult) -> None:
        """Count what became of an attempt, or of a note."""
        self._note_attempts.labels(channel, result).inc()

    def notes_open(self, channel: NoteChannel, count: int, oldest_seconds: float) -> None:
        """Set how many notes are not delivered yet, and how old the oldest is."""
        self._notes_open.labels(channel).set(count)
        self._note_age.labels(channel).set(oldest_seconds)
