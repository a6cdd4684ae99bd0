"""Numbers: changed in the shipment, changed by a person in Xero, used up by a voided document."""

import pytest

from mappers.existing.decide import Adopt, Known, LetGo, Refuse, Renumber, Update, decide
from mappers.existing.fingerprint import fingerprint
from mappers.model.master_data import Contact
from mappers.model.problem import Code
from tests.builders import make_company
from tests.unit.mappers.existing.test_decide import CHANGED, QUOTE, decided, refusal, shown, whose
from tests.unit.mappers.existing.xero_documents import ALOK, ORGANISATION, OTHER, XERO_ID, document, existing


def test_a_document_that_took_our_voided_ones_number_is_somebody_elses() -> None:
    known = Known("another id", fingerprint(existing()), "INV-7")
    there = existing(contact_id=OTHER)
    decision = decide(document(), there, known=known, company=make_company(), organisation=ORGANISATION)
    assert refusal(decision) is Code.NUMBER_TAKEN


THEIRS = Contact(OTHER, "Other Pty Ltd", "OTH-9")
OURS = Contact(ALOK.upper(), "Alok Industries", "ALOK")


@pytest.mark.parametrize(
    ("contacts", "shown_name", "theirs", "ours"),
    [
        ([THEIRS, OURS], "Other (renamed)", "OTH-9 (Other (renamed))", "ALOK (Alok Industries)"),
        ([OURS, THEIRS], None, "OTH-9 (Other Pty Ltd)", "ALOK (Alok Industries)"),
        ([THEIRS, OURS], None, "OTH-9 (Other Pty Ltd)", "ALOK (Alok Industries)"),
        ([Contact(OTHER, "Other Pty Ltd", None)], None, "Other Pty Ltd", f"contact {ALOK}"),
        ([], "Other Pty Ltd", "Other Pty Ltd", f"contact {ALOK}"),
        ([], None, f"contact {OTHER}", f"contact {ALOK}"),
    ],
)
def test_the_other_customer_of_a_taken_number_is_named_by_code_and_name(
    contacts: list[Contact], shown_name: str | None, theirs: str, ours: str
) -> None:
    decision = decide(
        document(),
        existing(contact_id=OTHER, contact_name=shown_name),
        known=None,
        company=make_company(),
        organisation=ORGANISATION,
        contacts={each.account_number or "": (each,) for each in contacts},
    )
    assert isinstance(decision, Refuse)
    assert decision.problem.code is Code.NUMBER_TAKEN
    assert f"is for {theirs}; the shipment's is for {ours}." in decision.problem.message


def test_a_document_without_a_customer_is_nobody_elses_and_not_ours() -> None:
    decision = decided(document(), existing(contact_id=None, contact_name=None), ours=False)
    assert isinstance(decision, Refuse)
    assert "is for contact None; the shipment's is for" in decision.problem.message


NEIGHBOURS = pytest.mark.parametrize("number", ["INV-6", "INV-8"])


@NEIGHBOURS
def test_a_shipment_that_changed_its_number_is_a_question_for_people(number: str) -> None:
    decision = decided(document(number=number), existing(), ours=True)
    assert refusal(decision) is Code.NUMBER_CHANGED
    assert isinstance(decision, Refuse)
    assert "INV-7" in decision.problem.message
    assert number in decision.problem.message


@pytest.mark.parametrize(
    ("status", "expected"), [("DRAFT", "INV-8"), ("SUBMITTED", "INV-8"), ("AUTHORISED", None), ("PAID", None)]
)
def test_a_draft_of_ours_follows_a_changed_number_where_the_profile_says_so(status: str, expected: str | None) -> None:
    decision = decided(document(number="INV-8"), existing(status=status), ours=True, on_number_change="renumber")
    if expected is None:
        assert refusal(decision) is Code.NUMBER_CHANGED
    else:
        assert decision == Update(XERO_ID, document(number=expected, status=status))


