"""When our document and Xero's are equal, so that nothing would have to be written."""

from decimal import Decimal

from mappers.existing.shown import (
    AMOUNT_PLACES,
    CENT,
    NO_TAX_TYPE,
    UNIT_PLACES,
    gross_amount,
    has_tracking,
    is_inclusive_quote,
    rate,
    shows_net,
    text,
    units,
)
from mappers.existing.states import reaches
from mappers.model import Document, DocumentLine, ExistingDocument, ExistingLine, LineAmounts, round_half_up


def matches(document: Document, existing: ExistingDocument) -> bool:
    """Whether nothing would have to be written: what we send is there, and the status is as far along or further.

    Fields that we do not send (no due date, no rate, an item's own account) are not compared. A document whose lines
    were not read never matches.
    """
    return existing.has_lines and _same_head(document, existing) and _same_lines(document, existing)


def is_same_customer(document: Document, existing: ExistingDocument) -> bool:
    """Whether both are for one contact. Ids are GUIDs, so case does not matter."""
    return document.contact_id.casefold() == (existing.contact_id or "").casefold()


def _same_head(document: Document, existing: ExistingDocument) -> bool:
    return (
        document.type is existing.type
        # Exact, not by `number_key`: an update would change the number of a document that differs in case.
        and document.number == text(existing.number)
        and reaches(existing, document.status)
        and is_same_customer(document, existing)
        and text(document.reference) == text(existing.reference)
        and document.date == existing.date
        and document.currency == text(existing.currency)
        and _same_optional(document, existing)
    )


def _same_optional(document: Document, existing: ExistingDocument) -> bool:
    pairs = (
        (document.due_date, existing.due_date),
        (rate(document.currency_rate), rate(existing.currency_rate)),
        (document.url, existing.url),
        (document.branding_theme_id, existing.branding_theme_id),
    )
    same_type = existing.line_amounts in (None, document.line_amounts)
    return same_type and all(ours is None or ours == theirs for ours, theirs in pairs)


def _same_lines(document: Document, existing: ExistingDocument) -> bool:
    if len(document.lines) != len(existing.lines):
        return False
    pairs = zip(document.lines, existing.lines, strict=True)
    if not all(_same_line(ours, theirs, document) for ours, theirs in pairs):
        return False
    if shows_net(existing):
        return existing.total == document.expected_amount and _same_gross(document, existing)
    compare = _same_amount if is_inclusive_quote(existing) else _same_price
    return all(compare(ours, theirs) for ours, theirs in zip(document.lines, existing.lines, strict=True))


def _same_line(ours: DocumentLine, theirs: ExistingLine, document: Document) -> bool:
    return (
        text(ours.item_code) == text(theirs.item_code)
        and text(ours.description) == text(theirs.description)
        and units(ours.quantity) == units(theirs.quantity)
        and _same_posting(ours, theirs, document)
        and (not ours.tracking or has_tracking(ours, theirs))
    )


def _same_posting(ours: DocumentLine, theirs: ExistingLine, document: Document) -> bool:
    """Account and tax type, where Xero shows what was sent: it drops both of a line of 0.00, and shows NONE for the tax
    type of a document without tax.
    """
    accounts, taxes = [ours.account_code], [ours.tax_type]
    if not ours.amount:
        accounts, taxes = [*accounts, None, ""], [*taxes, None, "", NO_TAX_TYPE]
    elif document.line_amounts is LineAmounts.NO_TAX:
        taxes = [*taxes, None, "", NO_TAX_TYPE]
    same_account = ours.account_code is None or theirs.account_code in accounts
    return same_account and (ours.tax_type is None or theirs.tax_type in taxes)


def _same_price(ours: DocumentLine, theirs: ExistingLine) -> bool:
    """The price and what the line comes to: a discount that a person gave shows in the latter alone."""
    if theirs.line_amount is None:
        return ours.unit_amount is not None and units(ours.unit_amount) == units(theirs.unit_amount)
    same_unit = ours.unit_amount is None or units(ours.unit_amount) == units(theirs.unit_amount)
    return same_unit and _same_amount(ours, theirs)


def _same_amount(ours: DocumentLine, theirs: ExistingLine) -> bool:
    return theirs.line_amount is not None and round_half_up(theirs.line_amount, AMOUNT_PLACES) == ours.amount


def _same_gross(document: Document, existing: ExistingDocument) -> bool:
    """Lines that are shown without their tax, with it: as near as the net price, of four decimals, can come."""
    return all(_is_near(ours, theirs) for ours, theirs in zip(document.lines, existing.lines, strict=True))


def _is_near(ours: DocumentLine, theirs: ExistingLine) -> bool:
    gross = gross_amount(theirs)
    lost = CENT + abs(ours.quantity) * Decimal(1).scaleb(-UNIT_PLACES)
    return gross is not None and abs(gross - ours.amount) <= lost
