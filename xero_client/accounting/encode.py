"""Documents as xero-python's models, and as the exact bytes that go to Xero.

Only what we mean is sent: the contact by its id alone (a name beside it would edit or create a contact), a unit amount
or a line amount but never both (Xero computes the other; a pair that differs by a cent is refused), no tax amounts, no
line ids (the lines of an update replace the old ones as a set).
developer.xero.com/documentation/api/accounting/invoices and .../quotes.
"""

from collections.abc import Sequence
from typing import Final

from mappers.model import Document, DocumentLine, DocumentType, LineAmounts, LineTracking
from xero_client.accounting.decode import PLURAL
from xero_client.transport import models

HISTORY_LIMIT: Final = 2_500
"""Characters of a history note (developer.xero.com/documentation/api/accounting/historyandnotes)."""

INVOICE_LINE_AMOUNTS: Final = {
    LineAmounts.EXCLUSIVE: models.LineAmountTypes.EXCLUSIVE,
    LineAmounts.INCLUSIVE: models.LineAmountTypes.INCLUSIVE,
    LineAmounts.NO_TAX: models.LineAmountTypes.NOTAX,
}
QUOTE_LINE_AMOUNTS: Final = {
    LineAmounts.EXCLUSIVE: models.QuoteLineAmountTypes.EXCLUSIVE,
    LineAmounts.INCLUSIVE: models.QuoteLineAmountTypes.INCLUSIVE,
    LineAmounts.NO_TAX: models.QuoteLineAmountTypes.NOTAX,
}


def encode_documents(kind: DocumentType, documents: Sequence[tuple[Document, str | None]]) -> bytes:
    """The request body of a batch of (document, Xero id or None). Equal input, equal bytes.

    Raises ValueError for a document of another kind, for a number that is not finite, and for what the SDK's models
    refuse (a status Xero does not have, a number longer than 255).
    """
    if others := [document.number for document, _ in documents if document.type is not kind]:
        raise ValueError(f"{others[0]} is no {kind}")
    match kind:
        case DocumentType.INVOICE:
            return models.write_model(
                models.Invoices(invoices=[_invoice(document, xero_id) for document, xero_id in documents])
            )
        case DocumentType.QUOTE:
            return models.write_model(
                models.Quotes(quotes=[_quote(document, xero_id) for document, xero_id in documents])
            )


def join_bodies(kind: DocumentType, bodies: Sequence[bytes]) -> bytes:
    """One body from several that `encode_documents` made, the same bytes as if it had made one of all documents.

    Raises ValueError for other bytes.
    """
    before, after = f'{{"{PLURAL[kind]}":['.encode(), b"]}"
    if not all(body.startswith(before) and body.endswith(after) for body in bodies):
        raise ValueError(f"not the body of a batch of {PLURAL[kind]}")
    return before + b",".join(body[len(before) : -len(after)] for body in bodies) + after


def encode_note(text: str) -> bytes:
    """The request body of one history note, cut to what Xero keeps."""
    return models.write_model(
        models.HistoryRecords(history_records=[models.HistoryRecord(details=text[:HISTORY_LIMIT])])
    )


def _invoice(document: Document, xero_id: str | None) -> models.Invoice:
    return models.Invoice(
        type="ACCREC",
        invoice_id=xero_id,
        invoice_number=document.number,
        reference=document.reference,
        contact=models.Contact(contact_id=document.contact_id),
        date=document.date.isoformat(),
        due_date=None if document.due_date is None else document.due_date.isoformat(),
        currency_code=document.currency,
        currency_rate=document.currency_rate,
        line_amount_types=INVOICE_LINE_AMOUNTS[document.line_amounts],
        status=document.status,
        line_items=[_line(line) for line in document.lines],
        url=document.url,
        branding_theme_id=document.branding_theme_id,
    )


def _quote(document: Document, xero_id: str | None) -> models.Quote:
    # An update that leaves LineAmountTypes, dates or texts out resets them, so a quote is always sent whole.
    return models.Quote(
        quote_id=xero_id,
        quote_number=document.number,
        reference=document.reference,
        contact=models.Contact(contact_id=document.contact_id),
        date=document.date.isoformat(),
        expiry_date=None if document.due_date is None else document.due_date.isoformat(),
        currency_code=document.currency,
        currency_rate=document.currency_rate,
        line_amount_types=QUOTE_LINE_AMOUNTS[document.line_amounts],
        status=models.QuoteStatusCodes(document.status),
        line_items=[_line(line) for line in document.lines],
        branding_theme_id=document.branding_theme_id,
        title=document.title,
        summary=document.summary,
        terms=document.terms,
    )


def _line(line: DocumentLine) -> models.LineItem:
    # An empty account is left out, so that Xero takes the item's own.
    return models.LineItem(
        item_code=line.item_code or None,
        description=line.description,
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        line_amount=line.line_amount,
        discount_rate=line.discount_rate,
        discount_amount=line.discount_amount,
        account_code=line.account_code or None,
        tax_type=line.tax_type or None,
        tracking=[_tracking(each) for each in line.tracking] or None,
    )


def _tracking(tracking: LineTracking) -> models.LineItemTracking:
    # Names do for invoices, but on a quote Xero keeps the option's id alone (XeroAPI/xero-mcp-server pull request 244).
    return models.LineItemTracking(
        name=tracking.category,
        option=tracking.option,
        tracking_category_id=tracking.category_id,
        tracking_option_id=tracking.option_id,
    )
