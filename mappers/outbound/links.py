"""The document in Xero as the outcome names it, with a link to its page."""

from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from mappers.model import Code, DocumentRef, DocumentType, ExistingDocument, OrganisationFacts

_HOST = "https://go.xero.com"

# Xero documents links to single records only; the addresses of these lists are those that its own menus have.
_CONTACTS = "contacts"
_PAGES = {
    Code.PRODUCT_NOT_FOUND: "/Accounts/Inventory",
    Code.PRODUCT_NOT_SOLD: "/Accounts/Inventory",
    Code.ACCOUNT_INVALID: "/GeneralLedger/ChartOfAccounts.aspx",
    Code.TAX_TYPE_UNKNOWN: "/Accounts/Inventory",
}
_OF_CONTACTS = frozenset({Code.CUSTOMER_NOT_FOUND, Code.CUSTOMER_ARCHIVED, Code.CUSTOMER_AMBIGUOUS})


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
    return _switching(f"/AccountsReceivable/View.aspx?InvoiceID={identity}", organisation.short_code or "")


def master_data_url(code: str, short_code: str) -> str | None:
    """The page of the list in Xero where a cause with this code is removed; None where there is none.

    Without a short code the link leads into the organisation that was open last.
    """
    if code in _OF_CONTACTS:
        switch = f"/{quote(short_code, safe='!')}" if short_code else ""
        return f"{_HOST}/app{switch}/{_CONTACTS}"
    page = _PAGES.get(code)  # type: ignore[call-overload]  # A StrEnum's members are equal to their texts.
    return None if page is None else _switching(page, short_code)


def short_code_in(url: str) -> str:
    """The organisation's short code in a document's link; empty where it has none."""
    parts = urlsplit(url)
    named = parse_qs(parts.query).get("shortcode", ())
    return next((each for each in (*named, *unquote(parts.path).split("/")) if each.startswith("!")), "")


def _switching(path: str, short_code: str) -> str:
    if not short_code:
        return _HOST + path
    return f"{_HOST}/organisationlogin/default.aspx?{urlencode({'shortcode': short_code, 'redirecturl': path})}"
