"""Deciding about what is in Xero: an answer for everything, and never a write where one is forbidden."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.existing.decide import Adopt, Known, LetGo, Refuse, Renumber, Update, decide
from mappers.existing.equality import matches
from mappers.existing.fingerprint import fingerprint
from mappers.model.company import DocumentType, LineAmounts
from mappers.model.document import Document, ExistingDocument, ExistingLine
from tests.builders import make_company
from tests.properties.examples import examples
from tests.unit.mappers.existing.xero_documents import ALOK, ORGANISATION, OTHER, XERO_ID, document, existing, line

_STATUSES = ["DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED", "SENT", "ACCEPTED", "DECLINED", "?"]
_KINDS = st.sampled_from(DocumentType)
_MONEY = st.none() | st.decimals(0, 10_000, places=2)
_DATES = st.none() | st.dates(dt.date(2026, 10, 1), dt.date(2026, 12, 31))
_TEXTS = st.none() | st.text(max_size=8)
_LINES = st.lists(
    st.builds(
        ExistingLine,
        item_code=_TEXTS,
        description=_TEXTS,
        quantity=_MONEY,
        unit_amount=_MONEY,
        line_amount=_MONEY,
        account_code=_TEXTS,
        tax_type=_TEXTS,
    ),
    max_size=2,
).map(tuple)
_OTHER_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "number": st.sampled_from(["INV-7", "INV-8", "INV-7-R2"]),
    "contact_id": st.sampled_from([ALOK, OTHER, None]),
    "reference": _TEXTS,
    "date": _DATES,
    "due_date": _DATES,
    "currency": st.sampled_from(["USD", "AUD", None]),
    "currency_rate": _MONEY,
    "line_amounts": st.none() | st.sampled_from(LineAmounts),
    "lines": _LINES,
    "has_lines": st.booleans(),
    "sent_to_contact": st.booleans(),
    "amount_paid": _MONEY,
    "amount_credited": _MONEY,
}
_EXISTING = st.fixed_dictionaries({"type": _KINDS, "status": st.sampled_from(_STATUSES)}, optional=_OTHER_FIELDS).map(
    lambda fields: existing(**fields)
)
_DOCUMENTS = st.builds(
    lambda kind, status, quantity: document(type=kind, status=status, lines=(line(quantity=quantity),)),
    _KINDS,
    st.sampled_from(["DRAFT", "SUBMITTED", "AUTHORISED", "SENT"]),
    st.sampled_from([Decimal("12.5"), Decimal(2)]),
)
_COMPANIES = st.builds(
    make_company,
    on_existing=st.sampled_from(["update", "refuse"]),
    on_hand_edit=st.sampled_from(["refuse", "overwrite"]),
    on_voided=st.sampled_from(["refuse", "new_suffix"]),
    on_number_change=st.sampled_from(["refuse", "renumber"]),
    on_authorised=st.sampled_from(["refuse", "update"]),
    on_locked=st.sampled_from(["warn", "refuse"]),
)


def bound_by(lock: dt.date | None, wanted: Document, there: ExistingDocument, company: Any) -> bool:
    """Whether a lock date forbids the write, said in other words than the code's."""
    approved_before = there.status == "AUTHORISED"
    approved_after = approved_before or wanted.status == "AUTHORISED"
    strict = company.on_locked == "refuse"
    bound = [there.date] * (approved_before or strict) + [wanted.date] * (approved_after or strict)
    return lock is not None and any(day is not None and day <= lock for day in bound)


_KNOWN = st.sampled_from(["none", "ours", "edited", "renumbered", "other"])
_OURS = {"ours", "edited", "renumbered"}


def memory(kind: str, there: ExistingDocument) -> Known | None:
    if kind == "none":
        return None
    xero_id = XERO_ID if kind != "other" else "other"
    number = "INV-0" if kind == "renumbered" else there.number
    return Known(xero_id, "as sent" if kind == "edited" else fingerprint(there), number)


@settings(max_examples=examples(3000))
@given(_DOCUMENTS, _EXISTING, _COMPANIES, _KNOWN, _DATES)
def test_every_case_has_a_decision_and_a_write_is_one_that_is_allowed(
    wanted: Document, there: ExistingDocument, company: Any, kind: str, lock: dt.date | None
) -> None:
    organisation = replace(ORGANISATION, period_lock_date=lock)
    decision = decide(wanted, there, known=memory(kind, there), company=company, organisation=organisation)
    match decision:
        case Update():
            assert decision.xero_id == there.xero_id
            assert there.status in {"DRAFT", "SUBMITTED", "AUTHORISED"}
            assert there.type is wanted.type
            assert not there.amount_paid
            assert not there.amount_credited
            assert kind in _OURS or there.contact_id == wanted.contact_id
            assert kind in _OURS or company.on_existing == "update"
            assert kind != "edited" or company.on_hand_edit == "overwrite"
            assert company.on_authorised == "update" or not (there.status == "AUTHORISED" or there.sent_to_contact)
            assert wanted.type is DocumentType.QUOTE or not bound_by(lock, wanted, there, company)
            if decision.document.number != there.number:
                assert kind in _OURS
                assert company.on_number_change == "renumber"
                assert there.status in {"DRAFT", "SUBMITTED"}
        case Adopt():
            assert there.status not in {"VOIDED", "DELETED", "?"}
            assert there.contact_id == wanted.contact_id
        case Renumber(number):
            assert there.status in {"VOIDED", "DELETED"}
            assert company.on_voided == "new_suffix"
            assert number != there.number
        case LetGo():
            assert kind in _OURS
            assert kind == "renumbered" or there.status in {"VOIDED", "DELETED"}
        case Refuse(problem):
            assert problem.message
            assert problem.hint


@given(_EXISTING)
def test_reading_a_document_again_gives_the_same_fingerprint(there: ExistingDocument) -> None:
    again = ExistingDocument.model_validate_json(there.model_dump_json())
    assert fingerprint(again) == fingerprint(there)
    padded = tuple(_padded(each) for each in there.lines)
    assert fingerprint(there.model_copy(update={"lines": padded, "status": "PAID"})) == fingerprint(there)


def _padded(shown: ExistingLine) -> ExistingLine:
    more = {
        name: None if value is None else value.quantize(Decimal("0.000001"))
        for name, value in (("quantity", shown.quantity), ("unit_amount", shown.unit_amount))
    }
    return shown.model_copy(update=more)


@given(_DOCUMENTS, _COMPANIES)
def test_after_an_update_the_document_matches_and_is_left_alone(wanted: Document, company: Any) -> None:
    """One write is enough: after sending what a decision says the next decision is Adopt."""
    sent = wanted.model_copy(update={"status": "DRAFT"})
    there = existing(document(type=wanted.type))
    decision = decide(
        sent, there, known=Known(XERO_ID, fingerprint(there), there.number), company=company, organisation=ORGANISATION
    )
    after = existing(decision.document) if isinstance(decision, Update) else there
    assert matches(sent, after)
    known = Known(XERO_ID, fingerprint(after), after.number)
    assert decide(sent, after, known=known, company=company, organisation=ORGANISATION) == Adopt()
