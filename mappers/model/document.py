"""The document that we would send and the document that is in Xero, as values."""

import datetime as dt
import hashlib
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from mappers.model.company import DocumentType, LineAmounts, Tracking


class DocumentLine(BaseModel):
    """One line to send. `unit_amount` has at most four decimals; the line amount is Xero's to compute."""

    model_config = ConfigDict(frozen=True)

    item_code: str | None
    description: str
    quantity: Decimal
    unit_amount: Decimal
    account_code: str | None = None
    tax_type: str | None = None
    tracking: tuple[Tracking, ...] = ()


class Document(BaseModel):
    """The canonical invoice or quote. Equal documents have equal hashes; the hash decides "unchanged".

    `currency_rate` is foreign units per one unit of the base currency (Xero's CurrencyRate), None to let Xero pick.
    `due_date` is a quote's expiry date. `expected_amount` is the sum of the shipment's item values (and charges).
    `title`, `summary` and `terms` are a quote's texts: a shipment has none, an update repeats those that Xero has.
    """

    model_config = ConfigDict(frozen=True)

    type: DocumentType
    number: str
    reference: str
    contact_id: str
    date: dt.date
    due_date: dt.date | None
    currency: str
    currency_rate: Decimal | None
    line_amounts: LineAmounts
    status: str
    lines: tuple[DocumentLine, ...]
    expected_amount: Decimal
    url: str | None = None
    branding_theme_id: str | None = None
    title: str | None = None
    summary: str | None = None
    terms: str | None = None


def content_hash(document: Document) -> str:
    """SHA-256 hex of the canonical JSON of the document (architecture §3).

    Numbers are normalised first (12.50 and 12.5 are the same quantity), so that only a change of meaning changes it.
    """
    return hashlib.sha256(_normalised(document).model_dump_json().encode()).hexdigest()


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    normal = number.normalize()
    return normal if normal.as_tuple().exponent <= 0 else normal.quantize(Decimal(1))  # type: ignore[operator]  # Finite numbers have integer exponents; parsing refuses the others.


def _normalised(document: Document) -> Document:
    rate = document.currency_rate
    return document.model_copy(
        update={
            "lines": tuple(_normalised_line(line) for line in document.lines),
            "currency_rate": None if rate is None else plain(rate),
            "expected_amount": plain(document.expected_amount),
        }
    )


def _normalised_line(line: DocumentLine) -> DocumentLine:
    return line.model_copy(update={"quantity": plain(line.quantity), "unit_amount": plain(line.unit_amount)})


class ExistingLine(BaseModel):
    """One line as Xero returned it (with unitdp=4)."""

    model_config = ConfigDict(frozen=True)

    line_item_id: str | None = None
    item_code: str | None = None
    description: str | None = None
    quantity: Decimal | None = None
    unit_amount: Decimal | None = None
    line_amount: Decimal | None = None
    account_code: str | None = None
    tax_type: str | None = None
    tracking: tuple[Tracking, ...] = ()


class ExistingDocument(BaseModel):
    """An invoice or quote as Xero returned it. `has_lines` is false where Xero left the lines out of a list."""

    model_config = ConfigDict(frozen=True)

    type: DocumentType
    xero_id: str
    number: str
    status: str
    contact_id: str | None
    contact_name: str | None = None
    reference: str | None = None
    date: dt.date | None = None
    due_date: dt.date | None = None
    currency: str | None = None
    currency_rate: Decimal | None = None
    line_amounts: LineAmounts | None = None
    lines: tuple[ExistingLine, ...] = ()
    has_lines: bool = True
    sub_total: Decimal | None = None
    total_tax: Decimal | None = None
    total: Decimal | None = None
    amount_paid: Decimal | None = None
    amount_credited: Decimal | None = None
    sent_to_contact: bool = False
    url: str | None = None
    branding_theme_id: str | None = None
    title: str | None = None
    summary: str | None = None
    terms: str | None = None
