"""What a person could have edited in a document of ours, as one value that is compared later."""

import hashlib
from decimal import Decimal
from typing import Final

import orjson

from mappers.model import ExistingDocument, ExistingLine, Tracking, plain, round_half_up

# Xero keeps six decimals of a rate, four of quantities and unit amounts, two of line amounts (Xero API documentation,
# Invoices); replies may show more or fewer digits of the same number.
RATE_PLACES: Final = 6
UNIT_PLACES: Final = 4
AMOUNT_PLACES: Final = 2


def fingerprint(existing: ExistingDocument) -> str:
    """SHA-256 hex of the parts of a document that a person edits in Xero; its lines must have been read.

    Contact, reference, date, due date, currency, rate, line amount type, and of every line item, description,
    quantity, unit amount, discount, account, tax type and tracking. Status, payments and totals change without an
    edit and stay out. Reading the same document again gives the same fingerprint.
    """
    parts = [
        existing.contact_id,
        text(existing.reference),
        existing.date,
        existing.due_date,
        text(existing.currency),
        _digits(rate(existing.currency_rate)),
        existing.line_amounts,
        [_line(line) for line in existing.lines],
    ]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def text(value: str | None) -> str:
    """A text as it is compared: null and empty are one, line ends are one, outer blanks do not count."""
    return (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def rate(value: Decimal | None) -> Decimal | None:
    """A rate as it is compared: six decimals; 1 is what Xero shows of a document without a rate."""
    rounded = None if value is None else plain(round_half_up(value, RATE_PLACES))
    return None if rounded == 1 else rounded


def units(value: Decimal | None) -> Decimal | None:
    """A quantity or unit amount as it is compared: four decimals."""
    return None if value is None else plain(round_half_up(value, UNIT_PLACES))


def tracked(tracking: tuple[Tracking, ...]) -> list[list[str]]:
    """Tracking as it is compared: without an order."""
    return sorted([each.category, each.option] for each in tracking)


def _line(line: ExistingLine) -> list[object]:
    return [
        text(line.item_code),
        text(line.description),
        _digits(units(line.quantity)),
        _digits(units(line.unit_amount)),
        _digits(discount(line)),
        text(line.account_code),
        text(line.tax_type),
        tracked(line.tracking),
    ]


def discount(line: ExistingLine) -> Decimal | None:
    """What the line amount differs by from quantity x unit amount: a person gave a discount. Null where it does not."""
    if line.line_amount is None or line.quantity is None or line.unit_amount is None:
        return None
    full = round_half_up(line.quantity * line.unit_amount, AMOUNT_PLACES)
    difference = round_half_up(line.line_amount, AMOUNT_PLACES) - full
    return plain(difference) if difference else None


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
