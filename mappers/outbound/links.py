"""The document in Xero as the outcome names it, with a link to its page."""

from typing import Final
from urllib.parse import quote, quote_plus

from mappers.model import DocumentRef, DocumentType, ExistingDocument, OrganisationFacts

_HOST: Final = "https://go.xero.com"
_INVOICE: Final = "/AccountsReceivable/View.aspx?InvoiceID="
_QUOTED_INVOICE: Final = quote_plus(_INVOICE)


def document_ref(existing: ExistingDocument, document_hash: str, organisation: OrganisationFacts) -> DocumentRef:
    """The outcome's `document` (contract 6.2). `document_hash` is the content hash of what was sent."""
    return DocumentRef(
        type=existing.type.value,
        number=existing.number,
        xero_id=existing.xero_id,
        xero_status=existing.status,
        sub_total=None if existing.sub_total is None else f"{existing.sub_total:f}",
        total_tax=None if existing.total_tax is None else f"{existing.total_tax:f}",
        total="" if existing.total is None else f"{existing.total:f}",
        currency=existing.currency or organisation.base_currency,
        url=document_url(existing, organisation),
        content_hash=document_hash,
    )


def document_url(existing: ExistingDocument, organisation: OrganisationFacts) -> str:
    """The page of the document; with the organisation's short code, Xero's deep link that switches to it first.

    Sources of the forms: Xero developer documentation, "Deep linking to Xero", for invoices; it knows no quotes, whose
    links are made as by Xero's own MCP server.
    """
    identity = quote(existing.xero_id, safe="")
    if existing.type is DocumentType.QUOTE:
        switch = f"/{quote(organisation.short_code, safe='!')}" if organisation.short_code else ""
        return f"{_HOST}/app{switch}/quotes/view/{identity}"
    if not organisation.short_code:
        return f"{_HOST}{_INVOICE}{identity}"
    query = f"shortcode={quote_plus(organisation.short_code)}&redirecturl={_QUOTED_INVOICE}{quote_plus(identity)}"
    return f"{_HOST}/organisationlogin/default.aspx?{query}"
