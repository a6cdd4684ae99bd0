"""Steps over a store: read as if they were committed, handed over in order, dropped when they are."""

from streams.dispatch.store import PendingRows
from tests.contract.dispatch.rows import ORG, gone, other, row, row_key
from tests.fakes.row_store import MemoryRowStore

NUMBER = (ORG, "invoice", "inv-1")


def test_nothing_reaches_the_store_before_the_commit() -> None:
    store = MemoryRowStore()
    pending = PendingRows(store)
    pending.submit([row("a")])
    assert store.row(row_key("a")) is None
    assert pending.row(row_key("a")) == row("a").value


def test_a_commit_drops_its_steps_and_keeps_the_later_ones() -> None:
    store = MemoryRowStore()
    pending = PendingRows(store)
    first = pending.submit([row("a"), row("b")])
    second = pending.submit([row("a", "sending", numbers=(("invoice", "inv-1"),))])
    assert pending.upto(first) == (row("a"), row("b"))
    store.apply(pending.upto(first), 1)
    pending.committed(first)
    assert pending.depths(ORG) == {"pending": 1, "sending": 1}
    assert (pending.holders_by_number(*NUMBER), store.holders_by_number(*NUMBER)) == ((row_key("a"),), ())
    store.apply(pending.upto(second), 2)
    pending.committed(second)
    assert pending.upto(second) == ()
    assert pending.depths(ORG) == store.depths(ORG) == {"pending": 1, "sending": 1}
    assert store.holders_by_number(*NUMBER) == (row_key("a"),)


def test_several_steps_of_one_transaction_are_handed_over_as_the_newest_of_each_key() -> None:
    pending = PendingRows(MemoryRowStore())
    pending.submit([row("a"), row("b")])
    last = pending.submit([row("b", "done"), row("a", "done"), other("intent", "i")])
    assert pending.upto(last) == (row("a", "done"), row("b", "done"), other("intent", "i"))
    assert pending.upto(last - 1) == (row("a"), row("b"))


def test_a_pending_tombstone_hides_what_the_store_has() -> None:
    store = MemoryRowStore()
    store.apply([row("a", numbers=(("invoice", "inv-1"),), xero_ids=(("invoice", "id"),), occurred_at=4)], 1)
    pending = PendingRows(store)
    pending.submit([gone("a")])
    assert (pending.row(row_key("a")), pending.indexed(row_key("a"))) == (None, None)
    assert (pending.holders_by_number(*NUMBER), pending.holders_by_id(ORG, "invoice", "id")) == ((), ())
    assert (list(pending.open_rows(ORG)), pending.depths(ORG), pending.oldest()) == ([], {}, None)
    assert (list(pending.scan(b"")), pending.organisations_with_work()) == ([], set())


def test_a_pending_row_lets_go_of_the_number_that_its_earlier_step_took() -> None:
    pending = PendingRows(MemoryRowStore())
    pending.submit([row("a", numbers=(("invoice", "inv-1"),))])
    pending.submit([row("a", "rejected"), row("b", numbers=(("invoice", "inv-1"),))])
    assert pending.holders_by_number(*NUMBER) == (row_key("b"),)
    assert pending.depths(ORG) == {"pending": 1}


def test_the_first_steps_are_as_many_as_fit_and_one_at_least() -> None:
    pending = PendingRows(MemoryRowStore())
    assert pending.first_steps(0, 3, 10**9) == 0, "nothing waits"
    large = pending.submit([row(f"l{number}") for number in range(5)])
    small = [pending.submit([row(f"s{number}")]) for number in range(4)]
    assert pending.first_steps(small[-1], 3, 10**9) == large
    assert pending.first_steps(small[-1], 7, 10**9) == small[1]
    assert pending.first_steps(small[0], 100, 10**9) == small[0]
    assert pending.waiting == 9
    pending.committed(large)
    assert pending.first_steps(small[-1], 3, 10**9) == small[2]
    assert pending.waiting == 4


def test_the_bytes_of_steps_are_counted_until_they_are_committed() -> None:
    pending = PendingRows(MemoryRowStore())
    record = row("a")
    steps = [pending.submit([record, row("b")]) for _ in range(3)]
    assert pending.bytes == 6 * record.size
    assert pending.first_steps(steps[-1], 100, 4 * record.size) == steps[1]
    assert pending.first_steps(steps[-1], 100, 1) == steps[0], "one at least"
    pending.committed(steps[1])
    assert pending.bytes == 2 * record.size
    pending.committed(steps[2])
    assert pending.bytes == 0


def test_steps_without_records_cost_no_memory_and_end_like_others() -> None:
    """Repeats of what is known are such steps, and nothing else may come for long."""
    store = MemoryRowStore()
    pending = PendingRows(store)
    first = pending.submit([row("a")])
    last = [pending.submit([]) for _ in range(1000)][-1]
    assert len(pending._steps) == 1
    assert last == first + 1000
    assert pending.first_steps(last, most=10, most_bytes=10**6) == first
    store.apply(pending.upto(first), 1)
    pending.committed(first)
    assert pending.first_steps(last, most=10, most_bytes=10**6) == last
    assert pending.upto(last) == ()
    pending.committed(last)
    assert (pending.waiting, pending.bytes) == (0, 0)
