"""Invoices and quotes as values, and the books that keep them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from deploy.simulator.wire import JsonObject, money

Kind = Literal["invoice", "quote"]
PERSON = "a person"
DEAD = frozenset({"VOIDED", "DELETED"})


class Line(NamedTuple):
    """One line, priced. A named tuple, because lines are many and their changes must be quick."""

    line_id: str
    description: str = ""
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    item_code: str = ""
    account_code: str = ""
    tax_type: str = ""
    tracking: tuple[JsonObject, ...] = ()
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    line_amount: Decimal = money.ZERO
    tax_amount: Decimal = money.ZERO


@dataclass(frozen=True)
class Document:
    """An invoice or a quote. `due` is the due date of an invoice and the expiry date of a quote."""

    kind: Kind
    document_id: str
    number: str
    status: str
    contact_id: str
    day: date
    currency: str
    rate: Decimal
    line_amount_types: str
    updated_at: datetime
    created_by: str
    type: str = "ACCREC"
    due: date | None = None
    lines: tuple[Line, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)
    sent_to_contact: bool = False
    sub_total: Decimal = money.ZERO
    total_tax: Decimal = money.ZERO
    total: Decimal = money.ZERO
    total_discount: Decimal = money.ZERO
    amount_paid: Decimal = money.ZERO
    paid_on: date | None = None
    made_at: datetime | None = None
    """None in books that were kept before this was known: long ago."""

    @property
    def alive(self) -> bool:
        return self.status not in DEAD

    @property
    def amount_due(self) -> Decimal:
        return self.total - self.amount_paid


@dataclass(frozen=True)
class Note:
    """An entry of a document's history."""

    at: datetime
    user: str
    details: str
    changes: str = "Note"


@dataclass(frozen=True)
class Attachment:
    attachment_id: str
    file_name: str
    mime_type: str
    content: bytes
    include_online: bool = False


@dataclass
class DocumentBook:
    """The documents of one kind. A number may stand for several where Xero allows it (bills, quotes by a switch)."""

    by_id: dict[str, Document] = field(default_factory=dict)
    _by_number: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: dict[str, list[Note]] = field(default_factory=dict)
    attachments: dict[str, dict[str, Attachment]] = field(default_factory=dict)
    """By the document's id and the file's: a name may be there twice."""
    ignore_case: bool = False

    def __iter__(self) -> Iterator[Document]:
        return iter(self.by_id.values())

    def files(self, document: Document) -> list[Attachment]:
        """The document's files, the oldest first."""
        return list(self.attachments.get(document.document_id, {}).values())

    def put(self, document: Document) -> None:
        before = self.by_id.get(document.document_id)
        if before and before.number != document.number:
            key = self._key(before.number)
            self._by_number[key] = tuple(each for each in self._by_number[key] if each != before.document_id)
        self.by_id[document.document_id] = document
        key = self._key(document.number)
        holders = self._by_number.get(key, ())
        if document.document_id not in holders:
            self._by_number[key] = (*holders, document.document_id)

    def numbered(self, number: str) -> list[Document]:
        """Every document of this number, oldest first."""
        return [self.by_id[each] for each in self._by_number.get(self._key(number), ())]

    def holder(self, number: str) -> Document | None:
        """Who holds this number: a living sales document or quote, else the newest dead one."""
        held = [each for each in self.numbered(number) if each.type == "ACCREC"]
        return next((each for each in held if each.alive), held[-1] if held else None)

    def compare_numbers(self, *, ignore_case: bool) -> None:
        """From now on numbers that differ in case alone are the same, or not."""
        self.ignore_case = ignore_case
        self._by_number = {}
        for document in self:
            key = self._key(document.number)
            self._by_number[key] = (*self._by_number.get(key, ()), document.document_id)

    def copy(self) -> "DocumentBook":
        """A state to go back to; documents are values, so copying the tables is enough."""
        return DocumentBook(dict(self.by_id), dict(self._by_number), self.notes, self.attachments, self.ignore_case)

    def _key(self, number: str) -> str:
        return number.casefold() if self.ignore_case else number
