"""A document we would send, and the same document as Xero shows it, for the tests of what is there already."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from mappers.model.company import DocumentType, LineAmounts
from mappers.model.document import Document, DocumentLine, ExistingDocument, ExistingLine
from mappers.model.master_data import OrganisationFacts

ALOK: Final = "41a038d3-3999-5323-9a4c-c784d083abc8"
OTHER: Final = "99999999-3999-5323-9a4c-c784d083abc8"
XERO_ID: Final = "11111111-2222-3333-4444-555555555555"
ORGANISATION: Final = OrganisationFacts("organisation", "Demo Company", "AUD")


def line(**overrides: Any) -> DocumentLine:
    fields: dict[str, Any] = {
        "item_code": "BEEF-01",
        "description": "Chilled beef",
        "quantity": Decimal("12.5"),
        "unit_amount": Decimal("101.25"),
    }
    return DocumentLine.model_validate({**fields, **overrides})


def document(**overrides: Any) -> Document:
    fields: dict[str, Any] = {
        "type": DocumentType.INVOICE,
        "number": "INV-7",
        "reference": "EXP-77 FOB",
        "contact_id": ALOK,
        "date": dt.date(2026, 11, 19),
        "due_date": dt.date(2026, 12, 19),
        "currency": "USD",
        "currency_rate": Decimal("0.6543"),
        "line_amounts": LineAmounts.EXCLUSIVE,
        "status": "DRAFT",
        "lines": (line(),),
        "expected_amount": Decimal("1265.63"),
    }
    return Document.model_validate({**fields, **overrides})


def existing(sent: Document | None = None, **overrides: Any) -> ExistingDocument:
    """What Xero shows after `sent`: more digits, the item's own account and tax type, totals.

    It has come over the wire, so that no value of it is the same object as one of ours.
    """
    source = sent or document()
    lines = tuple(_shown(each) for each in source.lines)
    total = sum((each.line_amount or Decimal(0) for each in lines), Decimal(0))
    fields = source.model_dump(include=set(ExistingDocument.model_fields) - {"lines"})
    fields |= {"xero_id": XERO_ID, "contact_name": "Alok Industries", "lines": lines}
    fields |= {"sub_total": total, "total_tax": Decimal("0.00"), "total": total}
    fields |= {"amount_paid": Decimal("0.00"), "amount_credited": Decimal("0.00")}
    shown = ExistingDocument.model_validate({**fields, **overrides})
    return ExistingDocument.model_validate_json(shown.model_dump_json())


def _shown(sent: DocumentLine) -> ExistingLine:
    unit = sent.amount / sent.quantity if sent.unit_amount is None else sent.unit_amount
    return ExistingLine(
        line_item_id="22222222-2222-3333-4444-555555555555",
        item_code=sent.item_code,
        description=sent.description,
        quantity=sent.quantity.quantize(Decimal("0.0001")),
        unit_amount=unit.quantize(Decimal("0.0001"), ROUND_HALF_UP),
        line_amount=sent.amount,
        account_code=sent.account_code or "200",
        tax_type=sent.tax_type or "EXEMPTEXPORT",
        tracking=sent.tracking,
    )
