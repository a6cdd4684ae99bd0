"""The ledger's store in memory."""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator

from streams.dispatch.store import Indexed, Micros, OpenRow, WireRecord

Name = tuple[str, ...]


class MemoryRowStore:
    """A `RowStore` that passes the same suite as RocksDB (`tests/contract/dispatch/test_ledger_store.py`).

    What a lane asks often is found at once; the rest by looking at everything.
    """

    def __init__(self) -> None:
        self._records: dict[bytes, WireRecord] = {}
        self._turns: dict[bytes, int] = {}
        self._named: defaultdict[Name, set[bytes]] = defaultdict(set)
        self._depths: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._next_turn = 0
        self.position = 0

    def row(self, key: bytes) -> bytes | None:
        return self._records[key].value if key in self._records else None

    def indexed(self, key: bytes) -> Indexed | None:
        return self._records[key].indexed if key in self._records else None

    def scan(self, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        keys = sorted(key for key in self._records if key.startswith(prefix) and key > after)
        found = [self._records[key] for key in keys]
        return iter([(each.key, each.value) for each in found if each.value is not None])

    def holders_by_number(self, organisation: str, kind: str, number_key: str) -> tuple[bytes, ...]:
        return tuple(sorted(self._named.get(("number", organisation, kind, number_key), ())))

    def holders_by_id(self, organisation: str, kind: str, xero_id: str) -> tuple[bytes, ...]:
        return tuple(sorted(self._named.get(("id", organisation, kind, xero_id), ())))

    def open_rows(self, organisation: str, *, urgent: bool | None = None) -> Iterator[OpenRow]:
        for each in (True, False) if urgent is None else (urgent,):
            yield from self._queued(("open", organisation, str(each)))

    def held_rows(self, organisation: str) -> Iterator[OpenRow]:
        return self._queued(("open", organisation, "held"))

    def _queued(self, queue: Name) -> Iterator[OpenRow]:
        for key in sorted(self._named.get(queue, ()), key=lambda key: (self._turns[key], key)):
            indexed = self.indexed(key)
            if indexed is not None:
                is_urgent = indexed.is_urgent and not indexed.is_held
                yield OpenRow(key, indexed.state, is_urgent, indexed.occurred_at, indexed.size)

    def releasable_keys(self, organisation: str) -> Iterator[bytes]:
        return iter(sorted(self._named.get(("releasable", organisation), ())))

    def organisations_with_work(self) -> set[str]:
        return {name[1] for name, keys in self._named.items() if keys and name[0] in ("open", "releasable")}

    def ended_before(self, horizon: Micros, most: int) -> list[bytes]:
        ended = [(each.ended_at, key) for key, each in self._rows() if not each.is_open and each.ended_at is not None]
        return [key for ended_at, key in sorted(ended) if ended_at < horizon][:most]

    def depths(self, organisation: str) -> dict[str, int]:
        return {state: count for state, count in self._depths[organisation].items() if count}

    def oldest(self, *, besides: Container[bytes] = ()) -> Micros | None:
        times = [each.occurred_at for key, each in self._rows() if each.is_open and key not in besides]
        return min((time for time in times if time is not None), default=None)

    def apply(self, records: Iterable[WireRecord], position: int, equal_at: Micros | None = None) -> None:  # noqa: ARG002  # A store in memory never grows old.
        if position < self.position:
            raise ValueError(f"the store is at {self.position} already and cannot go back to {position}")
        for record in records:
            self._put(record)
        self.position = position

    def distrust(self) -> None:
        return

    def rebuild(self) -> "MemoryRebuild":
        self.__init__()  # type: ignore[misc]  # Begins anew.
        return MemoryRebuild(self)

    def close(self) -> None:
        return

    def place(self, record: WireRecord, turn: int) -> None:
        """Put a record at its turn."""
        self._put(record)
        self._turns[record.key] = turn
        self._next_turn = max(self._next_turn, turn + 1)

    def _put(self, record: WireRecord) -> None:
        before = self.indexed(record.key)
        after = None if record.value is None else record.indexed
        self._records.pop(record.key, None)
        if record.value is not None:
            self._records[record.key] = record
        if after is not None and after.is_open and not after.queues_like(before):
            self._turns[record.key] = self._next_turn
            self._next_turn += 1
        for name in _names(before):
            self._named[name].discard(record.key)
        for name in _names(after):
            self._named[name].add(record.key)
        for indexed, count in ((before, -1), (after, 1)):
            if indexed is not None and indexed.is_open:
                self._depths[indexed.organisation][indexed.state] += count

    def _rows(self) -> Iterator[tuple[bytes, Indexed]]:
        for key, record in self._records.items():
            if record.indexed is not None:
                yield key, record.indexed


def _names(indexed: Indexed | None) -> Iterator[Name]:
    if indexed is None:
        return
    yield from (("number", indexed.organisation, *each) for each in indexed.numbers)
    yield from (("id", indexed.organisation, *each) for each in indexed.xero_ids)
    if indexed.is_open:
        yield "open", indexed.organisation, "held" if indexed.is_held else str(indexed.is_urgent)
    if indexed.is_releasable:
        yield "releasable", indexed.organisation


class MemoryRebuild:
    """A `Rebuild` of the store in memory."""

    def __init__(self, store: MemoryRowStore) -> None:
        self._store = store
        self._newest: dict[bytes, bytes | None] = {}

    def add(self, records: Iterable[tuple[bytes, bytes | None]]) -> None:
        self._newest.update(records)

    def finish(
        self, index: Callable[[bytes, bytes], Indexed | None], position: int, equal_at: Micros | None = None
    ) -> None:
        for key, value in self._newest.items():
            if value is not None:
                indexed = index(key, value)
                turn = indexed.occurred_at or 0 if indexed is not None and indexed.is_open else 0
                self._store.place(WireRecord(key, value, indexed), turn)
        self._store.apply((), position, equal_at)
