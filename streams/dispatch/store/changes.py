"""What a step of records changes on the disk."""

from collections.abc import Callable, Iterable

from streams.dispatch.store import layout
from streams.dispatch.store.indexed import Indexed, WireRecord
from streams.dispatch.store.layout import Placed

Lookup = Callable[[bytes], Placed | None]


class Changes:
    """Collects records, in their order, and works out which keys to write and which to delete.

    A row that stays in its queue keeps its turn; one that enters a queue goes to the end of it.
    """

    def __init__(self, placed: Lookup, next_turn: int) -> None:
        self._placed = placed
        self.next_turn = next_turn
        self._values: dict[bytes, bytes | None] = {}
        self._before: dict[bytes, Placed | None] = {}
        self._after: dict[bytes, Placed | None] = {}

    def take(self, records: Iterable[WireRecord]) -> None:
        """The next records; a later one of the same key replaces an earlier one."""
        for key, value, indexed in records:
            if key not in self._before:
                self._before[key] = self._after[key] = self._placed(key)
            self._after[key] = None if value is None or indexed is None else self._place(indexed, self._after[key])
            self._values[key] = value

    def rows(self) -> Iterable[tuple[Indexed | None, Indexed | None]]:
        """What each row was found by before, and what it is found by now."""
        for key, before in self._before.items():
            after = self._after[key]
            yield before and before.indexed, after and after.indexed

    def placed(self) -> Iterable[tuple[bytes, Placed | None]]:
        """Where each row is now; None where there is no row."""
        return self._after.items()

    def writes(self) -> dict[bytes, bytes | None]:
        """The keys to put and, with None, those to delete."""
        found: dict[bytes, bytes | None] = {layout.record_key(key): value for key, value in self._values.items()}
        for key, before in self._before.items():
            found.update(_difference(dict(layout.entries(key, before)), dict(layout.entries(key, self._after[key]))))
        return found

    def _place(self, indexed: Indexed, before: Placed | None) -> Placed:
        if not indexed.is_open:
            return Placed(indexed, 0)
        if before is not None and indexed.queues_like(before.indexed):
            return Placed(indexed, before.turn)
        self.next_turn += 1
        return Placed(indexed, self.next_turn - 1)


def _difference(old: dict[bytes, bytes], new: dict[bytes, bytes]) -> dict[bytes, bytes | None]:
    changes: dict[bytes, bytes | None] = {entry: None for entry in old if entry not in new}
    changes.update((entry, value) for entry, value in new.items() if old.get(entry) != value)
    return changes
