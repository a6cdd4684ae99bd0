"""Every state of a document in Xero x whose it is x edited or not x locked or not: what is done, and why not."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from mappers.existing.decide import Adopt, Decision, Known, LetGo, Refuse, Renumber, Update, decide
from mappers.existing.fingerprint import fingerprint
from mappers.model.company import DocumentType
from mappers.model.document import Document, ExistingDocument
from mappers.model.problem import Code
from tests.builders import make_company
from tests.unit.mappers.existing.xero_documents import ORGANISATION, OTHER, XERO_ID, document, existing, line

QUOTE = DocumentType.QUOTE
State = tuple[str, dict[str, Any], Code | None]
CHANGED = (line(quantity=Decimal(2)),)


def decided(
    wanted: Document,
    there: ExistingDocument,
    *,
    ours: bool,
    edited: bool = False,
    lock: dt.date | None = None,
    **profile: Any,
) -> Decision:
    known = Known(there.xero_id, "as sent" if edited else fingerprint(there), there.number) if ours else None
    organisation = replace(ORGANISATION, period_lock_date=lock)
    return decide(wanted, there, known=known, company=make_company(**profile), organisation=organisation)


def refusal(decision: Decision) -> Code:
    assert isinstance(decision, Refuse), decision
    problem = decision.problem
    assert problem.value == "INV-7"
    assert problem.message
    assert problem.hint
    return problem.code


def shown(kind: DocumentType, status: str, **fields: Any) -> ExistingDocument:
    return existing(document(type=kind), status=status, **fields)


INVOICE_STATES: list[State] = [
    ("DRAFT", {}, None),
    ("SUBMITTED", {}, None),
    ("AUTHORISED", {}, Code.DOCUMENT_AUTHORISED),
    ("DRAFT", {"sent_to_contact": True}, Code.DOCUMENT_SENT),
    ("AUTHORISED", {"amount_paid": Decimal(100)}, Code.DOCUMENT_PAID),
    ("AUTHORISED", {"amount_credited": Decimal(100)}, Code.DOCUMENT_PAID),
    ("PAID", {"amount_paid": Decimal("1265.63")}, Code.DOCUMENT_PAID),
    ("PAID", {}, Code.DOCUMENT_PAID),
    ("VOIDED", {}, Code.DOCUMENT_VOIDED),
    ("DELETED", {}, Code.DOCUMENT_DELETED),
    ("SOMETHING NEW", {}, Code.DOCUMENT_NOT_EDITABLE),
]
QUOTE_STATES: list[State] = [
    ("DRAFT", {}, None),
    ("SENT", {}, Code.DOCUMENT_NOT_EDITABLE),
    ("ACCEPTED", {}, Code.DOCUMENT_NOT_EDITABLE),
    ("DECLINED", {}, Code.DOCUMENT_NOT_EDITABLE),
    ("INVOICED", {}, Code.DOCUMENT_NOT_EDITABLE),
    ("DELETED", {}, Code.DOCUMENT_DELETED),
    ("SOMETHING NEW", {}, Code.DOCUMENT_NOT_EDITABLE),
]
STATES = [
    *((DocumentType.INVOICE, *state) for state in INVOICE_STATES),
    *((DocumentType.QUOTE, *state) for state in QUOTE_STATES),
]
matrix = pytest.mark.parametrize(("kind", "status", "fields", "expected"), STATES)
whose = pytest.mark.parametrize("ours", [True, False])


@matrix
@whose
def test_changed_content_is_sent_where_the_state_allows_it(
    kind: DocumentType, status: str, fields: dict[str, Any], expected: Code | None, ours: bool
) -> None:
    decision = decided(document(type=kind, lines=CHANGED), shown(kind, status, **fields), ours=ours)
    if ours and status == "DELETED":
        assert decision == LetGo()
        return
    if expected is not None:
        assert refusal(decision) is expected
        return
    assert isinstance(decision, Update)
    assert decision.xero_id == XERO_ID
    assert decision.document == document(type=kind, lines=CHANGED, status=status)


@matrix
@whose
def test_equal_content_is_left_alone_in_every_state_that_counts(
    kind: DocumentType, status: str, fields: dict[str, Any], expected: Code | None, ours: bool
) -> None:
    decision = decided(document(type=kind), shown(kind, status, **fields), ours=ours)
    if ours and status == "DELETED":
        assert decision == LetGo()
    elif status in {"VOIDED", "DELETED", "SOMETHING NEW"}:
        assert refusal(decision) is expected
    else:
        assert decision == Adopt()


@matrix
def test_our_document_that_was_edited_by_hand_is_not_overwritten(
    kind: DocumentType, status: str, fields: dict[str, Any], expected: Code | None
) -> None:
    decision = decided(document(type=kind, lines=CHANGED), shown(kind, status, **fields), ours=True, edited=True)
    if status == "DELETED":
        assert decision == LetGo()
    else:
        assert refusal(decision) is (expected or Code.DOCUMENT_EDITED_BY_HAND)


@matrix
def test_a_profile_may_say_to_overwrite_hand_edits_but_no_state(
    kind: DocumentType, status: str, fields: dict[str, Any], expected: Code | None
) -> None:
    wanted = document(type=kind, lines=CHANGED)
    decision = decided(wanted, shown(kind, status, **fields), ours=True, edited=True, on_hand_edit="overwrite")
    if expected is None:
        assert isinstance(decision, Update)
    elif status == "DELETED":
        assert decision == LetGo()
    else:
        assert refusal(decision) is expected


@matrix
def test_a_hand_edit_that_made_it_what_we_would_send_is_adopted(
    kind: DocumentType, status: str, fields: dict[str, Any], expected: Code | None
) -> None:
    decision = decided(document(type=kind), shown(kind, status, **fields), ours=True, edited=True)
    if status == "DELETED":
        assert decision == LetGo()
    elif status in {"VOIDED", "DELETED", "SOMETHING NEW"}:
        assert refusal(decision) is expected
    else:
        assert decision == Adopt()


@matrix
def test_another_customers_document_is_never_touched(
    kind: DocumentType, status: str, fields: dict[str, Any], expected: Code | None
) -> None:
    del expected
    there = shown(kind, status, **fields, contact_id=OTHER, contact_name="Other Pty Ltd")
    decision = decided(document(type=kind), there, ours=False, on_voided="new_suffix")
    assert refusal(decision) is Code.NUMBER_TAKEN


@matrix
def test_on_existing_refuse_leaves_other_peoples_documents_alone(
    kind: DocumentType, status: str, fields: dict[str, Any], expected: Code | None
) -> None:
    there = shown(kind, status, **fields)
    decision = decided(document(type=kind, lines=CHANGED), there, ours=False, on_existing="refuse")
    used_up = expected if status in {"VOIDED", "DELETED"} else None
    assert refusal(decision) is (used_up or Code.DOCUMENT_EXISTS)


@matrix
@whose
def test_new_suffix_gives_a_used_up_number_a_successor_and_changes_nothing_else(
    kind: DocumentType, status: str, fields: dict[str, Any], expected: Code | None, ours: bool
) -> None:
    there, wanted = shown(kind, status, **fields), document(type=kind, lines=CHANGED)
    decision = decided(wanted, there, ours=ours, on_voided="new_suffix")
    if ours and status == "DELETED":
        assert decision == LetGo()
    elif status in {"VOIDED", "DELETED"}:
        assert decision == Renumber("INV-7-R2")
    else:
        assert isinstance(decision, Refuse if expected else Update)


@pytest.mark.parametrize(
    ("present", "asked", "sent"),
    [
        ("DRAFT", "DRAFT", "DRAFT"),
        ("DRAFT", "SUBMITTED", "SUBMITTED"),
        ("DRAFT", "AUTHORISED", "AUTHORISED"),
        ("SUBMITTED", "DRAFT", "SUBMITTED"),
        ("SUBMITTED", "AUTHORISED", "AUTHORISED"),
        ("AUTHORISED", "DRAFT", "AUTHORISED"),
        ("AUTHORISED", "SUBMITTED", "AUTHORISED"),
    ],
)
def test_an_update_takes_no_invoice_back_to_an_earlier_status(present: str, asked: str, sent: str) -> None:
    wanted = document(status=asked, lines=CHANGED)
    decision = decided(wanted, existing(status=present), ours=True, on_authorised="update")
    assert isinstance(decision, Update)
    assert decision.document.status == sent


def test_an_equal_draft_is_updated_where_the_profile_asks_for_more() -> None:
    decision = decided(document(status="AUTHORISED"), existing(), ours=True)
    assert decision == Update(XERO_ID, document(status="AUTHORISED"))


def test_our_document_follows_the_shipment_to_another_customer() -> None:
    decision = decided(document(contact_id=OTHER), existing(), ours=True)
    assert decision == Update(XERO_ID, document(contact_id=OTHER))


@pytest.mark.parametrize(
    ("fields", "paid"),
    [
        ({"amount_paid": Decimal("100.00"), "amount_credited": Decimal("50.50")}, "150.50 USD"),
        ({"amount_paid": Decimal("100.00"), "amount_credited": None}, "100.00 USD"),
        ({"amount_paid": None, "amount_credited": Decimal("50.50")}, "50.50 USD"),
        ({"amount_paid": Decimal("100.00"), "currency": None}, "100.00"),
        ({"amount_paid": None, "amount_credited": None}, "0 USD"),
    ],
)
def test_what_is_paid_and_credited_is_told_together(fields: dict[str, Any], paid: str) -> None:
    decision = decided(document(lines=CHANGED), existing(status="PAID", **fields), ours=True)
    assert isinstance(decision, Refuse)
    assert f"has {paid} paid or credited" in decision.problem.message


def test_a_paid_document_proposes_a_credit_note() -> None:
    decision = decided(document(lines=CHANGED), existing(status="PAID", amount_paid=Decimal("1265.63")), ours=True)
    assert isinstance(decision, Refuse)
    assert "credit note" in decision.problem.hint
    assert "1265.63 USD" in decision.problem.message


@whose
def test_a_document_whose_lines_were_not_read_is_left_alone(ours: bool) -> None:
    decision = decided(document(), existing(lines=(), has_lines=False), ours=ours)
    assert refusal(decision) is Code.EFFECT_UNKNOWN
