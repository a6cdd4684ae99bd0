"""Each cell of the documents' matrix over HTTP: the outcome, its code and hint, and the document in Xero afterwards."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from deploy.simulator.books.documents import Document
from mappers.model.company import DocumentType
from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest
from tests.builders import ORGANISATION, make_company, make_line
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import SimulatedHarness, simulated
from tests.faults.dispatch.state_table import PROFILES, REFUSALS, Cell, cells
from tests.unit.streams.dispatch.requests import numbered

NUMBER = "INV-00007"
FIRST_DATE, NEXT_DATE = "2026-11-19", "2026-11-20"
MADE_HERE = {"ours", "edited", "overwrite", "locked", "forgotten", "approve"}
CHANGED_AMOUNT = Decimal("2531.25")
HAND_EDIT = {"Reference": "as agreed by phone"}


def first() -> SyncRequest:
    return numbered(7, revision=1, invoice_date=FIRST_DATE)


def changed(day: str = FIRST_DATE) -> SyncRequest:
    line = make_line(quantity="25", item_value=str(CHANGED_AMOUNT))
    return numbered(7, revision=2, invoice_date=day, exporter_reference="CHANGED", lines=[line])


def by_person(kind: DocumentType, customer: str) -> dict[str, Any]:
    number = "InvoiceNumber" if kind is DocumentType.INVOICE else "QuoteNumber"
    line = {"Description": "Beef, as agreed", "Quantity": 1, "UnitAmount": 100, "AccountCode": "200"}
    dates = {"Date": FIRST_DATE} | ({"DueDate": "2026-12-19"} if kind is DocumentType.INVOICE else {})
    contact = {"AccountNumber": customer}
    return {number: NUMBER, "Contact": contact, "CurrencyCode": "USD", "Status": "DRAFT", "LineItems": [line], **dates}


def state_of(state: str) -> dict[str, Any]:
    """How a person brings a draft into the state."""
    match state:
        case "part-paid":
            return {"payment": Decimal(10)}
        case "PAID":
            return {"payment": "full"}
        case _:
            return {"status": state}


async def arrange(harness: SimulatedHarness, cell: Cell) -> None:
    """Have in Xero, and in the ledger, what the cell says."""
    if cell.state != "none":
        if cell.whose in MADE_HERE:
            await harness.drive([first()])
        else:
            customer = "HANOI" if cell.whose == "other" else "ALOK"
            harness.simulator.state.write_as_person(ORGANISATION, cell.kind.value, by_person(cell.kind, customer))
        if cell.whose in ("edited", "overwrite"):
            harness.edit(cell.kind, NUMBER, set=HAND_EDIT)
        harness.edit(cell.kind, NUMBER, **state_of(cell.state))
    if cell.whose == "forgotten":
        harness.topic.ledger.clear()
    if cell.whose == "locked":
        harness.xero.period_lock_date = date.fromisoformat(FIRST_DATE)
        harness.switch(lock_binds_drafts=False)
        harness.read_references()


def assert_refused(outcome: Outcome, code: str) -> None:
    assert outcome.status == "REJECTED"
    assert [each.code for each in outcome.errors] == [code]
    assert all(each.message and each.hint for each in outcome.errors)


def assert_is_the_shipment(document: Document, status: str) -> None:
    assert (document.number.removesuffix("-R2"), document.status) == (NUMBER, status)
    assert document.sub_total == CHANGED_AMOUNT
    assert document.texts["Reference"].startswith("CHANGED")
    (line,) = document.lines
    assert line.item_code == "BEEF-01"
    assert line.quantity == Decimal(25)


def expected_warnings(cell: Cell) -> list[str]:
    if cell.kind is DocumentType.QUOTE:
        return []
    if cell.whose == "locked":
        return ["period_locked"] if cell.state == "none" else []
    return ["document_authorised"] if cell.state == "AUTHORISED" else []


@pytest.mark.parametrize("cell", cells(), ids=str)
async def test_a_changed_shipment_meets_a_document(cell: Cell, check: RequestCheck) -> None:
    async with simulated(check, make_company(document=cell.kind, **PROFILES.get(cell.whose, {}))) as harness:
        harness.switch(deleted_invoice_number="blocks")
        await arrange(harness, cell)
        before = harness.documents(cell.kind)
        # What is locked is the document that is there; the shipment moves it out of the period.
        day = NEXT_DATE if cell.whose == "locked" and cell.state != "none" else FIRST_DATE
        outcome = (await harness.drive([changed(day)]))[-1]
        after = {each.document_id: each for each in harness.documents(cell.kind)}
        if cell.expected in REFUSALS:
            assert_refused(outcome, REFUSALS[cell.expected])
            assert list(after.values()) == before
            return
        assert outcome.status == "PROCESSED"
        assert outcome.action == ("updated" if cell.expected == "updated" else "created")
        assert outcome.document is not None
        written = after.pop(outcome.document.xero_id)
        assert_is_the_shipment(written, before[0].status if cell.expected == "updated" else "DRAFT")
        assert [each.code for each in outcome.warnings] == expected_warnings(cell)
        assert list(after.values()) == [each for each in before if each.document_id != written.document_id]
        assert len({each.number for each in harness.documents(cell.kind) if each.alive}) == 1


KINDS = list(DocumentType)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_deleted_document_is_made_anew_where_xero_frees_its_number(
    kind: DocumentType, check: RequestCheck
) -> None:
    async with simulated(check, make_company(document=kind)) as harness:
        harness.switch(deleted_invoice_number="frees", deleted_quote_number="frees")
        await harness.drive([first()])
        harness.edit(kind, NUMBER, status="DELETED")
        outcome = (await harness.drive([changed()]))[-1]
        deleted, made = harness.documents(kind)
        assert (outcome.status, outcome.action) == ("PROCESSED", "created")
        assert deleted.status == "DELETED"
        assert_is_the_shipment(made, "DRAFT")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_document_renumbered_by_hand_is_let_go(kind: DocumentType, check: RequestCheck) -> None:
    async with simulated(check, make_company(document=kind)) as harness:
        await harness.drive([first()])
        field = "InvoiceNumber" if kind is DocumentType.INVOICE else "QuoteNumber"
        harness.edit(kind, NUMBER, set={field: "BY-HAND"})
        outcome = (await harness.drive([changed()]))[-1]
        by_hand, made = harness.documents(kind)
        assert (outcome.status, outcome.action) == ("PROCESSED", "created")
        assert by_hand.number == "BY-HAND"
        assert_is_the_shipment(made, "DRAFT")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_draft_follows_the_shipments_number_where_the_profile_says_so(
    kind: DocumentType, check: RequestCheck
) -> None:
    async with simulated(check, make_company(document=kind, on_number_change="renumber")) as harness:
        await harness.drive([first()])
        outcome = (await harness.drive([numbered(7, revision=2, invoice_number="INV-NEW")]))[-1]
        (document,) = harness.documents(kind)
        assert (outcome.status, outcome.action) == ("PROCESSED", "updated")
        assert document.number == "INV-NEW"
