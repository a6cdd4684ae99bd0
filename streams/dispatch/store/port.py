"""What the dispatcher needs of its ledger's store."""

from collections.abc import Container, Iterable, Iterator
from typing import Protocol

from streams.dispatch.store.indexed import Index, Indexed, Micros, OpenRow, WireRecord


class RowReader(Protocol):
    """A ledger that can be asked. Iterators read on as they go: a row that changes meanwhile may be seen either way.

    Every method may raise StoreError.
    """

    def row(self, key: bytes) -> bytes | None:
        """The record's value, or None."""
        ...

    def indexed(self, key: bytes) -> Indexed | None:
        """What the row is found by; None for records that are no rows."""
        ...

    def scan(self, prefix: bytes, after: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """The records whose key begins with `prefix` and is greater than `after`, by key."""
        ...

    def holders_by_number(self, organisation: str, kind: str, number_key: str) -> tuple[bytes, ...]:
        """The rows that hold the number: all of them, so that asking for somebody else's never misses one."""
        ...

    def holders_by_id(self, organisation: str, kind: str, xero_id: str) -> tuple[bytes, ...]:
        """The rows that hold the document."""
        ...

    def open_rows(self, organisation: str, *, urgent: bool | None = None) -> Iterator[OpenRow]:
        """The organisation's open rows in the order of arrival, the urgent ones first; or one of the two queues."""
        ...

    def held_rows(self, organisation: str) -> Iterator[OpenRow]:
        """The organisation's open rows that are held, in the order in which they were; `open_rows` has none of them."""
        ...

    def releasable_keys(self, organisation: str) -> Iterator[bytes]:
        """The organisation's rejected rows that master data would cure, by key."""
        ...

    def organisations_with_work(self) -> set[str]:
        """The organisations that have open or releasable rows."""
        ...

    def ended_before(self, horizon: Micros, most: int) -> list[bytes]:
        """The finished rows that ended before `horizon`, oldest first, at most so many."""
        ...

    def depths(self, organisation: str) -> dict[str, int]:
        """How many open rows the organisation has in each state; a state without any is left out."""
        ...

    def oldest(self, *, besides: Container[bytes] = ()) -> Micros | None:
        """When the oldest open request occurred, those of some rows left aside."""
        ...


class Rebuild(Protocol):
    """Fills an empty store from the topic's beginning. Until `finish` returns, nothing of it is believed."""

    def add(self, records: Iterable[tuple[bytes, bytes | None]]) -> None:
        """The next records of the topic, in its order; values that are overwritten later are never decoded."""
        ...

    def finish(self, index: Index, position: int, equal_at: Micros | None = None) -> None:
        """Index the newest value of each key."""
        ...


class RowStore(RowReader, Protocol):
    """A ledger that follows its topic. One thread at a time."""

    @property
    def position(self) -> int:
        """The next offset to read from the topic; 0 where the store is empty."""
        ...

    def apply(self, records: Iterable[WireRecord], position: int, equal_at: Micros | None = None) -> None:
        """Take committed records and the position after them: all of it or, after a crash at any moment, nothing.

        `equal_at` is the time now, where the store equals the log's end by this; None while it is still catching up.
        Raises StoreBusyError where nothing was written because the disk is behind.
        """
        ...

    def distrust(self) -> None:
        """Whoever opens the store before it equals the log again must rebuild it: what follows is not certain yet."""
        ...

    def rebuild(self) -> Rebuild:
        """Empty the store and begin to fill it."""
        ...

    def close(self) -> None:
        """Give the files up and keep them for the next time. Closing again does nothing."""
        ...
