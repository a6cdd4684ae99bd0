"""Currency rates: whose, which are warned of, and where one is missing."""

from decimal import Decimal

from tests.simulator.client import BEEF, Caller, invoice, messages


async def test_an_inverted_rate_is_accepted_with_a_warning(xero: Caller) -> None:
    element = (await xero.put_invoices(invoice("INV-1", CurrencyRate=Decimal("1.5284")))).one("Invoices")
    assert (element["StatusAttributeString"], element["CurrencyRate"]) == ("WARNING", Decimal("1.528400"))
    assert "inverse rate" in element["Warnings"][0]["Message"]


async def test_without_a_rate_xero_takes_the_days_own(xero: Caller) -> None:
    row = invoice("INV-1")
    del row["CurrencyRate"]
    assert (await xero.put_invoices(row)).one("Invoices")["CurrencyRate"] == Decimal("0.6543")


async def test_a_currency_of_which_xero_knows_no_rate_needs_one(xero: Caller) -> None:
    await xero.control("POST", "currencies", {"tenant": BEEF, "market_rates": {"USD": 0}})
    row = invoice("INV-1")
    del row["CurrencyRate"]
    assert messages((await xero.put_invoices(row)).one("Invoices")) == ["A currency rate must be specified"]
    assert messages((await xero.put_invoices(invoice("INV-1"))).one("Invoices")) == []


async def test_a_rate_on_the_base_currency_has_no_effect_and_is_counted(xero: Caller) -> None:
    row = invoice("INV-1", CurrencyCode="AUD", CurrencyRate=Decimal("0.5"))
    assert (await xero.put_invoices(row)).one("Invoices")["CurrencyRate"] == 1
    assert (await xero.control("GET", "counts"))["rates_on_base_currency"] == 1
