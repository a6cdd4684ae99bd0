"""One organisation's documents in memory, and what Xero answers to a new or a changed one."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import orjson

from mappers.model.company import DocumentType
from mappers.model.document import Document, DocumentLine, ExistingDocument, ExistingLine
from xero_client.json_codec import digits
from xero_client.port import ElementReply

UNIT, CENT = Decimal("0.0001"), Decimal("0.01")
TAXED = "TAXED"
"""The tax type of ten percent; every other one is of none."""
CLOSED = frozenset({"VOIDED", "DELETED", "PAID"})
OPEN_QUOTES = frozenset({"DRAFT", "SENT"})


@dataclass
class StoredDocuments:
    """Documents by id, invoices and quotes apart. `new_id` gives ids; numbers of any status stay taken.

    `deleted_numbers_free`: but for those of deleted documents, as Xero's help says. `quote_numbers_unique` is false for
    a Xero that lets PUT make two quotes of one number (unverified in public docs).
    """

    new_id: Callable[[], str]
    quote_numbers_unique: bool = True
    deleted_numbers_free: bool = False
    ignores_case: bool = False
    clock: Callable[[], datetime] | None = None
    """UTC; without one nothing tells when a document was changed."""
    documents: dict[str, ExistingDocument] = field(default_factory=dict)

    def numbered(self, kind: DocumentType, number: str) -> list[ExistingDocument]:
        """Every document of the kind with the number, in the order they were made."""
        return [each for each in self.documents.values() if each.type is kind and self._same(each.number, number)]

    def create(self, document: Document) -> ElementReply:
        """What PUT does with one element: refuses a taken number, else stores the document under a new id."""
        unique = document.type is DocumentType.INVOICE or self.quote_numbers_unique
        if unique and self._taken(document):
            return _refused(document, _taken(document.type))
        return self._store(document, self.new_id())

    def upsert(self, document: Document, xero_id: str | None) -> ElementReply:
        """What a POST does: it updates by id, else whatever document has the number, else it creates one."""
        # POST without an id falls on the document that has the number, which is why we never send it so.
        if xero_id is not None:
            return self.update(document, xero_id)
        taken = self.numbered(document.type, document.number)
        return self.update(document, taken[0].xero_id) if taken else self.create(document)

    def update(self, document: Document, xero_id: str) -> ElementReply:
        """What POST with an id does with one element: replaces the whole, lines as a set, unless it is closed."""
        present = self.documents[xero_id]
        if (problem := _locked(present)) is not None:
            return _refused(document, problem)
        others = [each for each in self._taken(document) if each.xero_id != xero_id]
        if others and document.type is DocumentType.INVOICE:
            return _refused(document, _taken(document.type))
        return self._store(document, xero_id)

    def _same(self, one: str, other: str) -> bool:
        return one.casefold() == other.casefold() if self.ignores_case else one == other

    def _taken(self, document: Document) -> list[ExistingDocument]:
        found = self.numbered(document.type, document.number)
        return [each for each in found if each.status != "DELETED" or not self.deleted_numbers_free]

    def _store(self, document: Document, xero_id: str) -> ElementReply:
        if (problem := _incomplete(document)) is not None:
            return _refused(document, problem)
        stored = stored_document(document, xero_id, self.new_id)
        if self.clock is not None:
            stored = stored.model_copy(update={"updated_at": self.clock()})
        self.documents[xero_id] = stored
        return ElementReply(document.number, stored)


def stored_document(document: Document, xero_id: str, new_id: Callable[[], str]) -> ExistingDocument:
    """What Xero shows of a document it took: line amounts to the cent, summed; tax on top for `TAXED` lines alone."""
    lines = tuple(_stored_line(line, new_id()) for line in document.lines)
    sub_total = sum((line.line_amount or Decimal(0) for line in lines), Decimal(0))
    tax = sum((line.tax_amount or Decimal(0) for line in lines), Decimal(0))
    invoice = document.type is DocumentType.INVOICE
    return ExistingDocument(
        type=document.type,
        xero_id=xero_id,
        number=document.number,
        status=document.status,
        contact_id=document.contact_id,
        reference=document.reference,
        date=document.date,
        due_date=document.due_date,
        currency=document.currency,
        currency_rate=document.currency_rate or Decimal(1),
        line_amounts=document.line_amounts,
        lines=lines,
        sub_total=sub_total,
        total_tax=tax,
        total=sub_total + tax,
        amount_paid=Decimal(0) if invoice else None,
        amount_credited=Decimal(0) if invoice else None,
        url=document.url,
        branding_theme_id=document.branding_theme_id,
    )


def _stored_line(line: DocumentLine, line_item_id: str) -> ExistingLine:
    return ExistingLine(
        line_item_id=line_item_id,
        item_code=line.item_code,
        description=line.description,
        quantity=line.quantity,
        unit_amount=(line.amount / line.quantity).quantize(UNIT, ROUND_HALF_UP)
        if line.unit_amount is None
        else line.unit_amount,
        line_amount=line.amount,
        account_code=line.account_code,
        tax_type=line.tax_type,
        tax_amount=(line.amount / 10).quantize(CENT, ROUND_HALF_UP) if line.tax_type == TAXED else Decimal(0),
        tracking=line.tracking,
    )


def _locked(present: ExistingDocument) -> str | None:
    if present.amount_paid or present.amount_credited:
        return "This document cannot be edited as it has a payment or credit note allocated to it."
    if present.status in CLOSED:
        return "Invoice not of valid status for modification"
    if present.type is DocumentType.QUOTE and present.status not in OPEN_QUOTES:
        return "Quote not of valid status for modification"
    return None


def _incomplete(document: Document) -> str | None:
    if document.status == "DRAFT":
        return None  # A draft may be incomplete.
    if not document.lines:
        return "One or more line items must be specified"
    if any(not re.search(r"\S", line.description) for line in document.lines):
        return "The description field is mandatory for each line item."
    return None


def _taken(kind: DocumentType) -> str:
    return "Invoice # must be unique." if kind is DocumentType.INVOICE else "Quote # must be unique."


def _refused(document: Document, message: str) -> ElementReply:
    return ElementReply(document.number, None, errors=(message,))


def plain_number(number: object) -> str:
    """A number as the fake's bodies have it."""
    if not isinstance(number, Decimal):
        raise TypeError(f"{type(number).__name__} is in no document")
    return digits(number)


def decode_body(body: bytes) -> list[tuple[Document, str | None]]:
    """The documents of a body, each with the id that it updates."""
    return [(Document.model_validate(fields), xero_id) for xero_id, fields in orjson.loads(body)["documents"]]
