"""Open rows that are held stand in a queue of their own: nobody who looks for work walks over them."""

from streams.dispatch.store import OpenRow, RowReader, RowStore
from tests.contract.dispatch.rows import ORG, OTHER_ORG, index, row, row_key
from tests.contract.dispatch.test_ledger_store import Apply, keys, ledger, names, store

__all__ = ["ledger", "store"]


def test_held_rows_are_not_among_the_open_ones_and_count_all_the_same(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(row("a", "waiting", is_held=True, occurred_at=3, size=7), row("b", occurred_at=4))
    apply(row("c", "waiting", is_held=True, is_urgent=True, occurred_at=5))
    apply(row("d", "waiting", is_held=True, organisation=OTHER_ORG))
    assert names(reader.open_rows(ORG)) == keys("b")
    assert names(reader.held_rows(ORG)) == keys("a", "c")
    assert next(reader.held_rows(ORG)) == OpenRow(row_key("a"), "waiting", False, 3, 7)
    assert reader.depths(ORG) == {"waiting": 2, "pending": 1}
    assert reader.oldest() == 3
    assert reader.organisations_with_work() == {ORG, OTHER_ORG}


def test_what_is_held_and_goes_on_keeps_the_order_of_the_others(store: RowStore) -> None:
    steps = iter(range(1, 100))
    for name in "abcd":
        store.apply([row(name)], next(steps))
    for name in "bda":
        store.apply([row(name, "waiting", is_held=True)], next(steps))
    assert (names(store.open_rows(ORG)), names(store.held_rows(ORG))) == (keys("c"), keys("b", "d", "a"))
    for name in "bda":
        store.apply([row(name)], next(steps))
    assert (names(store.open_rows(ORG)), names(store.held_rows(ORG))) == (keys("c", "b", "d", "a"), [])


def test_a_held_row_that_ends_is_held_no_more(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(row("a", "waiting", is_held=True))
    apply(row("a", "rejected", ended_at=9))
    assert (names(reader.held_rows(ORG)), reader.depths(ORG)) == ([], {})


def test_held_rows_are_found_after_a_rebuild(store: RowStore) -> None:
    rows = [row("b", "waiting", is_held=True, occurred_at=2), row("a", "waiting", is_held=True, occurred_at=1)]
    load = store.rebuild()
    load.add((each.key, each.value) for each in rows)
    load.finish(index, 5)
    assert names(store.held_rows(ORG)) == keys("a", "b")
    assert names(store.open_rows(ORG)) == []
