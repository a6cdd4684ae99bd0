"""Documents to send, for the tests of the client."""

import datetime as dt
from decimal import Decimal
from typing import Any

from mappers.model.company import DocumentType, LineAmounts
from mappers.model.document import Document, DocumentLine

ORGANISATION = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
CONTACT_ID = "5e0f7b5c-6b1b-4a2e-9d4e-0d1f6f7a8b90"


def make_line(**given: Any) -> DocumentLine:
    """One line of 12.5 at 101.25."""
    fields: dict[str, Any] = {
        "item_code": "BEEF-01",
        "description": "Chilled beef",
        "quantity": Decimal("12.5"),
        "unit_amount": Decimal("101.25"),
    }
    return DocumentLine(**(fields | given))


def make_document(**given: Any) -> Document:
    """A draft invoice of one line; `type` and everything else may be given."""
    fields: dict[str, Any] = {
        "type": DocumentType.INVOICE,
        "number": "INV-2026-0042",
        "reference": "EXP-77 FOB Port Botany",
        "contact_id": CONTACT_ID,
        "date": dt.date(2026, 11, 19),
        "due_date": dt.date(2026, 12, 19),
        "currency": "USD",
        "currency_rate": Decimal("0.6543"),
        "line_amounts": LineAmounts.EXCLUSIVE,
        "status": "DRAFT",
        "lines": (make_line(),),
        "expected_amount": Decimal("1265.63"),
    }
    return Document(**(fields | given))
