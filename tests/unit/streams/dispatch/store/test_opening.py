"""When a store on the disk is believed, and when it is emptied."""

import os
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from streams.dispatch.store import (
    Emptied,
    Identity,
    LedgerStore,
    Opened,
    StoreDamagedError,
    StoreError,
    StoreMemory,
    Trust,
    open_store,
)
from streams.dispatch.store.layout import META
from tests.contract.dispatch.rows import ORG, WEEK, index, other, row, row_key

LOG = Identity("cluster", "ledger", 3)
NOW = 1_800_000_000_000_000
HOUR = 3600 * 1_000_000


def opened(folder: Path, identity: Identity = LOG, now: int = NOW) -> Opened:
    return open_store(folder, Trust(identity, now, WEEK), StoreMemory(), index)


def left(folder: Path, equal_at: int | None = NOW) -> None:
    """A store that another process left behind."""
    store = opened(folder).store
    store.apply([row("a", occurred_at=5), row("b", "done", ended_at=7), other("rest", ORG)], 42, equal_at)
    store.close()


def is_empty(store: LedgerStore) -> bool:
    return store.position == 0 and not list(store.scan(b"")) and not store.organisations_with_work()


def test_a_folder_without_a_store_gives_an_empty_one(tmp_path: Path) -> None:
    store, emptied = opened(tmp_path / "3")
    assert emptied is Emptied.NEW
    assert is_empty(store)
    store.close()


def test_a_store_goes_on_where_it_was_with_its_counts_and_queues(tmp_path: Path) -> None:
    left(tmp_path / "3")
    store, emptied = opened(tmp_path / "3", now=NOW + HOUR)
    assert (emptied, store.position) == (None, 42)
    assert (store.depths(ORG), store.oldest(), store.ended_before(9, 9)) == ({"pending": 1}, 5, [row_key("b")])
    store.apply([row("c")], 43)
    assert [each.key for each in store.open_rows(ORG)] == [row_key("a"), row_key("c")]
    store.close()


@pytest.mark.parametrize(
    "identity", [Identity("other", "ledger", 3), Identity("cluster", "other", 3), Identity("cluster", "ledger", 4)]
)
def test_the_store_of_another_log_is_emptied(tmp_path: Path, identity: Identity) -> None:
    left(tmp_path / "3")
    store, emptied = opened(tmp_path / "3", identity)
    assert emptied is Emptied.OTHER_LOG
    assert is_empty(store)
    store.close()


def test_the_finished_rows_of_the_layout_before_are_not_believed(tmp_path: Path) -> None:
    """They had an entry each that nobody would delete any more."""
    left(tmp_path / "3")
    store = opened(tmp_path / "3").store
    _, *rest = orjson.loads(store._database.get(META) or b"")
    store._database.write([(META, orjson.dumps([1, *rest]))])
    store.close()
    store, emptied = opened(tmp_path / "3")
    assert emptied is Emptied.OTHER_LAYOUT
    assert is_empty(store)
    store.close()


def test_a_store_of_another_layout_is_emptied(tmp_path: Path) -> None:
    left(tmp_path / "3")
    store = opened(tmp_path / "3").store
    store._database.write([(META, orjson.dumps([99, "what a later version has to say"]))])
    store.close()
    store, emptied = opened(tmp_path / "3")
    assert emptied is Emptied.OTHER_LAYOUT
    assert is_empty(store)
    store.close()


