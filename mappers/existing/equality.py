"""Whether what is in Xero is what we would send."""

from mappers.existing.fingerprints import discount, rate, text, tracked, units
from mappers.existing.states import reaches
from mappers.model import Document, DocumentLine, ExistingDocument, ExistingLine


def matches(document: Document, existing: ExistingDocument) -> bool:
    """Whether nothing would have to be written: what we send is there, and the status is as far along or further.

    Fields that we do not send (no due date, no rate, an item's own account or tax type) are not compared. A document
    whose lines were not read never matches.
    """
    return existing.has_lines and _same_head(document, existing) and _same_lines(document, existing)


def is_same_customer(document: Document, existing: ExistingDocument) -> bool:
    """Whether both are for one contact. Ids are GUIDs: case says nothing."""
    return document.contact_id.casefold() == (existing.contact_id or "").casefold()


def _same_head(document: Document, existing: ExistingDocument) -> bool:
    return (
        document.type is existing.type
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
    return all(_same_line(ours, theirs) for ours, theirs in zip(document.lines, existing.lines, strict=True))


def _same_line(ours: DocumentLine, theirs: ExistingLine) -> bool:
    return (
        text(ours.item_code) == text(theirs.item_code)
        and text(ours.description) == text(theirs.description)
        and units(ours.quantity) == units(theirs.quantity)
        and units(ours.unit_amount) == units(theirs.unit_amount)
        and ours.account_code in (None, theirs.account_code)
        and ours.tax_type in (None, theirs.tax_type)
        and (not ours.tracking or tracked(ours.tracking) == tracked(theirs.tracking))
        and discount(theirs) is None
    )
