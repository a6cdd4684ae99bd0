"""What the client learns of changes from the simulator, which answers as Xero's own description says."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from deploy.simulator.control.edits import edit
from mappers.existing.changes import OwnVersion, compare
from mappers.existing.fingerprint import fingerprint
from mappers.model.company import DocumentType
from mappers.model.document import ExistingDocument
from mappers.model.master_data import OrganisationFacts
from mappers.outbound.links import document_ref
from streams.dispatch.lane.watching.moving_on import SECOND, moved_on
from streams.dispatch.ledger.records import WatchedSince
from tests.contract.xero_client.accounting_adapters import NOW, ORGANISATION, SimulatorAdapter, simulator_adapter
from tests.contract.xero_client.accounting_steps import created, make
from xero_client.accounting.client import XeroClient


def client_of(adapter: SimulatorAdapter) -> XeroClient:
    assert isinstance(adapter.accounting, XeroClient)
    return adapter.accounting


async def seen_since(
    adapter: SimulatorAdapter, kind: DocumentType, at: WatchedSince, ours: str | None = None
) -> tuple[list[ExistingDocument], WatchedSince]:
    """A whole round, for one document or all of them."""
    found, is_over = list[ExistingDocument](), False
    while not is_over:
        page = await client_of(adapter).changed(
            ORGANISATION, kind, at.since, at.page, wanted=lambda xero_id: ours in (None, xero_id)
        )
        found += page.documents
        at, is_over = moved_on(at, page, None)
    return found, at


@pytest.mark.parametrize("kind", list(DocumentType))
async def test_a_reply_to_our_write_and_a_later_look_are_one_version(kind: DocumentType) -> None:
    """Else every document that we make would be told as somebody's change."""
    async with simulator_adapter() as adapter:
        written = await created(adapter, make(adapter, kind))
        (shown,), _ = await seen_since(adapter, kind, WatchedSince(since=NOW - SECOND), written.xero_id)
        assert shown.updated_at == written.updated_at is not None
        assert compare(shown, own(written), None) is None


async def test_what_people_do_is_told_by_its_word() -> None:
    async with simulator_adapter() as adapter:
        written = await created(adapter, make(adapter, DocumentType.INVOICE, status="AUTHORISED"))
        seen, at, told = None, WatchedSince(since=NOW - SECOND), []
        steps: list[dict[str, Any]] = [{"set": {"SentToContact": True}}, {"payment": Decimal("1.00")}]
        steps += [{"payment": "none"}, {"payment": "full"}, {"payment": "none"}]
        steps += [{"set": {"Reference": "by hand"}}, {"status": "VOIDED"}]
        for step in steps:
            adapter.advance(90)
            edit(adapter.simulator.state, ORGANISATION, "invoice", written.xero_id, step)
            (shown,), at = await seen_since(adapter, DocumentType.INVOICE, at, written.xero_id)
            comparison = compare(shown, own(written), seen)
            assert comparison is not None
            seen = comparison.seen
            told.append([each.value for each in comparison.kinds])
        assert told == [["sent"], ["part_paid"], ["unpaid"], ["paid"], ["unpaid"], ["edited"], ["voided"]]


async def test_more_than_a_page_is_read_to_its_end_and_begun_where_it_ended() -> None:
    async with simulator_adapter() as adapter:
        for number in range(103):
            line = {"Description": "Beef", "Quantity": 1, "UnitAmount": 1}
            row = {"Contact": {"ContactID": adapter.contact_id()}, "InvoiceNumber": f"P-{number}", "LineItems": [line]}
            adapter.simulator.state.write_as_person(ORGANISATION, "invoice", row)
            if number % 2:
                adapter.advance(1)
        found, at = await seen_since(adapter, DocumentType.INVOICE, WatchedSince(since=NOW - SECOND))
        assert {each.number for each in found} >= {f"P-{number}" for number in range(103)}
        adapter.advance(600)
        _, later = await seen_since(adapter, DocumentType.INVOICE, at)
        assert later.since == at.since + timedelta(seconds=600)


async def test_a_quiet_change_is_told_with_the_next_one_that_xero_dates() -> None:
    """As Xero documents: the sent flag of a part-paid invoice changes without a later UpdatedDateUTC."""
    async with simulator_adapter() as adapter:
        written = await created(adapter, make(adapter, DocumentType.INVOICE, status="AUTHORISED"))
        state, told, seen, at = adapter.simulator.state, [], None, WatchedSince(since=NOW - SECOND)
        for step in ({"payment": Decimal("1.00")}, {"set": {"SentToContact": True}}, {"payment": Decimal("1.00")}):
            adapter.advance(90)
            # What the next look meets twice, in its minute of overlap, is not to be the payment of before.
            _, at = await seen_since(adapter, DocumentType.INVOICE, at, written.xero_id)
            edit(state, ORGANISATION, "invoice", written.xero_id, step)
            shown, at = await seen_since(adapter, DocumentType.INVOICE, at, written.xero_id)
            comparisons = [compare(each, own(written), seen) for each in shown]
            seen = next((each.seen for each in comparisons if each is not None), seen)
            told.append([kind.value for each in comparisons if each is not None for kind in each.kinds])
        assert told == [["part_paid"], [], ["sent", "part_paid"]]


async def test_a_change_that_lists_show_late_is_not_lost() -> None:
    async with simulator_adapter() as adapter:
        written = await created(adapter, make(adapter, DocumentType.INVOICE, status="AUTHORISED"))
        adapter.advance(300)
        state = adapter.simulator.state
        state.set_switches(state.switches.changed({"lists_lag_seconds": 45}))
        edit(state, ORGANISATION, "invoice", written.xero_id, {"payment": "full"})
        adapter.advance(1)
        shown, at = await seen_since(adapter, DocumentType.INVOICE, WatchedSince(since=NOW - SECOND), written.xero_id)
        assert [each.status for each in shown] == []
        adapter.advance(300)
        shown, _ = await seen_since(adapter, DocumentType.INVOICE, at, written.xero_id)
        assert [each.status for each in shown] == ["PAID"]


def own(written: ExistingDocument) -> OwnVersion:
    organisation = OrganisationFacts(ORGANISATION, "Demo Company", "AUD")
    return OwnVersion(document_ref(written, "hash", organisation), fingerprint(written), written.updated_at)
