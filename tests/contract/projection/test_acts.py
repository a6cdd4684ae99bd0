"""Activity: what people did, newest first, over shipments and companies, the same at every worker."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.model.changes import DocumentChange
from mappers.model.lists import Act, ActFilter
from mappers.model.outcome import Outcome, Status
from streams.projection.acts.entries import ToldAct, entries_of_act, told_act
from streams.projection.acts.of_log import acts_in
from streams.projection.encoding import ACTS, LOGS, decode_log, parts
from streams.projection.key_value import KeyValue
from streams.projection.place import microseconds
from streams.projection.store import ProjectionStore
from tests.builders import COMPANY_ID, OCCURRED_AT, SHIPMENT_ID
from tests.fakes.key_value import MemoryKeyValue
from tests.outcome_builders import NAMESPACE, make_change, make_outcome, rejected, unknown_customer, waiting

COMPANIES: Final = ("a", "ab")
PEOPLE: Final = (None, "Sandra", "sandra", "Olaf")


def said(after: float, kind: str = "paused", by: str = "Olaf", company: str = COMPANY_ID) -> ToldAct:
    at = microseconds(OCCURRED_AT + timedelta(seconds=after))
    return told_act(at, f"p{kind}/{by}/{company}", kind, by, company, detail="month end")


def acts(store: ProjectionStore, *companies: str, **wanted: str) -> list[Act]:
    return list(everything(store, companies or (COMPANY_ID,), ActFilter(**wanted), limit=100))


def everything(store: ProjectionStore, companies: Sequence[str], wanted: ActFilter, limit: int) -> Iterator[Act]:
    cursor = None
    while True:
        page = store.lists.acts(companies, wanted, limit=limit, cursor=cursor)
        assert len(page.acts) <= limit
        yield from page.acts
        if (cursor := page.next) is None:
            return


def test_who_sent_it_and_what_became_of_it(store: ProjectionStore) -> None:
    """Once for each request, where it was first answered, with the newest answer; shipping's own are no act."""
    asked: dict[str, Any] = {"trigger": "sync_now", "requested_by": "Sandra"}
    outcomes = [
        make_outcome(request="0"),
        waiting("paused", request="1", after=1, **asked),
        make_outcome(request="1", after=9, **asked),
        make_outcome(request="2", after=5, trigger="released"),
        rejected(request="3", after=6, trigger="sync_now"),
    ]
    store.apply(enumerate(outcomes[:2]), [], {})
    assert [(each.result, each.detail) for each in acts(store)] == [("WAITING", "paused")]
    for offset, each in enumerate(outcomes):
        store.apply([(offset, each)], [], {})
    assert acts(store) == [
        Act("2026-11-20T03:15:28.123Z", "sent", "", COMPANY_ID, SHIPMENT_ID, "REJECTED", unknown_customer().message),
        Act("2026-11-20T03:15:23.123Z", "sent", "Sandra", COMPANY_ID, SHIPMENT_ID, "PROCESSED", "INV-2026-0042"),
    ]


def test_a_wait_that_is_told_again_moves_and_leaves_nothing_behind(store: ProjectionStore, disk: KeyValue) -> None:
    """Of the two the log keeps the later; so it is with a name that only one of them has."""
    store.apply([(0, waiting(request="1", after=1, trigger="sync_now", requested_by="Sandra"))], [], {})
    store.apply([(1, waiting(request="1", after=5, trigger="sync_now"))], [], {})
    assert [(each.at, each.by) for each in acts(store)] == [("2026-11-20T03:15:27.123Z", "")]
    assert acts(store, by="Sandra") == []
    assert len(list(disk.scan(ACTS))) == 2


def test_of_all_companies_are_those_too_that_no_profile_has(store: ProjectionStore) -> None:
    store.apply([], [], {}, [said(n, company=each) for n, each in enumerate(["", "a", "ab", "b", "\x7fü" * 99])])
    page = store.lists.acts(None, ActFilter(), limit=9)
    assert [each.company_id for each in page.acts] == ["\x7fü" * 99, "b", "ab", "a", ""]


def test_what_was_done_in_xero_stands_where_xero_dates_it(store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_change("paid", after=60))], [], {})
    assert acts(store) == [
        Act("2026-11-20T03:16:22.123Z", "in_xero", "", COMPANY_ID, SHIPMENT_ID, "paid", "INV-2026-0042")
    ]


