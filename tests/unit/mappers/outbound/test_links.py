"""The outcome names the document and leads people to its page in Xero."""

from dataclasses import replace
from decimal import Decimal

from mappers.model.company import DocumentType
from mappers.outbound.links import document_ref
from tests.unit.mappers.existing.xero_documents import ORGANISATION, XERO_ID, document, existing


def test_an_invoice_is_named_with_xeros_own_total_and_page() -> None:
    ref = document_ref(existing(status="AUTHORISED", total=Decimal("1392.20")), "hash", ORGANISATION)
    assert ref.model_dump() == {
        "type": "invoice",
        "number": "INV-7",
        "xero_id": XERO_ID,
        "xero_status": "AUTHORISED",
        "sub_total": "1265.63",
        "total_tax": "0.00",
        "total": "1392.20",
        "currency": "USD",
        "url": f"https://go.xero.com/AccountsReceivable/View.aspx?InvoiceID={XERO_ID}",
        "content_hash": "hash",
    }


def test_a_quote_has_a_page_of_its_own() -> None:
    ref = document_ref(existing(document(type=DocumentType.QUOTE)), "hash", ORGANISATION)
    assert (ref.type, ref.url) == ("quote", f"https://go.xero.com/app/quotes/view/{XERO_ID}")


def test_with_a_short_code_the_link_switches_to_the_organisation_first() -> None:
    ref = document_ref(existing(), "hash", replace(ORGANISATION, short_code="!23vYZ"))
    assert ref.url == (
        "https://go.xero.com/organisationlogin/default.aspx?shortcode=%2123vYZ"
        f"&redirecturl=%2FAccountsReceivable%2FView.aspx%3FInvoiceID%3D{XERO_ID}"
    )


def test_with_a_short_code_a_quotes_link_names_the_organisation_in_its_path() -> None:
    quote = existing(document(type=DocumentType.QUOTE))
    ref = document_ref(quote, "hash", replace(ORGANISATION, short_code="!23vYZ"))
    assert ref.url == f"https://go.xero.com/app/!23vYZ/quotes/view/{XERO_ID}"


def test_a_document_without_a_currency_is_in_the_base_currency() -> None:
    assert document_ref(existing(currency=None, total=None), "hash", ORGANISATION).currency == "AUD"
