"""What stands still, in pages: counts that are kept, and a bounded amount of work for each answer."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.lists import CauseGroup
from mappers.model.outcome import Outcome, Status
from mappers.model.problem import Code, Problem
from mappers.model.shipment_log import Affected, Cause
from streams.projection.causes.cause_pages import LISTED_SHIPMENTS, PAGE_BYTES
from streams.projection.encoding import ATTENTION, parts
from streams.projection.store import ProjectionStore
from tests.builders import COMPANY_ID
from tests.fakes.key_value import MemoryKeyValue
from tests.outcome_builders import make_outcome, rejected, unknown_customer, waiting

ALOK = Cause("REJECTED", "customer_not_found", value="ALOK")


def apply(store: ProjectionStore, *outcomes: Outcome) -> None:
    store.apply(list(enumerate(outcomes)), [], {})


def unknown(code: str, shipments: range) -> Iterator[Outcome]:
    for number in shipments:
        yield rejected(unknown_customer(code), shipment_id=f"{code}-{number:05}", request=f"{code}{number}")


def pages(store: ProjectionStore, limit: int) -> Iterator[tuple[CauseGroup, ...]]:
    cursor = None
    while True:
        page = store.attention(COMPANY_ID, limit=limit, cursor=cursor)
        yield page.causes
        if (cursor := page.next) is None:
            return


def test_the_most_frequent_cause_stands_first_and_long_lists_are_cut_but_counted(store: ProjectionStore) -> None:
    apply(store, *unknown("BEPO", range(3)), *unknown("ALOK", range(LISTED_SHIPMENTS + 7)), *unknown("C", range(1)))
    page = store.attention(COMPANY_ID)
    assert [(each.cause.value, each.count) for each in page.causes] == [
        ("ALOK", LISTED_SHIPMENTS + 7),
        ("BEPO", 3),
        ("C", 1),
    ]
    assert len(page.causes[0].shipments) == LISTED_SHIPMENTS
    assert (page.total, page.next) == (3, None)


@pytest.mark.parametrize("limit", [1, 7, 30, 60])
def test_pages_have_every_cause_once_in_order(store: ProjectionStore, limit: int) -> None:
    apply(store, *(each for n in range(30) for each in unknown(f"C{n:02}", range(1 + n % 4))))
    read = list(pages(store, limit))
    groups = [group for page in read for group in page]
    assert max(map(len, read)) <= limit
    assert len({group.cause for group in groups}) == len(groups) == 30 == store.attention(COMPANY_ID, limit=1).total
    assert [group.count for group in groups] == sorted((group.count for group in groups), reverse=True)


def test_a_page_ends_early_where_what_it_lists_is_large(store: ProjectionStore) -> None:
    long = "m" * (PAGE_BYTES // 3)
    problems = [Problem(code=Code.FIELD_INVALID, field=f"f{n}", message=long) for n in range(10)]
    apply(store, *(rejected(each, shipment_id=f"S{n}", request=str(n)) for n, each in enumerate(problems)))
    read = list(pages(store, 10))
    assert [len(each) for each in read] == [3, 3, 3, 1]


def test_the_shipments_of_one_cause_are_read_page_by_page(store: ProjectionStore) -> None:
    apply(store, *unknown("ALOK", range(25)), *unknown("ALOKA", range(3)))
    found: list[Affected] = []
    cursor = None
    while True:
        page = store.affected(COMPANY_ID, ALOK, limit=10, cursor=cursor)
        assert page.group is not None
        found += page.group.shipments
        assert len(page.group.shipments) <= 10
        if (cursor := page.next) is None:
            break
    assert [each.shipment_id for each in found] == [f"ALOK-{number:05}" for number in range(25)]
    assert store.affected(COMPANY_ID, Cause("REJECTED", "period_locked")).group is None


@pytest.mark.parametrize("cursor", ["", "?", "AAAA", "a", "AAAAAQ", "é", "////", "A" * 400])
def test_a_cursor_from_elsewhere_is_refused(store: ProjectionStore, cursor: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        store.attention(COMPANY_ID, cursor=cursor)
    with pytest.raises(ValueError, match="cursor"):
        store.affected(COMPANY_ID, ALOK, cursor=cursor)


def test_causes_of_other_companies_are_neither_listed_nor_counted(store: ProjectionStore) -> None:
    apply(store, rejected(company_id="a", request="1"), waiting(company_id="ab", request="2"))
    page = store.attention("a")
    assert ([each.cause for each in page.causes], page.total) == ([ALOK], 1)


class ReadCountingDisk(MemoryKeyValue):
    """Counts the pairs that were read."""

    read = 0

    def scan(self, prefix: bytes, start: bytes = b"", most: int | None = None) -> Iterator[tuple[bytes, bytes]]:
        for pair in super().scan(prefix, start, most):
            self.read += 1
            yield pair


def test_an_answer_reads_no_more_than_it_lists() -> None:
    """However many shipments stand still: walking over 50,000 of them took half a second for each answer."""
    disk = ReadCountingDisk()
    store = ProjectionStore(disk)
    apply(store, *unknown("ALOK", range(500)), *(each for n in range(100) for each in unknown(f"C{n}", range(2))))
    disk.read = 0
    page = store.attention(COMPANY_ID, limit=10)
    assert len(page.causes) == 10
    assert disk.read <= 11 + 10 * (LISTED_SHIPMENTS + 1)


CODES = st.sampled_from(["ALOK", "BEPO", "C"])
OUTCOMES = st.tuples(
    st.sampled_from(["a", "b"]),
    st.sampled_from(["S1", "S2", "S3", "S4"]),
    st.one_of(
        st.lists(CODES, min_size=1, max_size=3).map(lambda codes: ("rejected", codes)),
        st.just(("waiting", [])),
        st.just(("processed", [])),
        st.just(("skipped", [])),
    ),
)


@given(batches=st.lists(st.lists(OUTCOMES, max_size=6), max_size=8))
def test_what_is_counted_is_what_is_listed(batches: list[list[tuple[str, str, tuple[str, list[str]]]]]) -> None:
    disk = MemoryKeyValue()
    store = ProjectionStore(disk)
    for number, batch in enumerate(batches):
        store.apply([(n, _outcome(f"{number}-{n}", number, *each)) for n, each in enumerate(batch)], [], {})
    listed = Counter((parts(key)[0], Cause(*parts(key)[1:-1])) for key, _ in disk.scan(ATTENTION))
    for company in ("a", "b"):
        page = store.attention(company, limit=100)
        assert {(company, each.cause): each.count for each in page.causes} == {
            key: count for key, count in listed.items() if key[0] == company
        }
        assert page.total == len(page.causes)


def _outcome(request: str, after: int, company: str, shipment: str, what: tuple[str, list[str]]) -> Outcome:
    ids: dict[str, Any] = {"company_id": company, "shipment_id": shipment, "request": request, "after": after}
    match what:
        case ("rejected", codes):
            return rejected(*map(unknown_customer, codes), **ids)
        case ("waiting", _):
            return waiting(**ids)
        case ("skipped", _):
            return make_outcome(Status.SKIPPED, **ids)
        case _:
            return make_outcome(**ids)


def test_the_causes_alone_are_those_of_the_pages_with_their_counts_up_to_a_bound(store: ProjectionStore) -> None:
    apply(store, *unknown("BEPO", range(3)), *unknown("ALOK", range(7)), *unknown("C", range(1)))
    other = rejected(unknown_customer("ELSEWHERE"), company_id=f"{COMPANY_ID}-2", request="other")
    store.apply([(99, other)], [], {})
    listed = {group.cause: group.count for page in pages(store, 2) for group in page}
    assert store.standing(COMPANY_ID, 10) == listed
    assert len(store.standing(COMPANY_ID, 2)) == 2
    assert store.standing("nobody", 10) == {}
