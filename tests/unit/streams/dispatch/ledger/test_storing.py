"""What is committed goes to the store a few records at a time, and the position with the last of them."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest

from streams.dispatch.ledger import ledger as ledger_module
from streams.dispatch.ledger import rows as rows_module
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Row, RowKey, State
from streams.dispatch.ownership import partition as partition_module
from streams.dispatch.store import Micros, StoreBusyError, WireRecord
from tests.builders import OCCURRED_AT
from tests.fakes.row_store import MemoryRowStore
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered

NOW = datetime(2026, 11, 26, tzinfo=UTC)


class WatchedStore(MemoryRowStore):
    """Writes down how it was written, and is behind after so many writes."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[tuple[int, int, Micros | None]] = []
        self.busy_after = 1000

    def apply(self, records: Iterable[WireRecord], position: int, equal_at: Micros | None = None) -> None:
        if len(self.writes) >= self.busy_after:
            raise StoreBusyError("the disk is behind")
        step = list(records)
        self.writes.append((len(step), position, equal_at))
        super().apply(step, position, equal_at)


def key(number: int) -> RowKey:
    return RowKey("o", "c", f"S{number:03}")


def submit(ledger: Ledger, numbers: Iterable[int], state: State = State.DONE) -> int:
    row = Row(state=state, revision=1, occurred_at=OCCURRED_AT, ended_at=OCCURRED_AT)
    return ledger.submit(LedgerTransaction(records={key(number): row for number in numbers}))


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_module, "STORED_AT_ONCE", 4)


@pytest.mark.usefixtures("few_at_once")
async def test_the_position_comes_with_the_last_records() -> None:
    store = WatchedStore()
    ledger = Ledger(store)
    steps = [submit(ledger, [2 * number, 2 * number + 1]) for number in range(5)]
    await ledger.committed(steps[3], 70, NOW)
    assert [write[:2] for write in store.writes] == [(4, 0), (4, 70)]
    assert [write[2] is None for write in store.writes] == [True, False], "it equals the topic with the last only"
    assert (ledger.unstored, len(ledger.rows)) == (2, 10), "a later step stays over the store"


@pytest.mark.usefixtures("few_at_once")
async def test_what_a_busy_disk_refused_goes_with_the_next_step() -> None:
    store = WatchedStore()
    ledger = Ledger(store)
    first = [submit(ledger, range(number, number + 3)) for number in (0, 3)][-1]
    store.busy_after = 1
    await ledger.committed(first, 20, NOW)
    assert (store.position, ledger.unstored, len(ledger.rows)) == (0, 3, 6)
    store.busy_after = 1000
    await ledger.committed(submit(ledger, [9]), 30, NOW)
    assert (store.position, ledger.unstored, len(ledger.rows)) == (30, 0, 7)


async def test_what_a_busy_disk_refused_is_stored_though_no_step_follows() -> None:
    store = WatchedStore()
    ledger = Ledger(store)
    store.busy_after = 0
    await ledger.committed(submit(ledger, range(3)), 20, NOW)
    await ledger.catch_up()
    assert (store.position, ledger.unstored) == (0, 3), "it is behind still"
    store.busy_after = 1000
    await ledger.catch_up()
    await ledger.catch_up()
    assert (store.position, ledger.unstored, len(store.writes)) == (20, 0, 1)


async def test_a_partition_whose_disk_was_behind_reads_on_though_it_has_nothing_more_to_commit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partition_module, "MOST_UNSTORED", 2)
    harness = Harness()
    async with harness.owner() as partition:
        store = BusyStore()
        monkeypatch.setattr(partition._ledger._store, "apply", store.apply)
        harness.give(partition, [numbered(index) for index in range(5)])
        await harness.answered(5)
        assert partition.is_full
        monkeypatch.undo()
        monkeypatch.setattr(partition_module, "MOST_UNSTORED", 2)
        await harness.until(lambda: not partition.is_full)


class BusyStore:
    """A disk that is behind."""

    def apply(self, *_: object) -> None:
        raise StoreBusyError("the disk is behind")


async def test_the_rows_in_memory_are_bounded_by_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "MOST_BYTES", 1000)
    ledger = Ledger(MemoryRowStore())
    await ledger.committed(submit(ledger, range(100)), 100, NOW)
    assert len({ledger.rows[key(number)].state for number in range(100)}) == 1
    kept = ledger.rows._kept
    assert len(kept) < 15
    assert sum(size for _, size in kept.values()) == ledger.rows._bytes <= 1000
    assert key(99) in kept, "those last used"
