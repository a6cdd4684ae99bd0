"""The document that we would send and the document that is in Xero, as values."""

import datetime as dt
import hashlib
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import orjson
from pydantic import BaseModel, ConfigDict

from mappers.model.company import DocumentType, LineAmounts
from mappers.model.money import round_half_up

AMOUNT_PLACES: Final = 2
"""Xero keeps line amounts with two decimals (Xero API documentation, Invoices)."""


class TaxSource(StrEnum):
    """Who decided a line's tax type."""

    PROFILE = "profile"
    ITEM = "item"
    ACCOUNT = "account"


class LineTracking(BaseModel):
    """A tracking option on a line. Xero keeps it on a quote by `option_id` alone, on an invoice by either."""

    model_config = ConfigDict(frozen=True)

    category: str
    option: str
    category_id: str | None = None
    option_id: str | None = None


class DocumentLine(BaseModel):
    """One line to send.

    `unit_amount` has at most four decimals; where a price has more it is None and `line_amount` is sent instead, from
    which Xero computes it. Otherwise the line amount is Xero's to compute. At most one of the discounts is set: in
    percent, or an amount off the line.
    """

    model_config = ConfigDict(frozen=True)

    item_code: str | None
    description: str
    quantity: Decimal
    unit_amount: Decimal | None
    line_amount: Decimal | None = None
    discount_rate: Decimal | None = None
    discount_amount: Decimal | None = None
    account_code: str | None = None
    tax_type: str | None = None
    tax_source: TaxSource | None = None
    tracking: tuple[LineTracking, ...] = ()

    @property
    def amount(self) -> Decimal:
        """What Xero makes of the line: its amount less the discount, to two decimals."""
        if self.unit_amount is None:
            return self.line_amount or Decimal(0)
        gross = self.quantity * self.unit_amount
        if self.discount_rate is not None:
            return round_half_up(gross * (100 - self.discount_rate) / 100, AMOUNT_PLACES)
        return round_half_up(gross - (self.discount_amount or 0), AMOUNT_PLACES)


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
    """SHA-256 hex of the canonical JSON of what the shipment and the profile say (architecture §3).

    Numbers are normalised first (12.50 and 12.5 are the same quantity), so that only a change of meaning changes it.
    What Xero's master data alone decides is left out, the tax types of items and accounts and the ids of tracking
    options: a change there is no change of the shipment, and must not reopen documents that were sent (ADR 10).
    """
    return hashlib.sha256(orjson.dumps(_canonical(document))).hexdigest()


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    normal = number.normalize()
    return normal if normal.as_tuple().exponent <= 0 else round_half_up(normal, 0)  # type: ignore[operator]  # Finite numbers have integer exponents; parsing refuses the others.


_ADDED: Final = ("line_amount", "discount_rate", "discount_amount")
"""Fields of a line that came later: absent where unset, so that hashes that were stored before them stay right."""


def _canonical(document: Document) -> dict[str, Any]:
    """The fields as JSON has them, in their order; built by hand, since each document is hashed at least once."""
    return {
        **{name: getattr(document, name) for name in Document.model_fields},
        "currency_rate": _digits(document.currency_rate),
        "expected_amount": _digits(document.expected_amount),
        "lines": [_canonical_line(line) for line in document.lines],
    }


def _canonical_line(line: DocumentLine) -> dict[str, Any]:
    # By name, for what a document of a thousand lines takes: everything else waits on the same event loop meanwhile.
    added = {name: _digits(value) for name in _ADDED if (value := getattr(line, name)) is not None}
    is_ours = line.tax_source in (None, TaxSource.PROFILE)
    return {
        "item_code": line.item_code,
        "description": line.description,
        "quantity": _digits(line.quantity),
        "unit_amount": _digits(line.unit_amount),
        **added,
        "account_code": line.account_code,
        "tax_type": line.tax_type if is_ours else None,
        "tracking": [{"category": each.category, "option": each.option} for each in line.tracking],
    }


def _digits(number: Decimal | None) -> str | None:
    return None if number is None else str(plain(number))


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
    tax_amount: Decimal | None = None
    tracking: tuple[LineTracking, ...] = ()


class ExistingDocument(BaseModel):
    """An invoice or quote as Xero returned it. `has_lines` is false where Xero left the lines out of a list.

    `updated_at` is when Xero last changed it, by its own clock.
    """

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
    updated_at: dt.datetime | None = None
