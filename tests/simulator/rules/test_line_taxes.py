"""Whose tax a line takes: its own, else its account's, and no other (developer.xero.com, "Tax and the Xero API")."""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.client import BEEF, Caller, invoice, line, messages, quote, untyped_line

EXPORT_ITEM_ON_TAXED_ACCOUNT = untyped_line(AccountCode="260", Quantity=1, UnitAmount=100)


async def shown(xero: Caller, row: Any, *, document: str = "Invoices") -> Any:
    if document == "Invoices":
        return (await xero.post_invoices(invoice("INV-1", LineItems=[row]))).one("Invoices")
    return (await xero.put_quotes(quote("Q-1", LineItems=[row]))).one("Quotes")


@pytest.mark.parametrize("document", ["Invoices", "Quotes"])
async def test_an_export_item_on_an_ordinary_account_is_charged_tax(xero: Caller, document: str) -> None:
    """The item's own sales tax type, EXEMPTEXPORT, counts for nothing unless the caller sends it."""
    made = await shown(xero, EXPORT_ITEM_ON_TAXED_ACCOUNT, document=document)
    assert (made["LineItems"][0]["TaxType"], made["TotalTax"]) == ("OUTPUT", Decimal("10.00"))
    assert (made["SubTotal"], made["Total"]) == (Decimal("100.00"), Decimal("110.00"))


async def test_the_demonstrations_shipment_costs_a_tenth_more_where_no_tax_type_is_sent(xero: Caller) -> None:
    assert (await shown(xero, untyped_line()))["Total"] == Decimal("1392.19")
    assert (await shown(xero, line()))["Total"] == Decimal("1265.63")


async def test_the_tax_type_that_is_sent_counts_before_the_accounts(xero: Caller) -> None:
    made = await shown(xero, EXPORT_ITEM_ON_TAXED_ACCOUNT | {"TaxType": "EXEMPTEXPORT"})
    assert (made["LineItems"][0]["TaxType"], made["TotalTax"]) == ("EXEMPTEXPORT", Decimal("0.00"))


async def test_a_charge_without_an_item_takes_its_accounts_tax(xero: Caller) -> None:
    made = await shown(xero, {"Description": "Freight", "Quantity": 1, "UnitAmount": 850, "AccountCode": "260"})
    assert made["TotalTax"] == Decimal("85.00")


async def test_a_contacts_tax_type_changes_nothing(xero: Caller) -> None:
    contact = {"Name": "Alok Trading", "AccountsReceivableTaxType": "EXEMPTEXPORT"}
    await xero.control("POST", "contacts", {"tenant": BEEF, "contacts": [contact]})
    assert (await shown(xero, EXPORT_ITEM_ON_TAXED_ACCOUNT))["LineItems"][0]["TaxType"] == "OUTPUT"


async def test_a_draft_line_without_an_account_has_no_tax_type(xero: Caller) -> None:
    made = await shown(xero, {"Description": "Freight", "Quantity": 1, "UnitAmount": 850})
    assert ("TaxType" in made["LineItems"][0], made["TotalTax"]) == (False, Decimal("0.00"))


async def test_by_a_switch_the_items_tax_type_comes_first(xero: Caller) -> None:
    await xero.control("POST", "switches", {"tax_default": "item"})
    assert (await shown(xero, EXPORT_ITEM_ON_TAXED_ACCOUNT))["LineItems"][0]["TaxType"] == "EXEMPTEXPORT"


@pytest.mark.parametrize("tax_type", ["GOODS", "INPUT"])
async def test_a_tax_type_unknown_or_not_for_sales_is_refused_in_two_sentences(xero: Caller, tax_type: str) -> None:
    """As in XeroAPI/Xero-Java issue 336."""
    assert messages(await shown(xero, line(TaxType=tax_type))) == [
        f"The TaxType code {tax_type} does not exist or cannot be used for this type of transaction.",
        f"The TaxType code '{tax_type}' cannot be used with account code '200'.",
    ]


