"""Lines: amounts, taxes, rounding, and what they refer to."""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.client import Caller, invoice, line, messages


async def put(xero: Caller, *lines: Any, path: str = "Invoices?summarizeErrors=false&unitdp=4", **changes: Any) -> Any:
    answer = await xero.call("PUT", path, {"Invoices": [invoice("INV-1", LineItems=list(lines), **changes)]})
    return answer.one("Invoices")


def sums(shown: Any) -> tuple[Decimal, Decimal, Decimal]:
    return (shown["SubTotal"], shown["TotalTax"], shown["Total"])


ARCHIVED = "Account code '299' has been archived, or has been deleted. Each line item must reference a valid account."
TAXED = {"TaxType": "OUTPUT", "Quantity": 1}


async def test_exclusive_tax_is_rounded_per_line_and_then_summed(xero: Caller) -> None:
    rows = [line(**TAXED, UnitAmount=Decimal("0.25")) for _ in range(3)]
    shown = await put(xero, *rows)
    assert sums(shown) == (Decimal("0.75"), Decimal("0.09"), Decimal("0.84")), "0.025 each is 0.03"


async def test_inclusive_tax_lies_within_the_amount(xero: Caller) -> None:
    shown = await put(xero, line(**TAXED, UnitAmount=110), LineAmountTypes="Inclusive")
    assert sums(shown) == (Decimal("100.00"), Decimal("10.00"), Decimal("110.00"))


async def test_no_tax_asks_for_none_whatever_the_item_says(xero: Caller) -> None:
    shown = await put(xero, line(**TAXED, UnitAmount=100), LineAmountTypes="NoTax")
    assert (sums(shown)[1], shown["LineItems"][0]["TaxType"]) == (Decimal(0), "NONE")


async def test_without_unitdp_a_unit_amount_is_rounded_to_two_decimals_before_it_is_multiplied(xero: Caller) -> None:
    row = line(Quantity=7000, UnitAmount=Decimal("0.1648"))
    assert (await put(xero, row, path="Invoices?summarizeErrors=false"))["SubTotal"] == Decimal("1120.00")


async def test_unitdp_is_needed_for_reading_too(xero: Caller) -> None:
    created = await put(xero, line(Quantity=7000, UnitAmount=Decimal("0.1648")))
    for query, expected in (("", "0.16"), ("?unitdp=4", "0.1648")):
        shown = (await xero.get(f"Invoices/{created['InvoiceID']}{query}")).one("Invoices")
        assert shown["LineItems"][0]["UnitAmount"] == Decimal(expected)
        assert shown["SubTotal"] == Decimal("1153.60")


async def test_a_line_amount_must_match_to_the_cent(xero: Caller) -> None:
    row = line(Quantity=Decimal("2.5"), UnitAmount=Decimal("266.77"), LineAmount=Decimal("666.88"))
    expected = "The line total 666.88 does not match the expected line total 666.93"
    assert messages(await put(xero, row)) == [expected]


async def test_a_line_amount_that_matches_is_accepted(xero: Caller) -> None:
    row = line(Quantity=Decimal("2.5"), UnitAmount=Decimal("266.77"), LineAmount=Decimal("666.93"))
    assert (await put(xero, row))["SubTotal"] == Decimal("666.93")


async def test_an_item_fills_what_the_line_leaves_open(xero: Caller) -> None:
    shown = await put(xero, {"ItemCode": "BEEF-02", "Quantity": 4})
    (row,) = shown["LineItems"]
    assert (row["Description"], row["UnitAmount"]) == ("Frozen beef, boneless", Decimal("8.4375"))
    assert (row["AccountCode"], row["TaxType"], row["LineAmount"]) == ("200", "OUTPUT", Decimal("33.75"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (line(ItemCode="alok"), "Item code 'alok' is not valid"),
        (line(ItemCode="beef-01"), "Item code 'beef-01' is not valid"),
        (line(ItemCode="PALLET"), "Item code 'PALLET' is not valid: the item is not sold"),
        (line(AccountCode="999"), "Account code '999' is not a valid code for this document."),
        (line(AccountCode="610"), "Account code '610' is not a valid code for this document."),
        (
            line(AccountCode="299"),
            "Account code '299' has been archived, or has been deleted. Each line item must reference a valid account.",
        ),
        (
            line(Quantity=12_345_678_901_234, UnitAmount=Decimal("0.0001")),
            "The quantity of a line item cannot be longer than 13 characters.",
        ),
        ({"Quantity": 1, "UnitAmount": 5}, "The description field is mandatory for each line item."),
        (line(Quantity=1, UnitAmount=10_000_000_000), "The line total 10000000000.00 is larger than 9999999999.99."),
        (line(Tracking=[{"Name": "Region", "Option": "Mars"}]), "The tracking option 'Mars' is not valid."),
        (line(LineItemID="11111111-0c0b-4a0c-9d57-6f2f35b60a01"), None),
    ],
)
async def test_what_a_line_refers_to_must_be_there(xero: Caller, row: Any, message: str | None) -> None:
    found = messages(await put(xero, row))
    assert found == [message] if message else len(found) == 1


async def test_the_case_of_item_codes_matters_or_not_by_a_switch(xero: Caller) -> None:
    await xero.control("POST", "switches", {"item_code_case": "ignored"})
    shown = await put(xero, line(ItemCode="beef-01"))
    assert shown["LineItems"][0]["ItemCode"] == "BEEF-01"


async def test_tracking_is_named_or_given_by_id(xero: Caller) -> None:
    (category,) = (await xero.get("TrackingCategories")).json["TrackingCategories"]
    asia = category["Options"][0]["TrackingOptionID"]
    by_id = {"TrackingCategoryID": category["TrackingCategoryID"], "TrackingOptionID": asia}
    shown = await put(xero, line(Tracking=[{"Name": "Region", "Option": "Asia"}]), line(Tracking=[by_id]))
    assert [row["Tracking"][0]["TrackingOptionID"] for row in shown["LineItems"]] == [asia, asia]


@pytest.mark.parametrize(("switch", "expected"), [("iso", "1266"), ("two", "1265.63")])
async def test_amounts_in_yen_have_no_decimals_unless_a_switch_says_two(
    xero: Caller, switch: str, expected: str
) -> None:
    await xero.control("POST", "switches", {"currency_decimals": switch})
    shown = await put(xero, line(), CurrencyCode="JPY", CurrencyRate=Decimal("98.75"))
    assert shown["Total"] == Decimal(expected)


async def test_a_tax_amount_that_is_sent_stands_and_is_counted(xero: Caller) -> None:
    shown = await put(xero, line(**TAXED, UnitAmount=100, TaxAmount=Decimal("9.99")))
    assert shown["Total"] == Decimal("109.99")
    assert (await xero.control("GET", "counts"))["tax_amounts_sent"] == 1
