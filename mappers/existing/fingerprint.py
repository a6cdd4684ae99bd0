"""A digest of what Xero shows of our document, by which a person's edit is noticed."""

import hashlib
from decimal import Decimal
from typing import Any

import orjson

from mappers.existing.shown import discount, gross_amount, is_inclusive_quote, is_zero, rate, shows_net, text, units
from mappers.model import ExistingDocument, ExistingLine, LineAmounts, LineTracking


def fingerprint(existing: ExistingDocument) -> str:
    """SHA-256 hex of the parts of a document that a person edits in Xero; its lines must have been read.

    Contact, reference, date, due date, currency, rate, line amount type, and of every line item, description,
    quantity, unit amount, discount, account, tax type and tracking. Status, payments and totals change without an
    edit and stay out. Reading the same document again gives the same fingerprint, also where Xero's reply to a write
    still shows what a later read does not: account and tax type of a line of 0.00, the tax type of a document without
    tax, lines of a quote with their tax.
    """
    return _digest(existing, [_line_parts(existing, line) for line in existing.lines])


def is_unedited(existing: ExistingDocument, kept: str) -> bool:
    """Whether nobody edited the document since the fingerprint `kept` was taken, by this version or an earlier one."""
    return kept == fingerprint(existing) or kept == _earlier_fingerprint(existing)


def _earlier_fingerprint(existing: ExistingDocument) -> str:
    """As the versions before the exceptions computed it; ledgers hold such ones for as long as they hold their rows."""
    return _digest(existing, [_earlier_line_parts(line) for line in existing.lines])


def _digest(existing: ExistingDocument, lines: list[list[Any]]) -> str:
    parts = [
        existing.contact_id,
        text(existing.reference),
        existing.date,
        existing.due_date,
        text(existing.currency),
        _digits(rate(existing.currency_rate)),
        existing.line_amounts,
        lines,
    ]
    return hashlib.sha256(orjson.dumps(parts)).hexdigest()


def _line_parts(existing: ExistingDocument, line: ExistingLine) -> list[Any]:
    item, description, quantity, unit, off, account, tax_type = _untracked_parts(line)
    if is_inclusive_quote(existing):
        shown = gross_amount(line) if shows_net(existing) else line.line_amount
        unit, off = None, _digits(units(shown))
    if is_zero(line):
        account = tax_type = ""
    if existing.line_amounts is LineAmounts.NO_TAX:
        tax_type = ""
    return [item, description, quantity, unit, off, account, tax_type, _tracked(line.tracking)]


def _earlier_line_parts(line: ExistingLine) -> list[Any]:
    tracked = sorted([each.category, each.option] for each in line.tracking if each.category)
    return [*_untracked_parts(line), tracked]


def _untracked_parts(line: ExistingLine) -> list[Any]:
    return [
        text(line.item_code),
        text(line.description),
        _digits(units(line.quantity)),
        _digits(units(line.unit_amount)),
        _digits(discount(line)),
        text(line.account_code),
        text(line.tax_type),
    ]


def _tracked(tracking: tuple[LineTracking, ...]) -> list[list[str]]:
    """Tracking as it is compared: regardless of order, by names, or by the option's id where there is no name."""
    return sorted([each.category, each.option or each.option_id or ""] for each in tracking)


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else str(value)
