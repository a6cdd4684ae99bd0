"""What people do in Xero itself: edit, approve, pay, void and delete documents without asking the API's rules."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from deploy.simulator.books import PERSON, Document, Kind, Note
from deploy.simulator.rules import INVOICE_SHAPE, QUOTE_SHAPE, Attempt, draft
from deploy.simulator.state import World
from deploy.simulator.wire import Counts, Element, JsonObject, money

_TICK = timedelta(milliseconds=1)


def edit(world: World, tenant: str, kind: Kind, reference: str, change: JsonObject) -> Document:
    """Change the document that `reference` (id or number) names. Raises `ValueError` or `Invalid`.

    `change`: `set` (Xero's fields; lines replace the set), `status`, `payment` (an amount, "full" or "none").
    """
    organisation = world.organisations[tenant]
    before = organisation.document(kind, reference)
    if before is None:
        raise ValueError(f"{organisation.name} has no {kind} {reference!r}")
    after = _with_fields(world, tenant, before, change["set"]) if change.get("set") else before
    after = _with_payment(world, after, change.get("payment"))
    after = replace(after, status=change.get("status", after.status), updated_at=_later(world, before))
    organisation.book(kind).put(after)
    note = Note(world.clock.now(), PERSON, f"Edited: {', '.join(sorted(change))}", "Edited")
    organisation.book(kind).notes.setdefault(after.document_id, []).append(note)
    return after


def _with_fields(world: World, tenant: str, before: Document, fields: JsonObject) -> Document:
    shape = INVOICE_SHAPE if before.kind == "invoice" else QUOTE_SHAPE
    attempt = Attempt(
        world.organisations[tenant],
        world.switches,
        Counts(),
        world.ids,
        world.clock.now(),
        PERSON,
        "post",
        unit_places=4,
    )
    after = draft(attempt, replace(shape, cleared=frozenset()), Element(fields), before)
    attempt.check()
    attempt.save_contact()
    return after


def _with_payment(world: World, document: Document, payment: Any) -> Document:
    if payment is None:
        return document
    if payment == "none":
        return replace(document, amount_paid=money.ZERO, paid_on=None, status="AUTHORISED")
    amount = document.amount_due if payment == "full" else money.number(payment)
    return paid(document, amount, world)


def paid(document: Document, amount: Decimal, world: World) -> Document:
    """The approved document with this much more paid; PAID when nothing is due."""
    total = document.amount_paid + amount
    if amount <= 0 or total > document.total:
        raise ValueError(f"a payment of {amount} does not fit {document.amount_due} due")
    today = world.clock.now().date()
    status = "PAID" if total == document.total else "AUTHORISED"
    return replace(document, amount_paid=total, status=status, paid_on=today if status == "PAID" else None)


def _later(world: World, before: Document) -> Any:
    """Never the same instant as the version before, even on a frozen clock."""
    return max(world.clock.now(), before.updated_at + _TICK)
