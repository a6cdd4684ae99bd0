"""The ledger's store: one suite for RocksDB, for the store in memory, and for reading through pending steps."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from streams.dispatch.store import (
    Identity,
    Indexed,
    OpenRow,
    PendingRows,
    RowReader,
    RowStore,
    StoreMemory,
    Trust,
    WireRecord,
    open_store,
)
from tests.contract.dispatch.rows import ORG, OTHER_ORG, WEEK, gone, index, other, row, row_key
from tests.fakes.row_store import MemoryRowStore

Apply = Callable[..., None]


@pytest.fixture(params=["rocksdb", "rocksdb that keeps nothing of a rebuild", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RowStore]:
    trust = Trust(Identity("cluster", "ledger", 0), now=0, delete_retention=WEEK)
    memory = StoreMemory() if request.param == "rocksdb" else StoreMemory(kept=1)
    rocksdb = request.param != "memory"
    store: RowStore = open_store(tmp_path / "0", trust, memory, index).store if rocksdb else MemoryRowStore()
    yield store
    store.close()


@pytest.fixture(params=["stored", "pending", "half"])
def ledger(request: pytest.FixtureRequest, store: RowStore) -> tuple[RowReader, Apply]:
    """Something to read from, and how steps get there: committed, submitted only, or every second one committed."""
    pending = PendingRows(store)
    steps = iter(range(1, 1000))

    def apply(*records: WireRecord) -> None:
        number = next(steps)
        if request.param == "stored":
            store.apply(records, number)
            return
        assert pending.submit(records) == number
        if request.param == "half" and number % 2 == 0:
            store.apply(pending.upto(number - 1), number - 1)
            pending.committed(number - 1)

    return (store if request.param == "stored" else pending), apply


def names(rows: Iterable[OpenRow]) -> list[bytes]:
    return [each.key for each in rows]


def keys(*names: str) -> list[bytes]:
    return [row_key(name) for name in names]


def test_a_record_is_there_as_it_was_written_until_its_tombstone(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    assert reader.row(row_key("a")) is None
    apply(first := row("a"))
    assert (reader.row(first.key), reader.indexed(first.key)) == (first.value, first.indexed)
    apply(second := row("a", "done", numbers=(("invoice", "inv-1"),), ended_at=5))
    assert (reader.row(first.key), reader.indexed(first.key)) == (second.value, second.indexed)
    apply(gone("a"))
    assert (reader.row(first.key), reader.indexed(first.key)) == (None, None)


def test_records_that_are_no_rows_are_found_by_the_beginning_of_their_key(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(other("intent", "b", b"2"), other("intent", "a", b"1"), other("rest", ORG, b"3"), row("a"))
    assert list(reader.scan(b'["intent",')) == [(b'["intent","a"]', b"1"), (b'["intent","b"]', b"2")]
    apply(other("intent", "a", None), other("intent", "c", b"4"))
    assert list(reader.scan(b'["intent",')) == [(b'["intent","b"]', b"2"), (b'["intent","c"]', b"4")]
    assert reader.indexed(b'["rest","8d1d6b2c"]') is None


def test_a_scan_may_begin_behind_a_key(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(other("intent", "a"), other("intent", "b"), other("rest", ORG))
    apply(other("intent", "c"))
    assert [key for key, _ in reader.scan(b'["intent",', b'["intent","a"]')] == [b'["intent","b"]', b'["intent","c"]']
    assert list(reader.scan(b'["intent",', b'["intent","c"]')) == []
    assert len(list(reader.scan(b'["intent",', b"["))) == 3


def test_a_long_scan_misses_nothing(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(*(row(f"{number:04}") for number in range(1500)))
    assert [key for key, _ in reader.scan(b'["row",')] == [row_key(f"{number:04}") for number in range(1500)]
    assert names(reader.open_rows(ORG)) == [row_key(f"{number:04}") for number in range(1500)]


def test_a_number_is_held_in_its_organisation_and_kind_only(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(row("a", "done", numbers=(("invoice", "inv-1"), ("invoice", "inv-2"))))
    assert reader.holders_by_number(ORG, "invoice", "inv-1") == (row_key("a"),)
    assert reader.holders_by_number(ORG, "invoice", "inv-2") == (row_key("a"),)
    assert reader.holders_by_number(OTHER_ORG, "invoice", "inv-1") == ()
    assert reader.holders_by_number(ORG, "quote", "inv-1") == ()
    assert reader.holders_by_number(ORG, "invoice", "inv-") == ()
    apply(row("a", "done", numbers=(("invoice", "inv-2"),)))
    assert reader.holders_by_number(ORG, "invoice", "inv-1") == ()
    assert reader.holders_by_number(ORG, "invoice", "inv-2") == (row_key("a"),)


def test_a_document_is_held_by_its_id_too(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(row("a", "done", numbers=(("invoice", "inv-1"),), xero_ids=(("invoice", "id-1"),)))
    assert reader.holders_by_id(ORG, "invoice", "id-1") == (row_key("a"),)
    assert reader.holders_by_id(ORG, "invoice", "inv-1") == ()
    apply(gone("a"))
    assert reader.holders_by_id(ORG, "invoice", "id-1") == ()


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
@pytest.mark.parametrize("reverse", [True, False])
def test_a_number_may_change_hands_in_one_step(
    ledger: tuple[RowReader, Apply], names: tuple[str, str], *, reverse: bool
) -> None:
    reader, apply = ledger
    former, new = names
    apply(row(former, "done", numbers=(("invoice", "inv-1"),)))
    step = [row(former, "done"), row(new, "done", numbers=(("invoice", "inv-1"),))]
    apply(*(reversed(step) if reverse else step))
    assert reader.holders_by_number(ORG, "invoice", "inv-1") == (row_key(new),)


def test_two_holders_are_both_told_and_one_that_lets_go_leaves_the_other(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(row("b", "done", numbers=(("invoice", "inv-1"),)))
    apply(row("a", "sending", numbers=(("invoice", "inv-1"),)))
    assert reader.holders_by_number(ORG, "invoice", "inv-1") == (row_key("a"), row_key("b"))
    apply(row("a", "rejected"))
    assert reader.holders_by_number(ORG, "invoice", "inv-1") == (row_key("b"),)


def test_open_rows_come_urgent_first_and_then_in_the_order_of_arrival(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(row("c", occurred_at=3, size=30), row("z", organisation=OTHER_ORG))
    apply(row("a", occurred_at=4))
    apply(row("b", "waiting", is_urgent=True, occurred_at=5, size=7))
    assert names(reader.open_rows(ORG)) == keys("b", "c", "a")
    assert next(reader.open_rows(ORG)) == OpenRow(row_key("b"), "waiting", True, 5, 7)
    assert names(reader.open_rows(ORG, urgent=False)) == keys("c", "a")
    assert names(reader.open_rows(ORG, urgent=True)) == keys("b")


def test_a_row_keeps_its_turn_while_it_stays_open(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(row("a"))
    apply(row("b"))
    apply(row("a", "sending"))
    apply(row("a", "waiting"))
    assert names(reader.open_rows(ORG)) == keys("a", "b")
    assert [each.state for each in reader.open_rows(ORG)] == ["waiting", "pending"]


def test_a_row_that_comes_again_or_becomes_urgent_goes_to_the_end(store: RowStore) -> None:
    store.apply([row("a"), row("b"), row("c"), row("u", is_urgent=True)], 1)
    store.apply([row("a", "done")], 2)
    assert names(store.open_rows(ORG)) == keys("u", "b", "c")
    store.apply([row("a"), row("b", is_urgent=True)], 3)
    assert names(store.open_rows(ORG)) == keys("u", "b", "c", "a")


def test_a_queue_that_was_emptied_is_found_again(ledger: tuple[RowReader, Apply]) -> None:
    """The store remembers where a queue began; new rows, and older ones, must not lie before that place."""
    reader, apply = ledger
    apply(row("a", occurred_at=50), row("b", occurred_at=60))
    assert (names(reader.open_rows(ORG)), reader.oldest()) == (keys("a", "b"), 50)
    apply(row("a", "done"), row("b", "done"))
    assert (names(reader.open_rows(ORG)), reader.oldest()) == ([], None)
    apply(row("c", occurred_at=10))
    assert (names(reader.open_rows(ORG)), reader.oldest()) == (keys("c"), 10)
    apply(row("d", occurred_at=5))
    assert (names(reader.open_rows(ORG)), reader.oldest()) == (keys("c", "d"), 5)


def test_depths_and_the_oldest_follow_every_step(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    assert (reader.depths(ORG), reader.oldest()) == ({}, None)
    apply(row("a", occurred_at=20), row("b", occurred_at=10), row("z", organisation=OTHER_ORG, occurred_at=15))
    assert (reader.depths(ORG), reader.depths(OTHER_ORG), reader.oldest()) == ({"pending": 2}, {"pending": 1}, 10)
    apply(row("b", "sending", occurred_at=10))
    assert reader.depths(ORG) == {"pending": 1, "sending": 1}
    apply(row("b", "done", ended_at=99))
    assert (reader.depths(ORG), reader.oldest()) == ({"pending": 1}, 15)
    assert reader.oldest(besides={row_key("z", OTHER_ORG)}) == 20
    apply(gone("a"), gone("z", OTHER_ORG))
    assert (reader.depths(ORG), reader.depths(OTHER_ORG), reader.oldest()) == ({}, {}, None)


def test_the_last_of_two_records_in_one_step_counts(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    apply(row("a", occurred_at=1), row("a", "done", ended_at=2))
    assert (reader.depths(ORG), reader.oldest(), names(reader.open_rows(ORG))) == ({}, None, [])
    assert reader.indexed(row_key("a")) == Indexed(ORG, "done", ended_at=2)


def test_organisations_with_work_have_open_or_releasable_rows(ledger: tuple[RowReader, Apply]) -> None:
    reader, apply = ledger
    assert reader.organisations_with_work() == set()
    apply(row("a"), row("r", "rejected", organisation=OTHER_ORG, is_releasable=True), row("x", "done", "third"))
    apply(row("r2", "rejected", organisation=OTHER_ORG, is_releasable=True))
    assert reader.organisations_with_work() == {ORG, OTHER_ORG}
    assert list(reader.releasable_keys(OTHER_ORG)) == [row_key("r", OTHER_ORG), row_key("r2", OTHER_ORG)]
    apply(row("a", "done"), gone("r", OTHER_ORG), row("r2", "done", organisation=OTHER_ORG))
    assert reader.organisations_with_work() == set()
    assert list(reader.releasable_keys(OTHER_ORG)) == []


def test_finished_rows_are_found_by_when_they_ended(store: RowStore) -> None:
    ended = [row(name, "done", ended_at=at) for name, at in (("a", 30), ("b", 10), ("c", 20), ("d", 40))]
    store.apply([*ended, row("open", ended_at=1), row("never", "rejected")], 1)
    assert store.ended_before(40, 10) == keys("b", "c", "a")
    assert store.ended_before(40, 2) == keys("b", "c")
    store.apply([gone("b"), row("c")], 2)
    assert store.ended_before(40, 10) == keys("a")


def test_rows_that_ended_long_ago_are_found_after_newer_ones_were_asked_for_and_dropped(store: RowStore) -> None:
    store.apply([row(name, "done", ended_at=at) for name, at in (("a", 10), ("b", 20), ("c", 60))], 1)
    assert store.ended_before(50, 1) == keys("a")
    store.apply([gone("a"), gone("b")], 2)
    assert store.ended_before(50, 9) == []
    store.apply([row("late", "done", ended_at=5)], 3)
    assert store.ended_before(4, 9) == []
    assert store.ended_before(50, 9) == keys("late")
    assert store.ended_before(70, 9) == keys("late", "c")


def test_a_pending_row_is_not_told_as_ended(store: RowStore) -> None:
    store.apply([row(name, "done", ended_at=at) for name, at in (("a", 1), ("b", 2), ("c", 3))], 1)
    pending = PendingRows(store)
    pending.submit([gone("a"), row("b")])
    assert pending.ended_before(10, 1) == keys("c")


def test_the_position_moves_with_the_records_and_never_back(store: RowStore) -> None:
    assert store.position == 0
    store.apply([row("a")], 7)
    store.apply([], 9)
    assert store.position == 9
    with pytest.raises(ValueError, match="cannot go back"):
        store.apply([row("b")], 8)
    assert (store.position, store.row(row_key("b"))) == (9, None)


def test_a_store_that_is_rebuilt_from_nothing_is_empty_and_can_be_used(store: RowStore) -> None:
    store.apply([row("a", occurred_at=3), row("r", "rejected", is_releasable=True)], 7)
    assert names(store.open_rows(ORG)) == keys("a")
    store.rebuild().finish(index, 0)
    assert (store.position, store.row(row_key("a")), store.depths(ORG)) == (0, None, {})
    assert (store.organisations_with_work(), store.oldest(), list(store.scan(b""))) == (set(), None, [])
    store.apply([row("b")], 1)
    assert names(store.open_rows(ORG)) == keys("b")


def test_a_rebuilt_store_has_the_newest_of_each_key(store: RowStore) -> None:
    store.apply([row("before")], 3)
    log = [row("a"), row("b", numbers=(("invoice", "inv-1"),)), row("c"), other("intent", "i", b"1"), gone("c")]
    log += [row("a", "done", numbers=(("invoice", "inv-1"),), ended_at=8), row("b", "waiting", occurred_at=4)]
    load = store.rebuild()
    load.add((each.key, each.value) for each in log[:3])
    load.add((each.key, each.value) for each in log[3:])
    load.finish(index, 12, 100)
    assert [key for key, _ in store.scan(b"")] == [b'["intent","i"]', *keys("a", "b")]
    assert (store.position, store.depths(ORG), store.oldest()) == (12, {"waiting": 1}, 4)
    assert store.holders_by_number(ORG, "invoice", "inv-1") == (row_key("a"),)
    assert store.ended_before(9, 9) == keys("a")


def test_a_rebuild_decodes_no_value_that_is_overwritten(store: RowStore) -> None:
    seen: list[bytes] = []

    def watched(key: bytes, value: bytes) -> Indexed | None:
        seen.append(value)
        return index(key, value)

    load = store.rebuild()
    load.add([(row_key("a"), b"not even JSON"), (row_key("gone"), b"nor this"), (row_key("gone"), None)])
    load.add([(row_key("a"), row("a").value)])
    load.finish(watched, 4)
    assert seen == [row("a").value]


def test_rows_after_a_rebuild_stand_in_the_order_of_their_events_and_before_later_ones(store: RowStore) -> None:
    load = store.rebuild()
    times = {"a": 30, "b": 10, "c": 20}
    load.add((row_key(name), row(name, occurred_at=at).value) for name, at in times.items())
    load.finish(index, 3)
    store.apply([row("late", occurred_at=1)], 4)
    assert names(store.open_rows(ORG)) == keys("b", "c", "a", "late")
