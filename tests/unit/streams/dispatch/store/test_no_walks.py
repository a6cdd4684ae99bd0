"""What is asked every second is answered without walking over the rows, counted by the entries that are read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.dispatch.store import Identity, LedgerStore, PendingRows, StoreMemory, Trust, open_store
from tests.contract.dispatch.rows import ORG, WEEK, index, row

LOG = Trust(Identity("cluster", "ledger", 0), now=0, delete_retention=WEEK)
ROWS = 3000
A_PAGE = 60
"""More entries than the smallest page has."""


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[LedgerStore, list[int]]]:
    """A store with many open and many finished rows, and how many entries each look at it has read."""
    store = open_store(tmp_path / "0", LOG, StoreMemory(), index).store
    store.apply([row(f"open-{each:05}", occurred_at=1000 + each) for each in range(ROWS)], ROWS)
    store.apply([row(f"done-{each:05}", "done", ended_at=1000 + each) for each in range(ROWS)], 2 * ROWS)
    pages: list[int] = []
    page = store._database._page

    def counted(iterator: object, size: int) -> object:
        found = page(iterator, size)  # type: ignore[arg-type]  # Handed on as it came.
        pages.append(len(found[0]))
        return found

    monkeypatch.setattr(store._database, "_page", counted)
    yield store, pages
    store.close()


def test_the_second_by_second_questions_read_a_page_at_most(read: tuple[LedgerStore, list[int]]) -> None:
    store, pages = read
    rows = PendingRows(store)
    assert rows.depths(ORG) == {"pending": ROWS}
    assert pages == []
    assert rows.oldest() == 1000
    assert len(rows.ended_before(5000, 5)) == 5
    assert next(rows.open_rows(ORG)).occurred_at == 1000
    assert 0 < sum(pages) <= 4 * A_PAGE


def test_what_was_answered_is_not_walked_over_again(read: tuple[LedgerStore, list[int]]) -> None:
    store, pages = read
    for start in range(0, ROWS - 10, 500):
        answered = range(start, min(start + 500, ROWS - 10))
        store.apply([row(f"open-{each:05}", "done", ended_at=9000) for each in answered], 3 * ROWS)
        store.oldest()
    pages.clear()
    assert store.oldest() == 1000 + ROWS - 10
    assert sum(pages) <= A_PAGE