ZERO = {"zero price": line(Quantity=1, UnitAmount=0), "no cent": line(Quantity=2, UnitAmount=Decimal("0.001"))}


@pytest.mark.parametrize("row", ZERO.values(), ids=ZERO)
@pytest.mark.parametrize("answer", ["lose_codes", "keep_codes"])
async def test_a_line_of_nothing_loses_its_account_and_tax_type(xero: Caller, row: Any, answer: str) -> None:
    """Also where they were sent (calcinai/xero-php issue 660)."""
    await xero.control("POST", "switches", {"zero_lines": answer})
    made = await shown(xero, row | {"AccountCode": "200", "TaxType": "OUTPUT"})
    kept = made["LineItems"][0]
    assert ("AccountCode" in kept, "TaxType" in kept) == ((answer == "keep_codes"),) * 2
    assert kept["ItemCode"] == "BEEF-01"


async def test_a_price_that_comes_to_nothing_cannot_be_approved_and_the_line_says_why(xero: Caller) -> None:
    rows = [line(), ZERO["no cent"] | {"AccountCode": "200"}]
    refused = (await xero.put_invoices(invoice("INV-1", Status="AUTHORISED", LineItems=rows))).one("Invoices")
    assert (refused["StatusAttributeString"], messages(refused)) == ("ERROR", [])
    assert [messages(each) for each in refused["LineItems"]] == [
        [],
        ["Account must be valid.", "Tax rate must be valid."],
    ]
    rows = [line(), ZERO["zero price"]]
    assert (await xero.put_invoices(invoice("INV-1", Status="AUTHORISED", LineItems=rows))).one("Invoices")["Total"]


async def test_a_draft_with_such_a_line_is_refused_when_it_is_approved(xero: Caller) -> None:
    made = await shown(xero, ZERO["no cent"])
    refused = (await xero.post_invoices({"InvoiceID": made["InvoiceID"], "Status": "AUTHORISED"})).one("Invoices")
    assert messages(refused["LineItems"][0]) == ["Account must be valid.", "Tax rate must be valid."]


async def test_the_lines_of_an_inclusive_quote_are_shown_without_their_tax(xero: Caller) -> None:
    """Sent back as read they are priced anew: 1,092.00 becomes 992.73 (XeroAPI/xero-mcp-server pull request 309)."""
    row = line(Quantity=1, UnitAmount=1092, TaxType="OUTPUT")
    body = quote("Q-1", LineAmountTypes="INCLUSIVE", LineItems=[row])
    made = (await xero.put_quotes(body)).one("Quotes")
    read = made["LineItems"][0]
    assert (made["Total"], made["SubTotal"]) == (Decimal("1092.00"), Decimal("992.73"))
    assert (read["UnitAmount"], read["LineAmount"]) == (Decimal("992.7273"), Decimal("992.73"))
    again = body | {"QuoteID": made["QuoteID"], "LineItems": [read]}
    assert (await xero.post_quotes(again)).one("Quotes")["Total"] == Decimal("992.73")


async def test_by_a_switch_the_lines_of_an_inclusive_quote_are_shown_as_sent(xero: Caller) -> None:
    await xero.control("POST", "switches", {"inclusive_quotes": "gross"})
    row = line(Quantity=1, UnitAmount=110, TaxType="OUTPUT")
    made = (await xero.put_quotes(quote("Q-1", LineAmountTypes="INCLUSIVE", LineItems=[row]))).one("Quotes")
    assert made["LineItems"][0]["LineAmount"] == Decimal("110.00")


async def test_an_inclusive_invoice_is_shown_as_sent(xero: Caller) -> None:
    row = line(Quantity=1, UnitAmount=110, TaxType="OUTPUT")
    made = (await xero.put_invoices(invoice("INV-1", LineAmountTypes="Inclusive", LineItems=[row]))).one("Invoices")
    assert made["LineItems"][0]["UnitAmount"] == Decimal(110)