@pytest.mark.parametrize(
    ("age", "emptied"),
    [
        (0, None),
        (int(WEEK * 0.8), None),
        (int(WEEK * 0.8) + 1, Emptied.TOO_OLD),
        (-HOUR // 60, None),
        (-HOUR, Emptied.TOO_OLD),
    ],
)
def test_a_store_is_too_old_when_tombstones_may_be_gone(tmp_path: Path, age: int, emptied: Emptied | None) -> None:
    """A store that equalled the log an hour in the future was written by a wrong clock: its age is unknown."""
    left(tmp_path / "3", equal_at=NOW - age)
    store, found = opened(tmp_path / "3")
    assert (found, is_empty(store)) == (emptied, emptied is not None)
    store.close()


def test_a_store_that_never_equalled_the_log_is_emptied(tmp_path: Path) -> None:
    left(tmp_path / "3", equal_at=None)
    store, emptied = opened(tmp_path / "3")
    assert emptied is Emptied.TOO_OLD
    store.close()


def test_catching_up_does_not_make_a_store_younger_until_it_reached_the_end(tmp_path: Path) -> None:
    left(tmp_path / "3", equal_at=NOW)
    store = opened(tmp_path / "3").store
    store.apply([row("x")], 50)
    store.close()
    store, emptied = opened(tmp_path / "3", now=NOW + WEEK)
    assert emptied is Emptied.TOO_OLD
    store.close()


def test_a_rebuild_that_was_cut_off_is_begun_anew(tmp_path: Path) -> None:
    left(tmp_path / "3")
    store = open_store(tmp_path / "3", Trust(LOG, NOW, WEEK), StoreMemory(kept=1000), index).store
    load = store.rebuild()
    load.add((row_key(f"{number:05}"), b"x" * 1000) for number in range(3000))
    store._database.flush()
    store.close()
    store, emptied = opened(tmp_path / "3")
    assert emptied is Emptied.UNFINISHED
    assert is_empty(store)
    store.close()


def test_a_rebuild_whose_records_cannot_be_read_is_begun_anew(tmp_path: Path) -> None:
    store = opened(tmp_path / "3").store
    load = store.rebuild()
    load.add([(row_key("a"), row("a").value), (row_key("b"), b"unreadable")])
    with pytest.raises(ValueError, match="unexpected"):
        load.finish(index, 2, NOW)
    store.close()
    store, emptied = opened(tmp_path / "3")
    assert emptied in {Emptied.UNFINISHED, Emptied.NEW}
    assert is_empty(store)
    store.close()


def test_a_rebuilt_store_goes_on_after_reopening(tmp_path: Path) -> None:
    store = opened(tmp_path / "3").store
    load = store.rebuild()
    load.add((row_key(f"{number:05}"), row(f"{number:05}", occurred_at=number).value) for number in range(3000))
    load.finish(index, 3000, NOW)
    store.close()
    store, emptied = opened(tmp_path / "3")
    assert (emptied, store.position, store.depths(ORG), store.oldest()) == (None, 3000, {"pending": 3000}, 0)
    store.close()


def _scribble(path: Path) -> None:
    path.write_bytes(b"garbage")


@pytest.mark.parametrize("file", ["MANIFEST-*", "CURRENT"])
@pytest.mark.parametrize("damage", [_scribble, os.remove])
def test_a_store_that_cannot_be_opened_is_emptied(tmp_path: Path, file: str, damage: Callable[[Path], None]) -> None:
    left(tmp_path / "3")
    for each in (tmp_path / "3").glob(file):
        damage(each)
    store, emptied = opened(tmp_path / "3")
    # RocksDB takes a folder without CURRENT for an empty one.
    assert emptied in {Emptied.UNREADABLE, Emptied.NEW}
    assert is_empty(store)
    store.apply([row("a")], 1)
    store.close()
    assert [each.name for each in tmp_path.iterdir()] == ["3"]


def test_a_store_that_proves_damaged_while_it_is_read_is_empty_when_it_is_opened_again(tmp_path: Path) -> None:
    left(tmp_path / "3")
    store = opened(tmp_path / "3").store
    store._database.flush()
    store.close()
    for table in (tmp_path / "3").glob("*.sst"):
        content = bytearray(table.read_bytes())
        content[: len(content) // 2] = bytes(len(content) // 2)
        table.write_bytes(content)
    try:
        store = opened(tmp_path / "3").store
    except StoreDamagedError:
        pytest.fail("opening must not hand the damage on")
    if store.position:
        with pytest.raises(StoreDamagedError):
            store.row(row_key("a"))
        with pytest.raises(StoreError, match="stopping"):
            store.row(row_key("a"))
        store = opened(tmp_path / "3").store
    assert is_empty(store)
    store.close()


def test_a_scan_over_a_damaged_block_fails_instead_of_ending_early(tmp_path: Path) -> None:
    """To miss whoever holds a number is to make a second document: rocksdict's own `items` would end silently."""
    store = opened(tmp_path / "3").store
    store.apply([other("intent", f"{number:05}", os.urandom(100)) for number in range(20_000)], 1, NOW)
    store._database.flush()
    store.close()
    (table,) = (tmp_path / "3").glob("*.sst")
    content = bytearray(table.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 20_000] = bytes(20_000)
    table.write_bytes(content)
    store, emptied = opened(tmp_path / "3")
    assert emptied is None
    with pytest.raises(StoreDamagedError):
        list(store.scan(b""))
    store, emptied = opened(tmp_path / "3")
    assert emptied is Emptied.NEW
    store.close()


def test_a_folder_that_another_has_open_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    left(tmp_path / "3")
    first = opened(tmp_path / "3").store
    with pytest.raises(StoreError, match="data folder") as refused:
        opened(tmp_path / "3")
    assert refused.value.code == "ledger_store_locked"
    assert first.position == 42
    first.close()


def test_a_folder_whose_parent_is_no_folder_is_refused_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used") as refused:
        opened(tmp_path / "file" / "3")
    assert refused.value.code == "ledger_store_unusable"


def test_a_closed_store_says_so_and_may_be_closed_again(tmp_path: Path) -> None:
    store = opened(tmp_path / "3").store
    store.close()
    store.close()
    with pytest.raises(StoreError, match="stopping") as refused:
        store.row(b"a")
    assert refused.value.code == "ledger_store_closed"


def test_a_forgotten_iterator_does_not_keep_the_folder_locked(tmp_path: Path) -> None:
    left(tmp_path / "3")
    store = opened(tmp_path / "3").store
    rows = store.open_rows(ORG)
    next(rows)
    store.close()
    again, emptied = opened(tmp_path / "3")
    assert emptied is None
    again.close()


def test_a_store_that_is_not_certain_is_rebuilt_until_it_equals_its_log_again(tmp_path: Path) -> None:
    """Whoever dies while it takes what may be another topic's leaves nothing behind that is believed."""
    left(tmp_path / "3")
    store = opened(tmp_path / "3").store
    store.distrust()
    store.apply([row("c")], 43)
    store.close()
    again, emptied = opened(tmp_path / "3")
    assert emptied is Emptied.TOO_OLD
    again.apply([row("a")], 5, NOW)
    again.distrust()
    again.apply([], 6, NOW)
    again.close()
    certain, emptied = opened(tmp_path / "3")
    assert (emptied, certain.position) == (None, 6)
    certain.close()
