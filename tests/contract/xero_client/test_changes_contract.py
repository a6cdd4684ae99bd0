"""The contract of DocumentChanges: the fake of the dispatcher's tests, and the client against the simulator."""

from datetime import timedelta
from decimal import Decimal

import pytest

from mappers.model.company import DocumentType
from mappers.model.document import ExistingDocument
from streams.dispatch.lane.watching.moving_on import SECOND, moved_on
from streams.dispatch.ledger.records import WatchedSince
from tests.contract.xero_client.accounting_adapters import NOW, ORGANISATION, Adapter
from tests.contract.xero_client.accounting_steps import GONE, KINDS, created, make
from xero_client.errors import NotFoundError
from xero_client.port import SHOWN_AT_ONCE, ChangedPage

BEFORE = NOW - SECOND


async def changed(adapter: Adapter, kind: DocumentType, page: int | None = None, ours: str = "") -> ChangedPage:
    return await adapter.changes.changed(ORGANISATION, kind, BEFORE, page, wanted=lambda xero_id: ours in ("", xero_id))


async def a_round(adapter: Adapter, at: WatchedSince) -> tuple[list[ExistingDocument], WatchedSince]:
    found, is_over = list[ExistingDocument](), False
    while not is_over:
        page = await adapter.changes.changed(
            ORGANISATION, DocumentType.INVOICE, at.since, at.page, wanted=lambda _: True
        )
        found += page.documents
        at, is_over = moved_on(at, page, None)
    return found, at


async def three(adapter: Adapter, kind: DocumentType) -> list[ExistingDocument]:
    """Documents that are changed in the order A, C, B."""
    made = []
    for number in ("A-1", "A-2", "A-3"):
        adapter.advance(2)
        made.append(await created(adapter, make(adapter, kind, number), key=f"key-{number}"))
    adapter.advance(2)
    adapter.set_status(kind, made[1].xero_id, "SENT" if kind is DocumentType.QUOTE else "SUBMITTED")
    return [made[0], made[2], made[1]]


@pytest.mark.parametrize("kind", KINDS)
async def test_what_changed_is_shown_with_the_oldest_change_first(adapter: Adapter, kind: DocumentType) -> None:
    made = await three(adapter, kind)
    page = await changed(adapter, kind)
    ours = [each for each in page.documents if each.xero_id in {one.xero_id for one in made}]
    assert [each.xero_id for each in ours] == [each.xero_id for each in made]
    assert page.in_order
    assert page.is_last
    assert page.newest == ours[-1].updated_at
    assert ours[0].has_lines
    assert page.asked_at == NOW + timedelta(seconds=8)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_counted_page_has_the_newest_change_first(adapter: Adapter, kind: DocumentType) -> None:
    made = await three(adapter, kind)
    page = await changed(adapter, kind, 1)
    ours = [each.xero_id for each in page.documents if each.xero_id in {one.xero_id for one in made}]
    assert ours == [each.xero_id for each in reversed(made)]
    assert page.newest == page.documents[0].updated_at
    beyond = await changed(adapter, kind, 2)
    assert (beyond.documents, beyond.newest, beyond.is_last) == ((), None, True)


@pytest.mark.parametrize("kind", KINDS)
async def test_only_what_is_wanted_is_read_and_the_page_stands_where_it_stood(
    adapter: Adapter, kind: DocumentType
) -> None:
    made = await three(adapter, kind)
    page = await changed(adapter, kind, ours=made[0].xero_id)
    assert [each.xero_id for each in page.documents] == [made[0].xero_id]
    assert page.newest is not None
    assert made[0].updated_at is not None
    assert page.newest > made[0].updated_at


@pytest.mark.parametrize("kind", KINDS)
async def test_the_second_that_was_asked_for_is_not_shown(adapter: Adapter, kind: DocumentType) -> None:
    """Whoever looks has to ask from a second before, as nothing promises more than this."""
    adapter.advance(10.4)
    written = await created(adapter, make(adapter, kind))
    at = written.updated_at
    assert at is not None
    shown = []
    for since in (at, at.replace(microsecond=0), at - SECOND):
        page = await adapter.changes.changed(
            ORGANISATION, kind, since, None, wanted=lambda xero_id: xero_id == written.xero_id
        )
        shown.append(len(page.documents))
    assert shown == [0, 0, 1]


async def test_a_change_in_the_second_of_the_last_look_is_seen_by_the_next(adapter: Adapter) -> None:
    """The look falls into the middle of a second; the document is changed before it and after it, and a minute later
    the first of the two is not lost behind the second.
    """
    written = await created(adapter, make(adapter, DocumentType.INVOICE, status="AUTHORISED"))
    adapter.advance(120.3)
    adapter.pay(written.xero_id, Decimal("1.00"))
    adapter.advance(0.1)
    found, at = await a_round(adapter, WatchedSince(since=BEFORE))
    assert {each.amount_paid for each in found if each.xero_id == written.xero_id} == {Decimal("1.00")}
    adapter.advance(0.2)
    adapter.set_status(DocumentType.INVOICE, written.xero_id, "VOIDED")
    adapter.advance(300)
    found, _ = await a_round(adapter, at)
    assert [each.status for each in found if each.xero_id == written.xero_id] == ["VOIDED"]


@pytest.mark.parametrize("kind", KINDS)
async def test_documents_are_shown_by_their_ids(adapter: Adapter, kind: DocumentType) -> None:
    made = await three(adapter, kind)
    asked = [each.xero_id for each in made][: SHOWN_AT_ONCE[kind]]
    found = await adapter.changes.shown(ORGANISATION, kind, asked)
    assert {each.xero_id for each in found} == set(asked)
    assert all(each.has_lines for each in found)


@pytest.mark.parametrize("kind", KINDS)
async def test_an_id_that_xero_does_not_know_shows_nothing(adapter: Adapter, kind: DocumentType) -> None:
    try:
        found = await adapter.changes.shown(ORGANISATION, kind, [GONE])
    except NotFoundError:
        found = ()
    assert found == ()
