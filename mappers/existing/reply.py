"""Xero's document beside what was sent: what it amounts to, tax that nobody asked for, what Xero did not keep."""

from collections.abc import Iterator
from decimal import Decimal

from mappers.existing.shown import has_tracking, is_zero
from mappers.model import Code, Company, Document, DocumentLine, ExistingDocument, ExistingLine, LineAmounts, Problem


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


def unasked_tax(total_tax: Decimal | None, currency: str, company: Company) -> tuple[Problem, ...]:
    """A warning where Xero charges tax that the profile neither names nor expects. None: Xero did not say."""
    if not total_tax or company.tax_type or company.expects_tax:
        return ()
    problem = Problem(
        code=Code.TAX_CHARGED,
        field="total_tax",
        value=f"{total_tax:f}",
        message=f"Xero charges {total_tax:f} {currency} of tax on the document; the profile does not ask for any.",
        hint="Accounting: look at the sales tax of the items and the tax rates of their accounts in Xero, or set "
        "tax_type in the profile; where tax is right, set expects_tax = true.",
    )
    return (problem,)


def shown_otherwise(document: Document, existing: ExistingDocument, company: Company) -> tuple[Problem, ...]:
    """Warnings about what Xero shows otherwise than it was meant: what it did not keep, tax that nobody asked for."""
    return (
        *_theme_not_kept(document, existing),
        *_tracking_not_kept(document, existing),
        *_taxes_not_kept(document, existing),
        *unasked_tax(existing.total_tax, document.currency, company),
    )


def _theme_not_kept(document: Document, existing: ExistingDocument) -> Iterator[Problem]:
    theme = document.branding_theme_id
    if theme and theme.casefold() != (existing.branding_theme_id or "").casefold():
        yield _not_kept(document, "branding_theme", theme, "the branding theme")


def _tracking_not_kept(document: Document, existing: ExistingDocument) -> Iterator[Problem]:
    lost = [ours for ours, theirs in _pairs(document, existing) if ours.tracking and not has_tracking(ours, theirs)]
    if lost:
        options = ", ".join(f"{each.category}: {each.option}" for each in lost[0].tracking)
        yield _not_kept(document, "tracking", options, f"the tracking of {_lines(len(lost))}")


def _taxes_not_kept(document: Document, existing: ExistingDocument) -> Iterator[Problem]:
    """Xero shows NONE on a document without tax and drops the tax type of a line of 0.00: neither changes any tax."""
    if document.line_amounts is LineAmounts.NO_TAX:
        return
    pairs = [(ours, theirs) for ours, theirs in _pairs(document, existing) if not is_zero(theirs)]
    changed = [
        (ours.tax_type, theirs.tax_type) for ours, theirs in pairs if ours.tax_type not in (None, theirs.tax_type)
    ]
    if changed:
        sent, shown = changed[0]
        words = f"the tax type of {_lines(len(changed))} (it shows {shown or 'none'})"
        yield _not_kept(document, "tax_type", sent or "", words)


def _pairs(document: Document, existing: ExistingDocument) -> list[tuple[DocumentLine, ExistingLine]]:
    """Our lines with Xero's; none where they cannot be told apart, which the amounts show."""
    same = existing.has_lines and len(document.lines) == len(existing.lines)
    return list(zip(document.lines, existing.lines, strict=True)) if same else []


def _lines(count: int) -> str:
    return "one line" if count == 1 else f"{count} lines"


def _not_kept(document: Document, field: str, value: str, what: str) -> Problem:
    return Problem(
        code=Code.NOT_KEPT_BY_XERO,
        field=field,
        value=value,
        message=f"Xero did not keep {what} of {document.type.value} {document.number}.",
        hint="Accounting: set it in Xero by hand.",
    )


def _difference(amount: Decimal | None, expected: Decimal, currency: str) -> str:
    wanted = f"The shipment amounts to {expected:f} {currency}"
    if amount is None:
        return f"{wanted}; Xero did not say what its document amounts to."
    return f"{wanted}, Xero's document to {amount:f}: a difference of {amount - expected:+f}."