@NEIGHBOURS
def test_it_follows_to_a_lower_number_as_to_a_higher_one(number: str) -> None:
    decision = decided(document(number=number), existing(), ours=True, on_number_change="renumber")
    assert decision == Update(XERO_ID, document(number=number))


def test_a_quote_is_not_renumbered_into_an_invoice() -> None:
    decision = decided(document(number="INV-8"), shown(QUOTE, "DRAFT"), ours=True, on_number_change="renumber")
    assert refusal(decision) is Code.DOCUMENT_EXISTS


def test_a_document_of_somebody_elses_has_not_been_edited_since_we_wrote_another_one() -> None:
    """The ledger knows a document of ours, and this one, of the same customer and number, is not it."""
    known = Known("another id", "as sent", "INV-7")
    decision = decide(
        document(lines=CHANGED), existing(), known=known, company=make_company(), organisation=ORGANISATION
    )
    assert decision == Update(XERO_ID, document(lines=CHANGED))


def test_a_draft_that_a_person_edited_is_not_renumbered() -> None:
    decision = decided(document(number="INV-8"), existing(), ours=True, edited=True, on_number_change="renumber")
    assert refusal(decision) is Code.DOCUMENT_EDITED_BY_HAND


@pytest.mark.parametrize("status", ["DRAFT", "AUTHORISED", "PAID", "VOIDED"])
def test_a_document_that_a_person_renumbered_is_let_go(status: str) -> None:
    there = existing(number="BY-HAND", status=status)
    known = Known(XERO_ID, fingerprint(there), "INV-7")
    assert decide(document(), there, known=known, company=make_company(), organisation=ORGANISATION) == LetGo()


@NEIGHBOURS
def test_a_voided_document_is_let_go_once_the_shipment_has_another_number(number: str) -> None:
    assert decided(document(number=number), existing(status="VOIDED"), ours=True) == LetGo()


def test_blanks_around_the_number_of_a_voided_document_make_it_no_other() -> None:
    decision = decided(document(), existing(number=" INV-7 ", status="VOIDED"), ours=True)
    assert isinstance(decision, Refuse)
    assert decision.problem.code is Code.DOCUMENT_VOIDED


def test_a_document_of_ours_that_a_person_gave_the_shipments_new_number_is_ours() -> None:
    known = Known(XERO_ID, fingerprint(existing()), "INV-6")
    assert decide(document(), existing(), known=known, company=make_company(), organisation=ORGANISATION) == Adopt()


@whose
def test_a_quote_is_not_turned_into_an_invoice_where_the_profile_changed(ours: bool) -> None:
    assert refusal(decided(document(), shown(QUOTE, "DRAFT"), ours=ours)) is Code.DOCUMENT_EXISTS


@pytest.mark.parametrize("number", ["inv-7", "INV-8", "INV-6"])
def test_somebody_elses_document_is_not_renumbered(number: str) -> None:
    decision = decided(document(), existing(number=number), ours=False)
    assert isinstance(decision, Refuse)
    assert (decision.problem.code, decision.problem.value) == (Code.NUMBER_TAKEN, number)


def test_a_successor_of_a_voided_document_keeps_its_suffix() -> None:
    there = existing(number="INV-7-R2")
    assert decided(document(), there, ours=True) == Adopt()
    assert decided(document(lines=CHANGED), there, ours=True) == Update(
        XERO_ID, document(number="INV-7-R2", lines=CHANGED)
    )


@pytest.mark.parametrize(
    ("voided", "successor"), [("INV-7-R2", "INV-7-R3"), ("INV-7-R9", "INV-7-R10"), ("INV-7", "INV-7-R2")]
)
def test_a_voided_successor_counts_on(voided: str, successor: str) -> None:
    there = existing(number=voided, status="VOIDED")
    assert decided(document(), there, ours=True, on_voided="new_suffix") == Renumber(successor)
