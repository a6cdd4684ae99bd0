"""Invoices: who holds a number, which states may change, what money on them forbids.

Source: developer.xero.com, "Invoices"; messages as public records of live organisations show them.
"""

from dataclasses import replace
from urllib.parse import urlsplit

from deploy.simulator.books import Document, Line
from deploy.simulator.rules.element_write import ElementWrite
from deploy.simulator.rules.header import Shape, read_document
from deploy.simulator.rules.locks import check_locks
from deploy.simulator.rules.numbers import holder, keep, named, with_id
from deploy.simulator.rules.stock import check_stock, take_stock
from deploy.simulator.rules.totals import gross_amount
from deploy.simulator.wire import Element, JsonObject, money, spellings

INVOICE_SHAPE = Shape(
    kind="invoice",
    plural="Invoices",
    id_field="InvoiceID",
    number_field="InvoiceNumber",
    number_prefix="INV-",
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
_REFUSES_NEGATIVE = {
    "approval": frozenset({"AUTHORISED"}),
    "submission": frozenset({"SUBMITTED", "AUTHORISED"}),
    "draft": frozenset({"DRAFT", "SUBMITTED", "AUTHORISED"}),
}
NOT_UNIQUE = "Invoice # must be unique."
NOT_MODIFIABLE = "Invoice not of valid status for modification"
_ALLOCATED = "This document cannot be edited as it has a payment or credit note allocated to it."


def write_invoice(write: ElementWrite, row: JsonObject, document_id: str = "") -> Document:
    """Create or change one invoice and keep it. Raises `Invalid`; nothing is kept then."""
    element = Element(row)
    before = _existing(write, element, document_id)
    write.document_id = before.document_id if before else ""
    if before:
        _check_alive(write, before)
    after = read_document(write, INVOICE_SHAPE, element, before)
    after = replace(after, type=_kind(write, element, before), sent_to_contact=_sent(element, before, after))
    _check_number(write, after)
    _check_url(write, after)
    if before:
        _check_change(write, before, after)
    elif after.status not in _NEW:
        write.refuse(f"Invoice status {after.status} is not valid for a new invoice.")
    _check_complete(write, before, after)
    _check_dates(write, after)
    check_locks(write, before, after)
    write.check()
    return _keep(write, before, after)


def _existing(write: ElementWrite, element: Element, document_id: str) -> Document | None:
    """PUT creates; POST changes what the id or, for sales invoices, the number names."""
    if write.mode == "put":
        return None
    document_id = (document_id or element.text("InvoiceID") or "").lower()
    if document_id:
        return with_id(write, INVOICE_SHAPE, document_id)
    number = element.text("InvoiceNumber") or ""
    return None if element.text("Type") == "ACCPAY" else named(write, INVOICE_SHAPE, number)


def _check_alive(write: ElementWrite, before: Document) -> None:
    """A voided or deleted invoice takes no change at all, so nothing else about the request matters."""
    if not before.alive:
        write.refuse(NOT_MODIFIABLE)
        write.check()


def _kind(write: ElementWrite, element: Element, before: Document | None) -> str:
    kind = element.choice("Type", _KINDS)
    if before is None and kind is None:
        write.refuse("The Type of the invoice must be specified.")
    return before.type if before else kind or "ACCREC"


def _sent(element: Element, before: Document | None, after: Document) -> bool:
    sent = element.flag("SentToContact")
    return bool(before and before.sent_to_contact if sent is None else sent and after.status == "AUTHORISED")


def _check_number(write: ElementWrite, after: Document) -> None:
    """A sales invoice's number is its own."""
    held = holder(write, INVOICE_SHAPE, after.number) if after.type == "ACCREC" else None
    if held and held.document_id != after.document_id:
        write.refuse(NOT_UNIQUE)


def _check_url(write: ElementWrite, after: Document) -> None:
    url = after.texts.get("Url", "")
    if url and (not urlsplit(url).scheme.startswith("http") or "xero" in url.lower()):
        write.refuse("The Url must be an absolute address outside Xero.")


def _check_change(write: ElementWrite, before: Document, after: Document) -> None:
    if before.amount_paid:
        _check_paid(write, before, after)
    elif after.status not in _STEPS[before.status]:
        write.refuse(NOT_MODIFIABLE)


def _check_paid(write: ElementWrite, before: Document, after: Document) -> None:
    """With money on it only names and codes may change, never an amount or a date."""
    if after.status == "DRAFT":
        write.refuse(
            "The status DRAFT cannot be applied to the invoice because it has payments or credit notes allocated to it."
        )
    elif _fixed(after) != _fixed(before) or after.status != before.status:
        write.refuse(_ALLOCATED)


def _fixed(document: Document) -> tuple[object, ...]:
    lines = tuple(_fixed_line(line) for line in document.lines)
    return (document.day, document.currency, document.rate, document.line_amount_types, document.total, lines)


def _fixed_line(line: Line) -> tuple[object, ...]:
    return (line.item_code, line.quantity, line.unit_amount, line.tax_type, line.line_amount, line.tax_amount)


def _check_complete(write: ElementWrite, before: Document | None, after: Document) -> None:
    """What an approved invoice needs; approving may be capped by the organisation's plan."""
    _check_total(write, after)
    if after.status not in {"SUBMITTED", "AUTHORISED"}:
        return
    if after.due is None and after.status == "AUTHORISED":
        write.refuse("The document DueDate field must be specified.")
    if not after.lines:
        write.refuse("One or more line items must be specified")
    if _approves(before, after):
        _check_zero_lines(write, after)
        check_stock(write, after)
        if write.organisation.approvals_left == 0:
            write.refuse("You have reached the limit of invoices you can approve")


def _approves(before: Document | None, after: Document) -> bool:
    return after.status == "AUTHORISED" and (before is None or before.status not in {"AUTHORISED", "PAID"})


def _check_total(write: ElementWrite, after: Document) -> None:
    if after.total < 0 and after.status in _REFUSES_NEGATIVE[write.switches.negative_total]:
        write.refuse("The Total for this document must be greater than or equal to zero.")


def _check_dates(write: ElementWrite, after: Document) -> None:
    if after.due and after.due < after.day and write.switches.due_before_date == "refuse":
        write.refuse("The DueDate cannot be before the Date of the document.")


def _check_zero_lines(write: ElementWrite, after: Document) -> None:
    """A price that comes to nothing has cost its line the account that an approved line needs."""
    for position, line in enumerate(after.lines):
        if line.unit_amount and not line.account_code and not gross_amount(line, money.CENTS):
            write.refuse_line(position, "Account must be valid.", "Tax rate must be valid.")


def _keep(write: ElementWrite, before: Document | None, after: Document) -> Document:
    organisation = write.organisation
    if _approves(before, after):
        take_stock(organisation, after)
        if organisation.approvals_left is not None:
            organisation.approvals_left -= 1
    return keep(write, INVOICE_SHAPE, after)
