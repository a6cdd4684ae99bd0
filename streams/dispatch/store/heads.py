"""Where the queues on disk begin."""

from streams.dispatch.store import layout


class Heads:
    """The place of each queue's first entry, as far as it was seen.

    RocksDB keeps a deleted key as a marker until it compacts. Rows leave a queue at its head, so a search from the very
    beginning would walk over the markers of everything that was ever answered since.
    """

    def __init__(self) -> None:
        self._places: dict[bytes, bytes] = {}

    def start(self, queue: bytes) -> bytes:
        """Where to begin to look for the queue's first entry."""
        return self._places.get(queue, queue)

    def saw(self, queue: bytes, place: bytes) -> None:
        """There is nothing in the queue before this place."""
        self._places[queue] = place

    def added(self, entry: bytes) -> None:
        """An index entry was written."""
        queue = layout.head_of(entry)
        if queue is not None and entry < self.start(queue):
            self._places[queue] = entry
