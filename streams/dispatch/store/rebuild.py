"""Fills an empty store from the topic: bytes first, and what they are found by when all are there."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from operator import itemgetter

from streams.dispatch.store import layout
from streams.dispatch.store.database import Database
from streams.dispatch.store.depths import Depths
from streams.dispatch.store.errors import StoreBusyError
from streams.dispatch.store.indexed import Index, Indexed, Micros
from streams.dispatch.store.layout import Placed
from streams.dispatch.store.meta import Meta

# A write holds Python's lock, and the event loop waits for it: so much takes a millisecond or two.
_BYTES_AT_ONCE = 256 * 1024
# The same of index entries, of some hundred bytes each.
_ENTRIES_AT_ONCE = 2000
# What Python adds to each record that is kept in memory.
_KEPT_WITH_EACH = 200
# So much is sorted before it is written: RocksDB puts what comes in order where it belongs without a search.
_SORTED_BYTES = 4 * 1024 * 1024
_BUSY_PAUSE = 0.01

_KEY = itemgetter(0)

Pair = tuple[bytes, bytes]
Change = tuple[bytes, bytes | None]


class BulkLoad:
    """A `Rebuild` into RocksDB. Nothing is logged: a process that dies meanwhile leaves a store without a meta, which
    is begun anew. Memory is bounded, also where the partition is not.

    `finish` works for seconds and waits for the disk: call it in a thread.
    """

    def __init__(self, database: Database, meta: Meta, done: Callable[[Meta, Depths], None]) -> None:
        """`database` is empty."""
        self._database = database
        database.begin_bulk()
        self._most_kept = database.memory.kept
        self._meta = meta
        self._done = done
        self._newest: dict[bytes, bytes | None] = {}
        self._size = 0
        self._is_on_disk = False
        self._entries = _Entries(self._write)
        self._depths = Depths()
        self._next_turn = 0

    def add(self, records: Iterable[tuple[bytes, bytes | None]]) -> None:
        """See `Rebuild`. The last value of a key stays: RocksDB keeps the order of what is written."""
        for key, value in records:
            self._newest[key] = value
            self._size += len(key) + (0 if value is None else len(value)) + _KEPT_WITH_EACH
            if self._size >= self._most_kept:
                self._put_on_disk()

    def finish(self, index: Index, position: int, equal_at: Micros | None = None) -> None:
        """See `Rebuild`. The meta comes last: RocksDB brings to the disk in the order in which it was written."""
        for key, value in self._records():
            indexed = index(key, value)
            if indexed is None:
                continue
            if indexed.is_open:
                self._entries.add(layout.entries(key, self._place(indexed)))
            else:
                self._entries.add(layout.lasting_entries(key, indexed))
        self._entries.write()
        meta = self._meta.moved(position, equal_at, self._next_turn)
        self._write([(layout.META, meta.encoded())])
        self._database.flush()
        self._database.end_bulk()
        self._done(meta, self._depths)

    def _records(self) -> Iterator[Pair]:
        """The newest of each key, by key; all of them are written when the last one comes."""
        if self._is_on_disk:
            self._put_on_disk()
            with closing(self._database.walk(layout.RECORD, layout.after(layout.RECORD))) as pages:
                for page in pages:
                    yield from ((layout.record_of(stored), value) for stored, value in page)
            return
        found = [(key, value) for key, value in self._newest.items() if value is not None]
        kept: list[Pair] = sorted(found, key=_KEY)
        self._newest = {}
        for part in _slices((layout.record_key(key), value) for key, value in kept):
            self._write(part)
        # A thread of RocksDB's does it, beside what follows here.
        self._database.flush(wait=False)
        yield from kept

    def _put_on_disk(self) -> None:
        for part in _slices((layout.record_key(key), value) for key, value in sorted(self._newest.items(), key=_KEY)):
            self._write(part)
        self._newest, self._size, self._is_on_disk = {}, 0, True

    def _write(self, changes: Sequence[Change]) -> None:
        """Wait where the disk is behind, but not in RocksDB, which would hold Python's lock for as long."""
        while True:
            try:
                self._database.write(changes, logged=False)
            except StoreBusyError:
                time.sleep(_BUSY_PAUSE)
            else:
                return

    def _place(self, indexed: Indexed) -> Placed:
        """The topic does not tell who came first, only who was written last: the time of the event comes nearer."""
        self._depths.change(None, indexed)
        turn = max(indexed.occurred_at or 0, 0)
        self._next_turn = max(self._next_turn, turn + 1)
        return Placed(indexed, turn)


class _Entries:
    """Index entries on their way to the disk, each kind by itself: of most kinds they come nearly in order."""

    def __init__(self, write: Callable[[Sequence[Change]], None]) -> None:
        self._write = write
        self._kinds: defaultdict[int, list[Pair]] = defaultdict(list)
        self._size = 0

    def add(self, entries: Iterable[Pair]) -> None:
        """Those of one row."""
        for entry in entries:
            self._kinds[entry[0][0]].append(entry)
            self._size += len(entry[0])
        if self._size >= _SORTED_BYTES:
            self.write()

    def write(self) -> None:
        """Write what was added."""
        for found in self._kinds.values():
            found.sort(key=_KEY)
            for start in range(0, len(found), _ENTRIES_AT_ONCE):
                self._write(found[start : start + _ENTRIES_AT_ONCE])
        self._kinds.clear()
        self._size = 0


def _slices(pairs: Iterable[Change]) -> Iterator[list[Change]]:
    """In lists of at most so many bytes that a write takes a short time; at least one pair in each."""
    found: list[Change] = []
    size = 0
    for pair in pairs:
        found.append(pair)
        size += len(pair[0]) + (0 if pair[1] is None else len(pair[1]))
        if size >= _BYTES_AT_ONCE:
            yield found
            found, size = [], 0
    if found:
        yield found
