"""The outcome names the document and leads people to its page in Xero."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mappers.model.company import DocumentType
from mappers.outbound.links import document_ref, master_data_url, short_code_in
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


def test_amounts_are_written_in_plain_digits_and_are_empty_or_absent_where_xero_said_none() -> None:
    ref = document_ref(existing(sub_total=None, total_tax=None, total=None), "hash", ORGANISATION)
    assert (ref.sub_total, ref.total_tax, ref.total) == (None, None, "")
    large = document_ref(existing(sub_total=Decimal("1E+3"), total_tax=Decimal("1E+2")), "hash", ORGANISATION)
    assert (large.sub_total, large.total_tax) == ("1000", "100")


SWITCHING = "https://go.xero.com/organisationlogin/default.aspx"
CONTACTS, ITEMS = "https://go.xero.com/app/contacts", "https://go.xero.com/Accounts/Inventory"


@pytest.mark.parametrize(
    ("code", "short_code", "url"),
    [
        ("customer_not_found", "", CONTACTS),
        ("customer_ambiguous", "!23vYZ", "https://go.xero.com/app/!23vYZ/contacts"),
        ("product_not_sold", "", ITEMS),
        (
            "account_invalid",
            "!23vYZ",
            f"{SWITCHING}?shortcode=%2123vYZ&redirecturl=%2FGeneralLedger%2FChartOfAccounts.aspx",
        ),
        ("field_missing", "!23vYZ", None),
        ("of_a_newer_version", "", None),
    ],
)
def test_a_cause_in_master_data_leads_to_the_list_in_xero(code: str, short_code: str, url: str | None) -> None:
    assert master_data_url(code, short_code) == url


@pytest.mark.parametrize("short_code", ["!23vYZ", ""])
@pytest.mark.parametrize("kind", list(DocumentType))
def test_the_short_code_is_found_in_every_link_that_has_it(kind: DocumentType, short_code: str) -> None:
    organisation = replace(ORGANISATION, short_code=short_code)
    url = document_ref(existing(document(type=kind)), "hash", organisation).url
    assert short_code_in(url) == short_code
    assert short_code_in(master_data_url("customer_not_found", short_code) or "") == short_code
