"""The ledger's store in memory."""

from collections.abc import Callable, Container, Iterable, Iterator

from streams.dispatch.store import Indexed, Micros, OpenRow, WireRecord


class MemoryRowStore:
    """A `RowStore` that answers by looking at everything; it passes the same suite as RocksDB
    (`tests/contract/dispatch/test_ledger_store.py`).
    """

    def __init__(self) -> None:
        self._records: dict[bytes, WireRecord] = {}
        self._turns: dict[bytes, int] = {}
        self._next_turn = 0
        self.position = 0

    def row(self, key: bytes) -> bytes | None:
        return self._records[key].value if key in self._records else None

    def indexed(self, key: bytes) -> Indexed | None:
        return self._records[key].indexed if key in self._records else None

    def scan(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        found = sorted(each for each in self._records.values() if each.key.startswith(prefix))
        return iter([(each.key, each.value) for each in found if each.value is not None])

    def holders_by_number(self, organisation: str, kind: str, number_key: str) -> tuple[bytes, ...]:
        return self._keys(organisation, lambda indexed: (kind, number_key) in indexed.numbers)

    def holders_by_id(self, organisation: str, kind: str, xero_id: str) -> tuple[bytes, ...]:
        return self._keys(organisation, lambda indexed: (kind, xero_id) in indexed.xero_ids)

    def open_rows(self, organisation: str, *, urgent: bool | None = None) -> Iterator[OpenRow]:
        rows = [(key, each) for key, each in self._rows() if each.is_open and each.organisation == organisation]
        wanted = [row for row in rows if urgent in (None, row[1].is_urgent)]
        for key, each in sorted(wanted, key=lambda row: (not row[1].is_urgent, self._turns[row[0]], row[0])):
            yield OpenRow(key, each.state, each.is_urgent, each.occurred_at, each.size)

    def releasable_keys(self, organisation: str) -> Iterator[bytes]:
        return iter(self._keys(organisation, lambda indexed: indexed.is_releasable))

    def organisations_with_work(self) -> set[str]:
        return {each.organisation for _, each in self._rows() if each.is_open or each.is_releasable}

    def ended_before(self, horizon: Micros, most: int) -> list[bytes]:
        ended = [(each.ended_at, key) for key, each in self._rows() if not each.is_open and each.ended_at is not None]
        return [key for ended_at, key in sorted(ended) if ended_at < horizon][:most]

    def depths(self, organisation: str) -> dict[str, int]:
        states = [each.state for each in self.open_rows(organisation)]
        return {state: states.count(state) for state in states}

    def oldest(self, *, besides: Container[bytes] = ()) -> Micros | None:
        times = [each.occurred_at for key, each in self._rows() if each.is_open and key not in besides]
        return min((time for time in times if time is not None), default=None)

    def apply(self, records: Iterable[WireRecord], position: int, equal_at: Micros | None = None) -> None:  # noqa: ARG002  # A store in memory never grows old.
        if position < self.position:
            raise ValueError(f"the store is at {self.position} already and cannot go back to {position}")
        for record in records:
            self._put(record)
        self.position = position

    def rebuild(self) -> "MemoryRebuild":
        self.clear()
        return MemoryRebuild(self)

    def clear(self) -> None:
        self.__init__()  # type: ignore[misc]  # Begins anew.

    def close(self) -> None:
        return

    def place(self, record: WireRecord, turn: int) -> None:
        """Put a record at its turn."""
        self._put(record)
        self._turns[record.key] = turn
        self._next_turn = max(self._next_turn, turn + 1)

    def _put(self, record: WireRecord) -> None:
        before = self.indexed(record.key)
        if record.value is None:
            self._records.pop(record.key, None)
            return
        self._records[record.key] = record
        if record.indexed is not None and record.indexed.is_open and not record.indexed.queues_like(before):
            self._turns[record.key] = self._next_turn
            self._next_turn += 1

    def _rows(self) -> Iterator[tuple[bytes, Indexed]]:
        for key, record in self._records.items():
            if record.indexed is not None:
                yield key, record.indexed

    def _keys(self, organisation: str, test: Callable[[Indexed], bool]) -> tuple[bytes, ...]:
        return tuple(sorted(key for key, each in self._rows() if each.organisation == organisation and test(each)))


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
