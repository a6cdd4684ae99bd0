"""Invoices: who holds a number, which states may change, what money on them forbids.

Source: developer.xero.com, "Invoices"; messages as public records of live organisations show them.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from deploy.simulator.books import Document, Line
from deploy.simulator.rules.element_write import Attempt, Invalid
from deploy.simulator.rules.header import Shape, draft
from deploy.simulator.rules.locks import lock_problem
from deploy.simulator.rules.stock import check_stock, take_stock
from deploy.simulator.wire import Element, JsonObject, Refusal, not_found, spellings

INVOICE_SHAPE = Shape(
    kind="invoice",
    plural="Invoices",
    id_field="InvoiceID",
    number_field="InvoiceNumber",
    due_field="DueDate",
    statuses=spellings("DRAFT", "SUBMITTED", "AUTHORISED", "PAID", "VOIDED", "DELETED"),
    texts={"Reference": 255, "Url": 2048, "BrandingThemeID": 36},
)
_KINDS = spellings("ACCREC", "ACCPAY")
_NEW = frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"})
_STEPS = {
    "DRAFT": frozenset({"DRAFT", "SUBMITTED", "AUTHORISED", "DELETED"}),
    "SUBMITTED": frozenset({"SUBMITTED", "AUTHORISED", "DRAFT", "DELETED"}),
    "AUTHORISED": frozenset({"AUTHORISED", "VOIDED"}),
    "PAID": frozenset({"PAID"}),
}
NOT_UNIQUE = "Invoice # must be unique."
NOT_MODIFIABLE = "Invoice not of valid status for modification"
_ALLOCATED = "This document cannot be edited as it has a payment or credit note allocated to it."


def write_invoice(attempt: Attempt, row: JsonObject, document_id: str = "") -> Document:
    """Create or change one invoice and keep it. Raises `Invalid`; nothing is kept then."""
    element = Element(row)
    before = _existing(attempt, element, document_id)
    attempt.document_id = before.document_id if before else ""
    if before:
        _check_alive(attempt, before)
    after = draft(attempt, INVOICE_SHAPE, element, before)
    after = replace(after, type=_kind(attempt, element, before), sent_to_contact=_sent(element, before, after))
    _check_number(attempt, after)
    _check_url(attempt, after)
    if before:
        _check_change(attempt, before, after)
    elif after.status not in _NEW:
        attempt.refuse(f"Invoice status {after.status} is not valid for a new invoice.")
    _check_complete(attempt, before, after)
    _check_locks(attempt, before, after)
    attempt.check()
    return _keep(attempt, before, after)


def _existing(attempt: Attempt, element: Element, document_id: str) -> Document | None:
    """PUT creates; POST changes what the id or, for sales invoices, the number names."""
    if attempt.mode == "put":
        return None
    book = attempt.organisation.invoices
    document_id = (document_id or element.text("InvoiceID") or "").lower()
    if document_id:
        if document_id not in book.by_id:
            raise _unknown(attempt, document_id)
        return book.by_id[document_id]
    held = book.holder(element.text("InvoiceNumber") or "")
    if held is None or element.text("Type") == "ACCPAY":
        return None
    return None if not held.alive and attempt.switches.burnt_number == "frees" else held


def _unknown(attempt: Attempt, document_id: str) -> Invalid | Refusal:
    if attempt.switches.unknown_id == "whole_call_404":
        return not_found()
    return Invalid([f"The InvoiceID {document_id} could not be found."])


def _check_alive(attempt: Attempt, before: Document) -> None:
    """A voided or deleted invoice takes no change at all, so nothing else about the request matters."""
    if not before.alive:
        attempt.refuse(NOT_MODIFIABLE)
        attempt.check()


def _kind(attempt: Attempt, element: Element, before: Document | None) -> str:
    kind = element.choice("Type", _KINDS)
    if before is None and kind is None:
        attempt.refuse("The Type of the invoice must be specified.")
    return before.type if before else kind or "ACCREC"


def _sent(element: Element, before: Document | None, after: Document) -> bool:
    sent = element.flag("SentToContact")
    return bool(before and before.sent_to_contact if sent is None else sent and after.status == "AUTHORISED")


def _check_number(attempt: Attempt, after: Document) -> None:
    """A sales invoice's number is its own; whether a dead one still holds it is a switch."""
    if after.type != "ACCREC" or not after.number:
        return
    held = attempt.organisation.invoices.holder(after.number)
    if held is None or held.document_id == after.document_id:
        return
    if held.alive or attempt.switches.burnt_number == "blocks":
        attempt.refuse(NOT_UNIQUE)


def _check_url(attempt: Attempt, after: Document) -> None:
    url = after.texts.get("Url", "")
    if url and (not urlsplit(url).scheme.startswith("http") or "xero" in url.lower()):
        attempt.refuse("The Url must be an absolute address outside Xero.")


def _check_change(attempt: Attempt, before: Document, after: Document) -> None:
    if before.amount_paid:
        _check_paid(attempt, before, after)
    elif after.status not in _STEPS[before.status]:
        attempt.refuse(NOT_MODIFIABLE)


def _check_paid(attempt: Attempt, before: Document, after: Document) -> None:
    """With money on it only names and codes may change, never an amount or a date."""
    if after.status == "DRAFT":
        attempt.refuse(
            "The status DRAFT cannot be applied to the invoice because it has payments or credit notes allocated to it."
        )
    elif _fixed(after) != _fixed(before) or after.status != before.status:
        attempt.refuse(_ALLOCATED)


def _fixed(document: Document) -> tuple[object, ...]:
    lines = tuple(_fixed_line(line) for line in document.lines)
    return (document.day, document.currency, document.rate, document.line_amount_types, document.total, lines)


def _fixed_line(line: Line) -> tuple[object, ...]:
    return (line.item_code, line.quantity, line.unit_amount, line.tax_type, line.line_amount, line.tax_amount)


def _check_complete(attempt: Attempt, before: Document | None, after: Document) -> None:
    """What an approved invoice needs; approving may be capped by the organisation's plan."""
    if after.status not in {"SUBMITTED", "AUTHORISED"}:
        return
    if after.due is None and after.status == "AUTHORISED":
        attempt.refuse("The DueDate must be specified for an approved invoice.")
    if not after.lines:
        attempt.refuse("One or more line items must be specified")
    if _approves(before, after):
        check_stock(attempt, after)
        if attempt.organisation.approvals_left == 0:
            attempt.refuse("You have reached the limit of invoices you can approve")


def _approves(before: Document | None, after: Document) -> bool:
    return after.status == "AUTHORISED" and (before is None or before.status not in {"AUTHORISED", "PAID"})


def _check_locks(attempt: Attempt, before: Document | None, after: Document) -> None:
    for document in (before, after):
        message = lock_problem(attempt, document) if document else None
        if message:
            attempt.refuse(message)


def _keep(attempt: Attempt, before: Document | None, after: Document) -> Document:
    organisation = attempt.organisation
    if _approves(before, after):
        take_stock(organisation, after)
        if organisation.approvals_left is not None:
            organisation.approvals_left -= 1
    if not after.number:
        after = replace(after, number=_next_number(attempt))
    attempt.save_contact()
    organisation.invoices.put(after)
    return after


def _next_number(attempt: Attempt) -> str:
    attempt.counts.numbers_generated += 1
    organisation = attempt.organisation
    while True:
        organisation.generated += 1
        number = f"INV-{organisation.generated:04d}"
        if not organisation.invoices.numbered(number):
            return number
