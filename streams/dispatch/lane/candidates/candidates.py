"""The open rows that may have to be planned: those that it is told of, or all that the ledger has."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from streams.dispatch.ledger import Ledger, RowKey
from streams.dispatch.store import OpenRow

MOST_TOLD = 1000
"""Beyond, they are not kept: all rows are walked over instead."""
LOOK_EVERY = 1.0
"""Seconds after which all rows are walked over again, whatever was told: nothing is overlooked for ever."""


class Candidates:
    """Asked whenever something may have to be planned; spares walking over what is planned or sent already.

    A row that arrives or comes back from a batch is told of. Whatever else opens one asks for a walk.
    """

    def __init__(self, organisation: str, ledger: Ledger, monotonic: Callable[[], float]) -> None:
        self.organisation = organisation
        self._ledger = ledger
        self._monotonic = monotonic
        self._urgent: dict[RowKey, None] = {}
        self._others: dict[RowKey, None] = {}
        self._walk_at = float("-inf")

    def walk(self) -> None:
        """Any row may have to be planned."""
        self._walk_at = float("-inf")

    def tell(self, keys: Iterable[RowKey], *, urgent: bool = False) -> None:
        """These rows may have to be planned."""
        for key in keys:
            if urgent:
                self._others.pop(key, None)
                self._urgent[key] = None
            elif key not in self._urgent:
                self._others[key] = None
        if len(self._urgent) + len(self._others) > MOST_TOLD:
            self._forget()
            self.walk()

    def __iter__(self) -> Iterator[tuple[RowKey, OpenRow]]:
        """The rows, people's first, otherwise in order of arrival; to be read to its end without an await."""
        if self._monotonic() < self._walk_at:
            yield from self._told_rows()
            return
        yield from self._ledger.open_work(self.organisation)
        # Whoever found enough before the end walks again; what was told of was among them.
        self._forget()
        self._walk_at = self._monotonic() + LOOK_EVERY

    def drop(self, key: RowKey) -> None:
        """The row has not to be planned, until it is told of again."""
        self._urgent.pop(key, None)
        self._others.pop(key, None)

    def _told_rows(self) -> Iterator[tuple[RowKey, OpenRow]]:
        for key in tuple(chain(self._urgent, self._others)):
            row = self._ledger.open_row(key)
            if row is None:
                self.drop(key)
            else:
                yield key, row

    def _forget(self) -> None:
        self._urgent.clear()
        self._others.clear()
