"""The last check of the money: what Xero made of a document against what the shipment says (invariant 8)."""

from decimal import Decimal

from mappers.model import Code, Document, ExistingDocument, LineAmounts, Problem


def xero_amount(document: Document, existing: ExistingDocument) -> Decimal | None:
    """Xero's SubTotal where line amounts are exclusive of tax, its Total otherwise."""
    return existing.sub_total if document.line_amounts is LineAmounts.EXCLUSIVE else existing.total


def check_amount(document: Document, existing: ExistingDocument) -> Problem | None:
    """Null where Xero's amount equals the shipment's exactly, else `amount_differs` with both and the difference."""
    amount = xero_amount(document, existing)
    expected = document.expected_amount
    if amount == expected:
        return None
    return Problem(
        code=Code.AMOUNT_DIFFERS,
        field="total",
        value=None if amount is None else f"{amount:f}",
        message=_message(amount, expected, document.currency),
        hint=f"Accounting: compare {document.type.value} {document.number} in Xero with the shipment and correct it.",
    )


def _message(amount: Decimal | None, expected: Decimal, currency: str) -> str:
    said = f"The shipment amounts to {expected:f} {currency}"
    if amount is None:
        return f"{said}; Xero did not say what its document amounts to."
    return f"{said}, Xero's document to {amount:f}: a difference of {amount - expected:+f}."
