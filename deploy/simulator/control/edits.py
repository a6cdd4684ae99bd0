"""What people do in Xero itself: edit, approve, pay, void and delete documents without asking the API's rules."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from deploy.simulator.books import PERSON, Document, Kind, Note
from deploy.simulator.rules import INVOICE_SHAPE, QUOTE_SHAPE, ElementWrite, read_document
from deploy.simulator.state import SimulatorState
from deploy.simulator.wire import Counts, Element, JsonObject, money

_TICK = timedelta(milliseconds=1)


def edit(state: SimulatorState, tenant: str, kind: Kind, reference: str, change: JsonObject) -> Document:
    """Change the document that `reference` (id or number) names. Raises `ValueError` or `Invalid`.

    `change`: `set` (Xero's fields; lines replace the set), `status`, `payment` (an amount, "full" or "none").
    """
    organisation = state.organisations[tenant]
    before = organisation.document(kind, reference)
    if before is None:
        raise ValueError(f"{organisation.name} has no {kind} {reference!r}")
    fields: JsonObject = dict(change.get("set") or {})
    sent = fields.pop("SentToContact", before.sent_to_contact)
    after = _with_fields(state, tenant, before, fields) if fields else before
    after = _with_payment(state, after, change.get("payment"))
    after = replace(after, status=change.get("status", after.status), sent_to_contact=sent)
    if not _is_quiet(state, before, change):
        after = replace(after, updated_at=_later(state, before))
    organisation.book(kind).put(after)
    note = Note(state.clock.now(), PERSON, f"Edited: {', '.join(sorted(change))}", "Edited")
    organisation.book(kind).notes.setdefault(after.document_id, []).append(note)
    return after


def _is_quiet(state: SimulatorState, before: Document, change: JsonObject) -> bool:
    """Whether Xero shows no later UpdatedDateUTC for it: see the switch `quiet_changes`."""
    is_part_paid = before.kind == "invoice" and money.ZERO < before.amount_paid < before.total
    changed = set(change) - {"set"} | set(change.get("set") or {})
    return state.switches.quiet_changes == "as_documented" and is_part_paid and changed <= {"DueDate", "SentToContact"}


def _with_fields(state: SimulatorState, tenant: str, before: Document, fields: JsonObject) -> Document:
    shape = INVOICE_SHAPE if before.kind == "invoice" else QUOTE_SHAPE
    write = ElementWrite(
        state.organisations[tenant],
        state.switches,
        Counts(),
        state.ids,
        state.clock.now(),
        PERSON,
        "post",
        unit_places=4,
    )
    after = read_document(write, replace(shape, cleared=frozenset()), Element(fields), before)
    write.check()
    write.save_contact()
    return after


def _with_payment(state: SimulatorState, document: Document, payment: Any) -> Document:
    if payment is None:
        return document
    if payment == "none":
        return replace(document, amount_paid=money.ZERO, paid_on=None, status="AUTHORISED")
    amount = document.amount_due if payment == "full" else money.number(payment)
    return paid(document, amount, state)


def paid(document: Document, amount: Decimal, state: SimulatorState) -> Document:
    """The approved document with this much more paid; PAID when nothing is due."""
    total = document.amount_paid + amount
    if amount <= 0 or total > document.total:
        raise ValueError(f"a payment of {amount} does not fit {document.amount_due} due")
    today = state.clock.now().date()
    status = "PAID" if total == document.total else "AUTHORISED"
    return replace(document, amount_paid=total, status=status, paid_on=today if status == "PAID" else None)


def _later(state: SimulatorState, before: Document) -> Any:
    """Never the same instant as the version before, even on a frozen clock."""
    return max(state.clock.now(), before.updated_at + _TICK)
