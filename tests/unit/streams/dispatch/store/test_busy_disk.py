"""A disk that is behind does not stop the event loop, and what it refuses is not lost."""

import time
from pathlib import Path

from streams.dispatch.store import (
    Identity,
    LedgerStore,
    PendingRows,
    StoreBusyError,
    StoreMemory,
    Trust,
    WireRecord,
    open_store,
)
from tests.contract.dispatch.rows import ORG, WEEK, index, row, row_key

LOG = Trust(Identity("cluster", "ledger", 0), now=0, delete_retention=WEEK)


LARGE = b"x" * 60_000
MOST_STEPS = 20_000


def test_a_refused_step_changes_nothing_and_goes_in_with_the_next(tmp_path: Path) -> None:
    store = open_store(tmp_path / "0", LOG, StoreMemory(), index).store
    pending = PendingRows(store)
    # Buffers that are filled faster than they can be emptied.
    store._database._db.set_options({"write_buffer_size": "65536", "max_write_buffer_number": "2"})
    written = _write_until_refused(store, pending)
    assert (store.position, store.depths(ORG)) == (written, {"pending": written})
    assert (store.row(_key(written + 1)), pending.row(_key(written + 1))) == (None, LARGE)
    number = pending.submit([row("later")])
    _apply_when_possible(store, pending.upto(number), written + 2)
    pending.committed(number)
    assert (store.position, store.row(_key(written + 1))) == (written + 2, LARGE)
    assert store.depths(ORG) == pending.depths(ORG) == {"pending": written + 2}
    store.close()


def _write_until_refused(store: LedgerStore, pending: PendingRows) -> int:
    """Returns how many steps were written before the one that was refused."""
    for position in range(1, MOST_STEPS):
        number = pending.submit([WireRecord(_key(position), LARGE, row("any").indexed)])
        try:
            store.apply(pending.upto(number), position)
        except StoreBusyError:
            return position - 1
        pending.committed(number)
    raise AssertionError("RocksDB was never behind")


def _key(position: int) -> bytes:
    return row_key(f"{position}")


def _apply_when_possible(store: LedgerStore, records: tuple[WireRecord, ...], position: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            return store.apply(records, position)
        except StoreBusyError:
            assert time.monotonic() < deadline
            time.sleep(0.01)
