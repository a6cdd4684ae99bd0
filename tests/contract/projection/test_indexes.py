"""The indexes say what a walk over all rows says, after any sequence of events."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.model.lists import NOT_SYNCED, CauseFilter, ShipmentFilter, ShipmentLine
from mappers.model.outcome import Outcome, Status
from mappers.model.shipment_log import Snapshot
from streams.projection.causes.cause_pages import attention_page
from streams.projection.encoding import BLOCKED, ENDED, LEFT, LINES, PLACES, STANDING, TOKENS, parts
from streams.projection.indexes.entries import entries_of
from streams.projection.indexes.line_row import decode_line
from streams.projection.indexes.shipment_lists import ShipmentLists
from streams.projection.key_value import KeyValue, StoreError
from streams.projection.store import Event, ProjectionStore
from tests.builders import OCCURRED_AT
from tests.contract.projection.events import COMPANIES, outcomes, snapshots
from tests.contract.projection.walk import Walk
from tests.fakes.key_value import MemoryKeyValue
from tests.outcome_builders import (
    make_outcome,
    make_snapshot,
    rejected,
    waiting,
)

TEXTS: Final = ("", "s", "S1", "exp-7", "alok", "INV", "zzz", "s 3/Ü")
CAUSES: Final = (
    None,
    CauseFilter("customer_not_found"),
    CauseFilter("customer_not_found", value="ALOK"),
    CauseFilter("out_of_quota"),
    CauseFilter("attachment_not_found"),
)
TIMES: Final = (None, OCCURRED_AT + timedelta(seconds=3), OCCURRED_AT + timedelta(seconds=6))


class CrashingDisk(MemoryKeyValue):
    """Its next write is lost, as where the process ends before it."""

    is_failing = False

    def write(self, changes: dict[bytes, bytes | None]) -> None:
        if self.is_failing:
            self.is_failing = False
            raise StoreError("projection_unusable", "the process ended")
        super().write(changes)


STEPS: Final = st.lists(
    st.tuples(
        st.sampled_from(["fold", "fold", "fold", "again", "crash", "restart"]),
        st.lists(outcomes(), max_size=4),
        st.lists(snapshots(), max_size=3),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_the_indexes_are_what_a_walk_finds(
    steps: list[tuple[str, list[Event], list[Snapshot]]],
) -> None:
    """After repeats, older versions that come late, lost writes and restarts: nothing stale, nothing missing."""
    disk = CrashingDisk()
    store = ProjectionStore(disk)
    offset = 0
    before: tuple[list[tuple[int, Event]], list[Snapshot]] = ([], [])
    for what, told, changed in steps:
        records = [(offset + n, each) for n, each in enumerate(told)]
        if what == "crash":
            disk.is_failing = True
            with pytest.raises(StoreError):
                store.apply(records, changed, {})
        if what in {"crash", "restart"}:
            store = ProjectionStore(disk)
        if what == "again":
            store.apply(*before, {})
        store.apply(records, changed, {})
        offset, before = offset + len(told), (records, changed)
    for company in COMPANIES:
        assert_as_walked(disk, company)


def assert_as_walked(disk: KeyValue, company: str) -> None:
    walk, lists = Walk(disk, company), ShipmentLists(disk)
    assert {parts(k)[1]: decode_line(v) for k, v in disk.scan(LINES) if parts(k)[0] == company} == walk.rows
    assert entries_stored(disk, company) == {
        stored: value for each, row in walk.rows.items() for stored, value in entries_of(company, each, row).items()
    }
    assert dict(lists.counts(company)) == walk.counts()
    for wanted in filters():
        assert everything(lists, company, wanted) == walk.shipments(wanted)
    page = attention_page(disk, company, 100, None)
    affected = walk.affected()
    assert {group.cause: {each.shipment_id: each for each in group.shipments} for group in page.causes} == affected
    assert (page.total, [group.count for group in page.causes]) == (
        len(affected),
        sorted(map(len, affected.values()), reverse=True),
    )
    for group in page.causes:
        assert {each.currency: (Decimal(each.amount), each.shipments) for each in group.blocked} == walk.blocked(
            group.cause
        )
    assert len([each for each, _ in disk.scan(BLOCKED) if parts(each)[0] == company]) == sum(
        bool(walk.blocked(cause)) for cause in affected
    )


def entries_stored(disk: KeyValue, company: str) -> dict[bytes, bytes]:
    found = (pair for table in (PLACES, TOKENS, STANDING, LEFT, ENDED) for pair in disk.scan(table))
    size = len(company.encode())
    return {
        stored: value for stored, value in found if stored[1 : 5 + size] == size.to_bytes(4, "big") + company.encode()
    }


def filters() -> Iterator[ShipmentFilter]:
    yield from (ShipmentFilter(text) for text in TEXTS)
    for status in (*Status, NOT_SYNCED):
        yield from (ShipmentFilter(text, str(status)) for text in ("", "s1"))
    yield from (ShipmentFilter(cause=cause, since=since) for cause in CAUSES for since in TIMES)
    yield from (ShipmentFilter(since=since, until=until) for since in TIMES for until in TIMES)


def everything(lists: ShipmentLists, company: str, wanted: ShipmentFilter) -> list[ShipmentLine]:
    """Page by page, in pages of two."""
    lines: list[ShipmentLine] = []
    cursor = None
    while True:
        page = lists.shipments(company, wanted, limit=2, cursor=cursor)
        lines += page.lines
        if (cursor := page.next) is None:
            return lines


def test_a_line_shows_what_its_rows_say(store: ProjectionStore) -> None:
    """Of a rejected shipment that had become a document before: the document stays, with why it stands still."""
    store.apply([(0, make_outcome(request="1"))], [make_snapshot(company_id="southern-beef")], {})
    store.apply([(1, rejected(request="2", after=9, trigger="sync_now"))], [], {})
    (line,) = store.lists.shipments("southern-beef", ShipmentFilter(), limit=9).lines
    assert (line.status, line.at, line.synced_at) == ("REJECTED", "2026-11-20T03:15:31.123Z", line.at)
    assert line.document is not None
    assert (line.document.type, line.document.number, line.document.total) == ("invoice", "INV-2026-0042", "1265.63")
    assert [cause.value for cause in line.causes] == ["ALOK"]
    assert (line.buyer_code, line.value, line.currency, line.trigger) == ("ALOK", "1265.63", "USD", "sync_now")


def test_where_many_ids_begin_with_the_text_places_are_passed_until_there_are_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = MemoryKeyValue()
    store = ProjectionStore(disk)
    records = [make_outcome(shipment_id=f"S{n:03}", request=str(n), after=n % 7) for n in range(100)]
    store.apply(list(enumerate(records)), [], {})
    wanted = ShipmentFilter("s0")
    found = everything(store.lists, "southern-beef", wanted)
    monkeypatch.setattr("streams.projection.indexes.listing.FEW", 3)
    monkeypatch.setattr("streams.projection.indexes.listing.MOST_PASSED", 5)
    assert everything(store.lists, "southern-beef", wanted) == found == Walk(disk, "southern-beef").shipments(wanted)


@pytest.mark.parametrize("cursor", ["", "?", "AAAA", "a", "AAAAAAAAAAA", "é", "////", "A" * 400 + "="])
def test_a_cursor_from_elsewhere_is_refused(store: ProjectionStore, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        store.lists.shipments("a", ShipmentFilter(), limit=1, cursor=cursor)


def test_a_cursor_of_one_worker_works_at_another() -> None:
    """Also where they folded the partitions in another order."""
    records = [(n, make_outcome(shipment_id=f"S{n}", request=str(n), after=n)) for n in range(9)]
    one, other = ProjectionStore(MemoryKeyValue()), ProjectionStore(MemoryKeyValue())
    one.apply(records, [], {})
    other.apply(records[5:], [], {})
    other.apply(records[:5], [], {})
    first = one.lists.shipments("southern-beef", ShipmentFilter(), limit=4)
    rest = [
        each.lists.shipments("southern-beef", ShipmentFilter(), limit=9, cursor=first.next) for each in (one, other)
    ]
    assert rest[0] == rest[1]
    assert [line.shipment_id for line in rest[0].lines] == ["S4", "S3", "S2", "S1", "S0"]


def life(store: ProjectionStore) -> tuple[str, str, int, int, int]:
    (group,) = store.attention("southern-beef").causes
    told = group.life
    return told.opened_at[17:19], told.last_seen_at[17:19], told.came, told.left, told.released


def stands(shipment: str, request: str, after: float) -> Outcome:
    return rejected(shipment_id=shipment, request=request, after=after)


def goes_on(shipment: str, request: str, after: float, trigger: str = "status") -> Outcome:
    return make_outcome(shipment_id=shipment, request=request, after=after, trigger=trigger)


@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_cause_has_a_life_that_is_the_same_in_whatever_order_shipments_are_folded(*, is_reversed: bool) -> None:
    """Opened by the first of the shipments that stood under it without a break, also where that one went on."""
    of_shipments = [
        [stands("Z", "z", -20), goes_on("Z", "z2", -10)],
        [stands("A", "1", 0), stands("A", "2", 4), goes_on("A", "3", 10, "released")],
        [stands("B", "4", 5), goes_on("B", "5", 6)],
        [stands("C", "6", 8), stands("C", "7", 20)],
    ]
    store = ProjectionStore(MemoryKeyValue())
    for each in reversed(of_shipments) if is_reversed else of_shipments:
        store.apply(list(enumerate(each)), [], {})
    assert life(store) == ("22", "42", 3, 2, 1)


def test_what_the_last_shipment_has_left_is_resolved_until_it_comes_back(store: ProjectionStore) -> None:
    since = OCCURRED_AT - timedelta(days=1)
    store.apply([(0, stands("A", "1", 0)), (1, stands("B", "2", 1)), (2, goes_on("A", "3", 5, "released"))], [], {})
    assert store.lists.resolved("southern-beef", since, limit=9) == ()
    store.apply([(3, goes_on("B", "4", 7))], [], {})
    (gone,) = store.lists.resolved("southern-beef", since, limit=9)
    assert (gone.cause.code, gone.cause.value, gone.resolved_at[17:19]) == ("customer_not_found", "ALOK", "29")
    assert (gone.life.opened_at[17:19], gone.life.came, gone.life.left, gone.life.released) == ("22", 2, 2, 1)
    assert store.lists.resolved("southern-beef", OCCURRED_AT + timedelta(seconds=8), limit=9) == ()
    assert store.lists.resolved("other", since, limit=9) == ()
    store.apply([(4, stands("C", "5", 9))], [], {})
    assert store.lists.resolved("southern-beef", since, limit=9) == ()


def test_a_wait_that_nobody_can_end_is_not_told_as_resolved(store: ProjectionStore) -> None:
    store.apply([(0, waiting(request="1")), (1, make_outcome(request="1", after=1))], [], {})
    store.apply([(2, waiting("disconnected", request="2", after=2)), (3, make_outcome(request="2", after=3))], [], {})
    told = store.lists.resolved("southern-beef", datetime(2020, 1, 1, tzinfo=UTC), limit=9)
    assert [each.cause.code for each in told] == ["disconnected"]
