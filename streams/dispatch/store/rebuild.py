"""Fills an empty store from the topic: bytes first, and what they are found by when all are there."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from streams.dispatch.store import layout
from streams.dispatch.store.database import Database
from streams.dispatch.store.depths import Depths
from streams.dispatch.store.indexed import Indexed, Micros
from streams.dispatch.store.layout import Placed
from streams.dispatch.store.meta import Meta

Index = Callable[[bytes, bytes], Indexed | None]

# A write holds Python's lock: a megabyte is some milliseconds of it.
_BYTES_AT_ONCE = 1024 * 1024


class BulkLoad:
    """A `Rebuild` into RocksDB. Nothing is logged: a process that dies meanwhile leaves a store without a meta, which
    is begun anew. Memory holds a megabyte of records at a time.

    `finish` works for seconds and waits for the disk: call it in a thread.
    """

    def __init__(self, database: Database, meta: Meta, done: Callable[[Meta, Depths], None]) -> None:
        self._database = database
        self._meta = meta
        self._done = done
        self._read: list[tuple[bytes, bytes | None]] = []
        self._size = 0
        self._depths = Depths()
        self._next_turn = 0
        database.recreate(bulk=True)

    def add(self, records: Iterable[tuple[bytes, bytes | None]]) -> None:
        """See `Rebuild`. The last value of a key stays: RocksDB keeps the order of what is written."""
        for key, value in records:
            self._read.append((layout.RECORD + key, value))
            self._size += len(key) + (0 if value is None else len(value))
            if self._size >= _BYTES_AT_ONCE:
                self._write_records()

    def finish(self, index: Index, position: int, equal_at: Micros | None = None) -> None:
        """See `Rebuild`. The meta comes last: RocksDB brings to the disk in the order in which it was written."""
        self._write_records()
        # While a thread of RocksDB's writes the records, they are read from memory.
        self._database.flush(wait=False)
        with closing(self._database.walk(layout.RECORD, layout.after(layout.RECORD))) as pages:
            for page in pages:
                self._database.write(self._entries(page, index), logged=False)
        meta = self._meta.moved(position, equal_at, self._next_turn)
        self._database.write(((layout.META, meta.encoded()),), logged=False)
        self._database.flush()
        self._database.reopen()
        self._done(meta, self._depths)

    def _write_records(self) -> None:
        self._database.write(self._read, logged=False)
        self._read, self._size = [], 0

    def _entries(self, records: list[tuple[bytes, bytes]], index: Index) -> Iterator[tuple[bytes, bytes]]:
        """One row's at a time, not all of them in a list: what orjson returns keeps a kilobyte busy while it lives."""
        for stored, value in records:
            key = layout.record_of(stored)
            indexed = index(key, value)
            if indexed is None:
                continue
            if indexed.is_open:
                self._depths.change(None, indexed)
                yield from layout.entries(key, self._place(indexed))
            else:
                yield from layout.entries(key, Placed(indexed, 0))

    def _place(self, indexed: Indexed) -> Placed:
        """The topic does not tell who came first, only who was written last: the time of the event comes nearer."""
        turn = max(indexed.occurred_at or 0, 0)
        self._next_turn = max(self._next_turn, turn + 1)
        return Placed(indexed, turn)
