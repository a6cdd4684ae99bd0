"""When two views of a document are equal: ours and Xero's, Xero's before and after an edit, and what both add up to."""

import hashlib
from decimal import Decimal
from typing import Final

import orjson

from mappers.existing.states import reaches
from mappers.model import (
    Code,
    Document,
    DocumentLine,
    ExistingDocument,
    ExistingLine,
    LineAmounts,
    Problem,
    Tracking,
    plain,
    round_half_up,
)

# Xero keeps six decimals of a rate, four of quantities and unit amounts, two of line amounts (Xero API documentation,
# Invoices); replies may show more or fewer digits of the same number.
RATE_PLACES: Final = 6
UNIT_PLACES: Final = 4
AMOUNT_PLACES: Final = 2


def matches(document: Document, existing: ExistingDocument) -> bool:
    """Whether nothing would have to be written: what we send is there, and the status is as far along or further.

    Fields that we do not send (no due date, no rate, an item's own account or tax type) are not compared. A document
    whose lines were not read never matches.
    """
    return existing.has_lines and _same_head(document, existing) and _same_lines(document, existing)


def is_same_customer(document: Document, existing: ExistingDocument) -> bool:
    """Whether both are for one contact. Ids are GUIDs, so case does not matter."""
    return document.contact_id.casefold() == (existing.contact_id or "").casefold()


def fingerprint(existing: ExistingDocument) -> str:
    """SHA-256 hex of the parts of a document that a person edits in Xero; its lines must have been read.

    Contact, reference, date, due date, currency, rate, line amount type, and of every line item, description,
    quantity, unit amount, discount, account, tax type and tracking. Status, payments and totals change without an
    edit and stay out. Reading the same document again gives the same fingerprint.
    """
    parts = [
        existing.contact_id,
        _text(existing.reference),
        existing.date,
        existing.due_date,
        _text(existing.currency),
        _digits(_rate(existing.currency_rate)),
        existing.line_amounts,
        [_line_parts(line) for line in existing.lines],
    ]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def check_amount(document: Document, existing: ExistingDocument) -> Problem | None:
    """None where Xero's amount equals the shipment's exactly, else `amount_differs` with both and the difference.

    This is the last check of the money (invariant 8). Xero's amount is its SubTotal where line amounts are exclusive
    of tax, its Total otherwise.
    """
    amount = existing.sub_total if document.line_amounts is LineAmounts.EXCLUSIVE else existing.total
    expected = document.expected_amount
    if amount == expected:
        return None
    return Problem(
        code=Code.AMOUNT_DIFFERS,
        field="total",
        value=None if amount is None else f"{amount:f}",
        message=_difference(amount, expected, document.currency),
        hint=f"Accounting: compare {document.type.value} {document.number} in Xero with the shipment and correct it.",
    )


def _same_head(document: Document, existing: ExistingDocument) -> bool:
    return (
        document.type is existing.type
        # Exact, not by `number_key`: an update would change the number of a document that differs in case.
        and document.number == _text(existing.number)
        and reaches(existing, document.status)
        and is_same_customer(document, existing)
        and _text(document.reference) == _text(existing.reference)
        and document.date == existing.date
        and document.currency == _text(existing.currency)
        and _same_optional(document, existing)
    )


def _same_optional(document: Document, existing: ExistingDocument) -> bool:
    pairs = (
        (document.due_date, existing.due_date),
        (_rate(document.currency_rate), _rate(existing.currency_rate)),
        (document.url, existing.url),
        (document.branding_theme_id, existing.branding_theme_id),
    )
    same_type = existing.line_amounts in (None, document.line_amounts)
    return same_type and all(ours is None or ours == theirs for ours, theirs in pairs)


def _same_lines(document: Document, existing: ExistingDocument) -> bool:
    if len(document.lines) != len(existing.lines):
        return False
    return all(_same_line(ours, theirs) for ours, theirs in zip(document.lines, existing.lines, strict=True))


def _same_line(ours: DocumentLine, theirs: ExistingLine) -> bool:
    return (
        _text(ours.item_code) == _text(theirs.item_code)
        and _text(ours.description) == _text(theirs.description)
        and _units(ours.quantity) == _units(theirs.quantity)
        and _units(ours.unit_amount) == _units(theirs.unit_amount)
        and ours.account_code in (None, theirs.account_code)
        and ours.tax_type in (None, theirs.tax_type)
        and (not ours.tracking or _tracked(ours.tracking) == _tracked(theirs.tracking))
        and _discount(theirs) is None
    )


def _line_parts(line: ExistingLine) -> list[object]:
    return [
        _text(line.item_code),
        _text(line.description),
        _digits(_units(line.quantity)),
        _digits(_units(line.unit_amount)),
        _digits(_discount(line)),
        _text(line.account_code),
        _text(line.tax_type),
        _tracked(line.tracking),
    ]


def _text(value: str | None) -> str:
    """A text as it is compared: None is the empty text, line ends are unified, leading and trailing blanks ignored."""
    return (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def _rate(value: Decimal | None) -> Decimal | None:
    """A rate as it is compared: six decimals; 1 is what Xero shows for a document without a rate."""
    rounded = None if value is None else plain(round_half_up(value, RATE_PLACES))
    return None if rounded == 1 else rounded


def _units(value: Decimal | None) -> Decimal | None:
    """A quantity or unit amount as it is compared: four decimals."""
    return None if value is None else plain(round_half_up(value, UNIT_PLACES))


def _tracked(tracking: tuple[Tracking, ...]) -> list[list[str]]:
    """Tracking as it is compared: regardless of order."""
    return sorted([each.category, each.option] for each in tracking)


def _discount(line: ExistingLine) -> Decimal | None:
    """How far the line amount is from quantity x unit price, None where it is not: a person gave a discount."""
    if line.line_amount is None or line.quantity is None or line.unit_amount is None:
        return None
    full = round_half_up(line.quantity * line.unit_amount, AMOUNT_PLACES)
    difference = round_half_up(line.line_amount, AMOUNT_PLACES) - full
    return plain(difference) if difference else None


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _difference(amount: Decimal | None, expected: Decimal, currency: str) -> str:
    wanted = f"The shipment amounts to {expected:f} {currency}"
    if amount is None:
        return f"{wanted}; Xero did not say what its document amounts to."
    return f"{wanted}, Xero's document to {amount:f}: a difference of {amount - expected:+f}."
