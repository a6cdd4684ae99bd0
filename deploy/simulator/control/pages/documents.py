"""What people do with documents: edit, approve, pay, void and delete them, where Xero lets a person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from deploy.simulator.books import Document, Kind, Organisation
from deploy.simulator.control import edits
from deploy.simulator.control.pages.fields import Form, Refused
from deploy.simulator.rules import Invalid
from deploy.simulator.state import SimulatorState
from deploy.simulator.wire import JsonObject, Refusal

_STATUS_AFTER = {
    "approve": "AUTHORISED",
    "void": "VOIDED",
    "delete": "DELETED",
    "send": "SENT",
    "accept": "ACCEPTED",
}
_DONE = {
    "approve": "approved", "void": "voided", "delete": "deleted", "send": "sent", "accept": "accepted",
    "edit": "edited", "pay": "paid", "unpay": "unpaid",
}  # fmt: skip


@dataclass(frozen=True)
class DocumentRow:
    """A line of the list; `acts` are those that are possible now."""

    id: str
    kind: Kind
    number: str
    customer: str
    day: date
    due: date | None
    reference: str
    status: str
    total: Decimal
    amount_due: Decimal
    currency: str
    created_by: str
    files: tuple[str, ...]
    acts: frozenset[str]


def rows(organisation: Organisation) -> Iterator[DocumentRow]:
    """Invoices and quotes, in the order in which they were made."""
    for kind in _KINDS:
        for each in organisation.book(kind):
            contact = organisation.contacts.by_id.get(each.contact_id)
            yield DocumentRow(
                each.document_id,
                kind,
                each.number,
                contact.name if contact else "",
                each.day,
                each.due,
                each.texts.get("Reference", ""),
                each.status,
                each.total,
                each.amount_due if kind == "invoice" else each.total,
                each.currency,
                each.created_by,
                tuple(file.file_name for file in organisation.book(kind).files(each)),
                acts_on(each),
            )


def acts_on(document: Document) -> frozenset[str]:
    """What Xero lets a person do to it. A paid invoice is not voided before its payment is taken back."""
    if document.kind == "quote":
        by_status = {"DRAFT": ("edit", "send", "delete"), "SENT": ("edit", "accept", "delete"), "ACCEPTED": ("delete",)}
        return frozenset(by_status.get(document.status, ()))
    if document.status in {"DRAFT", "SUBMITTED"}:
        return frozenset({"edit", "approve", "delete"})
    if document.status == "AUTHORISED":
        return frozenset({"pay", "unpay"} if document.amount_paid else {"edit", "pay", "void"})
    return frozenset({"unpay"} if document.status == "PAID" else ())


def act(state: SimulatorState, organisation: Organisation, form: Form) -> str:
    """Do what the form says; what was done, as a word. Raises Refused."""
    document = next((found for kind in _KINDS if (found := organisation.book(kind).by_id.get(form.text("id")))), None)
    if document is None:
        raise Refused("This document is gone.")
    what = form.text("act")
    if what not in acts_on(document):
        raise Refused(f"{document.number} is {document.status}, so this cannot be done to it.")
    try:
        edits.edit(state, organisation.tenant_id, document.kind, document.document_id, _change(what, document, form))
    except Refusal as refusal:
        raise Refused("What was written cannot be read: look at the dates and amounts.") from refusal
    except (Invalid, ValueError, ArithmeticError) as error:
        raise Refused(f"Xero would refuse this: {error}") from error
    return _DONE[what]


def _change(what: str, document: Document, form: Form) -> JsonObject:
    if what == "pay":
        return {"payment": form.text("amount") or "full"}
    if what == "unpay":
        return {"payment": "none"}
    if what == "edit":
        fields: JsonObject = {"Reference": form.text("reference")}
        if due := form.text("due"):
            fields["DueDate" if document.kind == "invoice" else "ExpiryDate"] = due
        return {"set": fields}
    return {"status": _STATUS_AFTER[what]}


_KINDS: tuple[Kind, ...] = ("invoice", "quote")
