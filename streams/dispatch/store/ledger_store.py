"""The ledger of one partition on disk."""

from collections.abc import Container, Iterable, Iterator
from itertools import islice

from streams.dispatch.store import layout
from streams.dispatch.store.changes import Changes
from streams.dispatch.store.database import Database
from streams.dispatch.store.depths import Depths
from streams.dispatch.store.heads import Heads
from streams.dispatch.store.indexed import Index, Indexed, Micros, OpenRow, WireRecord
from streams.dispatch.store.layout import Placed
from streams.dispatch.store.meta import Meta
from streams.dispatch.store.rebuild import BulkLoad

MOST_RECENT = 1000
"""Open rows of which is remembered what they are found by: most steps are of rows that were changed shortly before."""


class LedgerStore:
    """A `RowStore` in RocksDB. It keeps the topic's bytes and knows no transition: memory holds counts and the heads
    of the queues, nothing that grows with the rows.
    """

    def __init__(self, database: Database, meta: Meta, index: Index, *, is_empty: bool = False) -> None:
        """Take over a database whose meta is known to be right, or one that `is_empty`; see `open_store`."""
        self._database = database
        self._index = index
        self._is_empty = is_empty
        self._meta = meta
        self._depths = Depths()
        self._heads = Heads()
        self._recent: dict[bytes, Placed] = {}
        for entry, value in database.scan(layout.every_queue(), layout.after(layout.every_queue())):
            organisation, row = layout.open_row(entry, value)
            self._depths.add(organisation, row.state, 1)

    @property
    def position(self) -> int:
        """See `RowStore`."""
        return self._meta.position

    def row(self, key: bytes) -> bytes | None:
        """See `RowReader`."""
        return self._database.get(layout.record_key(key))

    def indexed(self, key: bytes) -> Indexed | None:
        """See `RowReader`."""
        placed = self._placed(key)
        return None if placed is None else placed.indexed

    def scan(self, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """See `RowReader`."""
        stored = layout.record_key(prefix)
        start = max(stored, layout.record_key(after) + b"\x00")
        for key, value in self._database.scan(start, layout.after(stored)):
            yield layout.record_of(key), value

    def holders_by_number(self, organisation: str, kind: str, number_key: str) -> tuple[bytes, ...]:
        """See `RowReader`."""
        return tuple(self._keys(layout.number_holders(organisation, kind, number_key)))

    def holders_by_id(self, organisation: str, kind: str, xero_id: str) -> tuple[bytes, ...]:
        """See `RowReader`."""
        return tuple(self._keys(layout.id_holders(organisation, kind, xero_id)))

    def open_rows(self, organisation: str, *, urgent: bool | None = None) -> Iterator[OpenRow]:
        """See `RowReader`."""
        for each in (True, False) if urgent is None else (urgent,):
            for entry, value in self._queued(layout.queue(organisation, urgent=each)):
                yield layout.open_row(entry, value)[1]

    def held_rows(self, organisation: str) -> Iterator[OpenRow]:
        """See `RowReader`."""
        return (layout.open_row(entry, value)[1] for entry, value in self._queued(layout.held(organisation)))

    def releasable_keys(self, organisation: str) -> Iterator[bytes]:
        """See `RowReader`."""
        return self._keys(layout.releasable(organisation))

    def organisations_with_work(self) -> set[str]:
        """See `RowReader`."""
        return self._depths.organisations() | set(self._releasable_organisations())

    def ended_before(self, horizon: Micros, most: int) -> list[bytes]:
        """See `RowReader`."""
        found = islice(self._queued(layout.ENDED, layout.ended(horizon)), most)
        return [layout.ended_key(entry) for entry, _ in found]

    def depths(self, organisation: str) -> dict[str, int]:
        """See `RowReader`."""
        return self._depths.of(organisation)

    def oldest(self, *, besides: Container[bytes] = ()) -> Micros | None:
        """See `RowReader`."""
        times = (layout.occurred(entry) for entry, _ in self._queued(layout.OCCURRED))
        return next((occurred_at for occurred_at, key in times if key not in besides), None)

    def apply(self, records: Iterable[WireRecord], position: int, equal_at: Micros | None = None) -> None:
        """See `RowStore`. Memory follows when the write has succeeded."""
        changes = Changes(self._placed, self._meta.next_turn)
        changes.take(records)
        meta = self._meta.moved(position, equal_at, changes.next_turn)
        writes = changes.writes()
        self._is_empty = False
        self._database.write((*writes.items(), (layout.META, meta.encoded())))
        self._meta = meta
        self._remember(changes)
        for entry, value in writes.items():
            if value is not None:
                self._heads.added(entry)
        for before, after in changes.rows():
            self._depths.change(before, after)

    def distrust(self) -> None:
        """See `RowStore`."""
        self._is_empty = False
        self._meta = self._meta.distrusted()
        self._database.write(((layout.META, self._meta.encoded()),))

    def rebuild(self) -> BulkLoad:
        """See `RowStore`."""
        self._rebuilt(Meta(self._meta.identity), Depths())
        if not self._is_empty:
            self._database.recreate()
        self._is_empty = False
        return BulkLoad(self._database, self._meta, self._rebuilt)

    def close(self) -> None:
        """See `RowStore`."""
        self._database.close()

    def _rebuilt(self, meta: Meta, depths: Depths) -> None:
        self._meta, self._depths, self._heads = meta, depths, Heads()
        self._recent.clear()

    def _remember(self, changes: Changes) -> None:
        for key, placed in changes.placed():
            self._recent.pop(key, None)
            if placed is not None and placed.indexed.is_open:
                self._recent[key] = placed
        while len(self._recent) > MOST_RECENT:
            del self._recent[next(iter(self._recent))]

    def _placed(self, key: bytes) -> Placed | None:
        if key in self._recent:
            return self._recent[key]
        value = self._database.get(layout.placed_key(key))
        if value is not None:
            return layout.decode_placed(value)
        record = self.row(key)
        found = None if record is None else self._index(key, record)
        return None if found is None else Placed(found, 0)

    def _keys(self, prefix: bytes) -> Iterator[bytes]:
        for entry, _ in self._database.scan(prefix, layout.after(prefix)):
            yield entry[len(prefix) :]

    def _queued(self, queue: bytes, end: bytes | None = None) -> Iterator[tuple[bytes, bytes]]:
        """The entries of a queue, to its end or to just before some place in it."""
        end = layout.after(queue) if end is None else end
        start = self._heads.start(queue)
        if start >= end:
            return  # Nothing is there, as was seen before.
        first: bytes | None = None
        for entry, value in self._database.scan(start, end):
            if first is None:
                self._heads.saw(queue, first := entry)
            yield entry, value
        if first is None:
            self._heads.saw(queue, end)

    def _releasable_organisations(self) -> Iterator[str]:
        """One look for each organisation, not one for each row."""
        start, end = layout.every_releasable(), layout.after(layout.every_releasable())
        while (found := next(self._database.scan(start, end), None)) is not None:
            organisation = layout.releasable_organisation(found[0])
            yield organisation
            start = layout.after(layout.releasable(organisation))