def test_what_was_said_stands_between_what_was_sent(store: ProjectionStore, disk: KeyValue) -> None:
    sent = [make_outcome(request=str(n), after=n, trigger="sync_now", requested_by="Sandra") for n in (1, 3)]
    store.apply(enumerate(sent), [], {}, [said(2), said(4, "resumed")])
    assert [each.kind for each in acts(store)] == ["resumed", "sent", "paused", "sent"]
    assert [each.kind for each in acts(store, by="OLAF")] == ["resumed", "paused"]
    assert [each.kind for each in acts(store, kind="sent")] == ["sent", "sent"]
    assert [each.kind for each in acts(store, by="olaf", kind="paused")] == ["paused"]
    assert acts(store, by="ol") == acts(store, by="olaf", kind="sent") == acts(store, "nobody") == []
    before = list(disk.scan(b""))
    store.apply([], [], {}, [said(2)])
    assert list(disk.scan(b"")) == before


@pytest.mark.parametrize("cursor", ["", "?", "AAAA", "a", "é", "A" * 400 + "="])
def test_a_cursor_from_elsewhere_is_refused(store: ProjectionStore, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        store.lists.acts([COMPANY_ID], ActFilter(), limit=1, cursor=cursor)


def test_a_page_ends_after_so_many_acts_that_are_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ProjectionStore(MemoryKeyValue())
    store.apply([], [], {}, [said(each, "paused" if each % 5 else "resumed") for each in range(40)])
    monkeypatch.setattr("streams.projection.acts.act_pages.MOST_PASSED", 3)
    page = store.lists.acts([COMPANY_ID], ActFilter("olaf", "resumed"), limit=9)
    assert (page.acts, page.next is None) == ((), False)
    assert len(acts(store, by="olaf", kind="resumed")) == 8


Record = Outcome | DocumentChange | ToldAct


def records() -> st.SearchStrategy[Record]:
    def made(company: str, shipment: str, what: str, by: str | None, number: int, after: int) -> Record:
        ids: dict[str, Any] = {"company_id": company, "shipment_id": shipment}
        if what == "said":
            return said(after, "paused" if number % 2 else "resumed", by or "", company)
        if what == "changed":
            change_id = uuid5(NAMESPACE, f"{ids}/{number}")
            return make_change("paid", after=after).model_copy(update=ids | {"outcome_id": change_id})
        asked: dict[str, Any] = {
            "request": f"{ids}/{number}",
            "after": after,
            "trigger": ("sync_now", "status")[number % 2],
        }
        if what == "waiting":
            return waiting(**ids, **asked, requested_by=by)
        return make_outcome(
            Status.REJECTED if what == "rejected" else Status.PROCESSED, **ids, **asked, requested_by=by
        )

    whats = st.sampled_from(["said", "changed", "rejected", "waiting", "waiting", "processed"])
    names = st.sampled_from(COMPANIES), st.sampled_from(["S1", "S1", "S 2/ü"])
    return st.builds(made, *names, whats, st.sampled_from(PEOPLE), st.integers(0, 1), st.integers(0, 5))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(records(), max_size=4), max_size=6), st.integers(1, 3))
def test_the_index_is_what_the_rows_say_in_whatever_parts_they_are_folded(
    parts_: list[list[Record]], limit: int
) -> None:
    one, other = ProjectionStore(disk := MemoryKeyValue()), ProjectionStore(MemoryKeyValue())
    offset, told = 0, list[ToldAct]()
    everything_told: list[tuple[int, Outcome | DocumentChange]] = []
    for part in parts_:
        events = [each for each in part if not isinstance(each, ToldAct)]
        acts_ = [each for each in part if isinstance(each, ToldAct)]
        placed = list(enumerate(events, offset))
        one.apply(placed, [], {}, acts_)
        one.apply(placed, [], {}, acts_)
        offset, told, everything_told = offset + len(events), told + acts_, everything_told + placed
    other.apply([], [], {}, told)
    other.apply(everything_told, [], {})
    expected = [*walked(disk), *told]
    entries: dict[bytes, bytes] = {}
    for each in expected:
        entries |= entries_of_act(each)
    assert dict(disk.scan(ACTS)) == entries
    for wanted in (ActFilter(), ActFilter("SANDRA"), ActFilter(kind="sent"), ActFilter("olaf", "paused")):
        found = list(everything(one, COMPANIES, wanted, limit))
        assert found == [each.act for each in in_order(expected) if is_wanted(each.act, wanted)]
        assert found == list(everything(other, COMPANIES, wanted, 100))


def walked(disk: KeyValue) -> Iterator[ToldAct]:
    for stored, row in disk.scan(LOGS):
        company, shipment = parts(stored)
        yield from acts_in(company, shipment, decode_log(row))


def in_order(told: list[ToldAct]) -> list[ToldAct]:
    """Each once, newest first."""
    return sorted(set(told), key=lambda each: each.place)


def is_wanted(act: Act, wanted: ActFilter) -> bool:
    return (not wanted.by or act.by.casefold() == wanted.by.casefold()) and wanted.kind in {"", act.kind}
