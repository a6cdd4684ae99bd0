"""How they are declared."""

from streams.ops.labels import NoteChannel, NoteResult
from streams.ops.metrics.declaration import Label, counter, gauge

_CHANNEL = Label.closed("channel", "by which way people are told", NoteChannel)

ATTEMPTS = counter(
    "notes",
    "What became of the attempts to tell people what is new.",
    "attempts",
    _CHANNEL,
    Label.closed("result", "`delivered`, `failed` (it is tried again), or `given_up` after three days", NoteResult),
)
OPEN = gauge("notes_undelivered", "Notes of this worker's companies that are not delivered yet.", "notes", _CHANNEL)
OLDEST = gauge(
    "note_oldest_undelivered_seconds", "Age of the oldest of these; 0 where there is none.", "seconds", _CHANNEL
)

NOTES = (ATTEMPTS, OPEN, OLDEST)
