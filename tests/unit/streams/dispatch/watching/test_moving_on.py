"""Nothing that changed is stepped over, however the pages fall and whoever changes documents between two of them."""

import asyncio
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mappers.model.company import DocumentType
from mappers.model.document import ExistingDocument
from streams.dispatch.lane.watching.moving_on import OVERLAP, SECOND, moved_on
from streams.dispatch.ledger.records import WatchedSince
from tests.fakes.document_changes import FakeChanges
from xero_client.port import ChangedPage

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
START = WatchedSince(since=NOW - timedelta(hours=1))


def page(*, newest: datetime | None = None, in_order: bool = True, is_last: bool = False) -> ChangedPage:
    return ChangedPage((), newest, in_order, is_last, NOW)


def test_the_last_page_ends_the_round_a_minute_before_it_was_asked_for() -> None:
    assert moved_on(START, page(is_last=True), None) == (WatchedSince(since=NOW - OVERLAP), True)


def test_a_round_of_several_pages_ends_as_early_as_one_of_one_page() -> None:
    """What lists show late may be older than the newest that was seen; and a clock may have been put back."""
    later = WatchedSince(since=NOW - SECOND)
    assert moved_on(later, page(is_last=True), None).at.since == NOW - OVERLAP


def test_a_full_page_in_order_is_followed_by_what_changed_since_its_last_document() -> None:
    newest = NOW - timedelta(minutes=30)
    assert moved_on(START, page(newest=newest), None) == (WatchedSince(since=newest - SECOND), False)


def test_pages_are_counted_where_the_order_leads_no_further() -> None:
    counted = WatchedSince(since=START.since, page=1, round_from=NOW)
    assert moved_on(START, page(newest=START.since + SECOND), None) == (counted, False)
    assert moved_on(START, page(newest=NOW, in_order=False), None) == (counted, False)
    assert moved_on(START, page(newest=None), None) == (counted, False)
    assert moved_on(counted, page(newest=NOW), None) == (counted.model_copy(update={"page": 2}), False)
    assert moved_on(counted, page(is_last=True), None) == (WatchedSince(since=NOW - OVERLAP), True)


def test_what_could_not_be_judged_is_looked_at_again() -> None:
    changed = NOW - timedelta(minutes=9)
    assert moved_on(START, page(is_last=True), changed) == (WatchedSince(since=changed - SECOND), True)
    assert moved_on(START, page(newest=NOW), changed) == (WatchedSince(since=changed - SECOND), True)


Step = tuple[int, float]
"""Which document is changed, and how many seconds after the step before."""


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0.0, 0.4, 1.0, 90.0])), max_size=30),
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0.0, 0.3, 90.0])), max_size=8),
    st.integers(1, 4),
)
def test_every_newest_version_is_seen(before: list[Step], meanwhile: list[Step], size: int) -> None:
    """Documents are changed before the round, and between any two of its pages; a second round sees the rest."""
    asyncio.run(_every_newest_version_is_seen(before, meanwhile, size))


async def _every_newest_version_is_seen(before: list[Step], meanwhile: list[Step], size: int) -> None:
    now, documents, left = NOW, dict[int, ExistingDocument](), list(meanwhile)

    def change(step: Step) -> None:
        nonlocal now
        now += timedelta(seconds=step[1])
        documents[step[0]] = make_document(step[0], now)

    for step in before:
        change(step)
    changes = FakeChanges(lambda _: tuple(documents.values()), lambda: now, size)
    changes.after = lambda: change(left.pop(0)) if left else None
    at, seen, rounds = WatchedSince(since=NOW - OVERLAP), set[tuple[str, datetime | None]](), 0
    while rounds < 2:
        found = await changes.changed("o", DocumentType.INVOICE, at.since, at.page, wanted=lambda _: True)
        seen |= {(each.xero_id, each.updated_at) for each in found.documents}
        at, is_over = moved_on(at, found, None)
        rounds = 0 if left else rounds + is_over
    assert seen >= {(each.xero_id, each.updated_at) for each in documents.values()}


def make_document(number: int, updated_at: datetime) -> ExistingDocument:
    return ExistingDocument(
        type=DocumentType.INVOICE,
        xero_id=f"id-{number}",
        number=f"INV-{number}",
        status="DRAFT",
        contact_id="c",
        updated_at=updated_at,
    )


async def test_a_change_between_two_counted_pages_hides_none_that_stands_still() -> None:
    """Six were changed at once by a person's bulk action, long ago; two fit a page, and one is changed meanwhile."""
    documents = {number: make_document(number, NOW) for number in range(6)}
    now = NOW + timedelta(minutes=10)

    def change_the_first() -> None:
        documents[0] = make_document(0, now)

    changes = FakeChanges(lambda _: tuple(documents.values()), lambda: now, 2)
    at, seen, is_over = WatchedSince(since=NOW - SECOND), set[str](), False
    while not is_over:
        changes.after = change_the_first if at.page == 1 else lambda: None
        found = await changes.changed("o", DocumentType.INVOICE, at.since, at.page, wanted=lambda _: True)
        seen |= {each.xero_id for each in found.documents}
        at, is_over = moved_on(at, found, None)
    assert seen == {f"id-{number}" for number in range(6)}
