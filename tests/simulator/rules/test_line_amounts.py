"""Discounts, line amounts beside quantities, and amounts that are refused."""

from decimal import Decimal
from typing import Any

import pytest

from tests.simulator.client import Caller, invoice, line, messages, quote


async def put(xero: Caller, *lines: Any, **changes: Any) -> Any:
    return (await xero.put_invoices(invoice("INV-1", LineItems=list(lines), **changes))).one("Invoices")


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


async def test_a_discount_lowers_the_line(xero: Caller) -> None:
    rate = line(Quantity=1, UnitAmount=Decimal("19.95"), DiscountRate=10)
    amount = line(Quantity=2, UnitAmount=10, DiscountAmount=Decimal("2.5"))
    shown = await put(xero, rate, amount)
    assert [row["LineAmount"] for row in shown["LineItems"]] == [Decimal("17.96"), Decimal("17.50")]
    assert shown["TotalDiscount"] == Decimal("4.49")


async def test_a_quote_knows_discounts_and_a_bill_does_not(xero: Caller) -> None:
    row = line(Quantity=1, UnitAmount=100, DiscountRate=10)
    assert (await xero.put_quotes(quote("Q-1", LineItems=[row]))).one("Quotes")["SubTotal"] == Decimal("90.00")
    assert (await put(xero, row, Type="ACCPAY"))["SubTotal"] == Decimal("100.00")


async def test_a_line_amount_reflects_the_discount(xero: Caller) -> None:
    row = line(Quantity=2, UnitAmount=10, DiscountAmount=Decimal("2.5"), LineAmount=Decimal("17.50"))
    assert (await put(xero, row))["SubTotal"] == Decimal("17.50")
    row = line(Quantity=2, DiscountRate=10, LineAmount=Decimal(18))
    shown = (await xero.post_invoices(invoice("INV-1", LineItems=[without(row, "UnitAmount")]))).one("Invoices")
    assert shown["LineItems"][0]["UnitAmount"] == Decimal("10.0000")


@pytest.mark.parametrize(("answer", "expected"), [("kept", "666.67"), ("two", "666.70")])
async def test_a_discount_rate_of_many_decimals(xero: Caller, answer: str, expected: str) -> None:
    await xero.control("POST", "switches", {"discount_rate_decimals": answer})
    shown = await put(xero, line(Quantity=1, UnitAmount=1000, DiscountRate=Decimal("33.333")))
    assert shown["SubTotal"] == Decimal(expected)
    rate = shown["LineItems"][0]["DiscountRate"]
    assert rate == Decimal("33.333" if answer == "kept" else "33.33")


@pytest.mark.parametrize(
    "row",
    [
        line(Quantity=1, UnitAmount=10, DiscountAmount=Decimal("10.01")),
        line(Quantity=1, UnitAmount=10, DiscountRate=Decimal("100.5")),
    ],
)
async def test_a_discount_above_its_line_is_refused(xero: Caller, row: Any) -> None:
    (message,) = messages(await put(xero, row))
    assert message.endswith("is invalid. Discount must not be greater than the line total.")


async def test_even_no_discount_is_too_much_for_a_negative_line(xero: Caller) -> None:
    """XeroAPI/Xero-OpenAPI issue 429: an amount of 0.00, though not a rate of 0."""
    expected = "The discount rate '0.00' is invalid. Discount must not be greater than the line total."
    assert messages(await put(xero, line(Quantity=1, UnitAmount=-5, DiscountAmount=0))) == [expected]
    assert messages(await put(xero, line(), line(Quantity=1, UnitAmount=-5, DiscountRate=0))) == []


@pytest.mark.parametrize(("answer", "sub_total"), [("stands", "1153.57"), ("recomputed", "1153.60"), ("refused", None)])
async def test_a_line_amount_beside_a_quantity_stands_unless_a_switch_says_otherwise(
    xero: Caller, answer: str, sub_total: str | None
) -> None:
    await xero.control("POST", "switches", {"quantity_with_line_amount": answer})
    shown = await put(xero, without(line(Quantity=7000, LineAmount=Decimal("1153.57")), "UnitAmount"))
    if sub_total is None:
        assert len(messages(shown)) == 1
        return
    assert (shown["SubTotal"], shown["LineItems"][0]["UnitAmount"]) == (Decimal(sub_total), Decimal("0.1648"))


async def test_a_line_amount_that_stands_outlives_an_update_without_lines(xero: Caller) -> None:
    made = await put(xero, without(line(Quantity=7000, LineAmount=Decimal("1153.57")), "UnitAmount"))
    after = await xero.post_invoices({"InvoiceID": made["InvoiceID"], "Status": "AUTHORISED"})
    assert after.one("Invoices")["SubTotal"] == Decimal("1153.57")


async def test_a_line_amount_alone_is_one_unit_and_beside_a_unit_amount_it_gives_the_quantity(xero: Caller) -> None:
    alone = without(line(LineAmount=100), "UnitAmount", "Quantity")
    beside = without(line(LineAmount=100, UnitAmount=8), "Quantity")
    rows = (await put(xero, alone, beside))["LineItems"]
    assert [each["Quantity"] for each in rows] == [1, Decimal("12.5")]
    assert [each["LineAmount"] for each in rows] == [100, 100]


async def test_by_a_switch_the_items_price_contradicts_a_line_amount(xero: Caller) -> None:
    await xero.control("POST", "switches", {"item_price_beside_line_amount": "used"})
    expected = "The line total 300.00 does not match the expected line total 303.75"
    row = without(line(Quantity=3, LineAmount=Decimal("300.00")), "UnitAmount")
    assert messages(await put(xero, row)) == [expected]


@pytest.mark.parametrize(
    ("quantity", "message"),
    [
        ("-1", "The quantity value '-1.0000' is invalid. Quantity must not be less than zero."),
        ("0", "The quantity value '0.0000' is invalid. Quantity must be greater than zero."),
    ],
)
async def test_a_quantity_below_zero_or_of_nothing_is_refused(xero: Caller, quantity: str, message: str) -> None:
    assert messages(await put(xero, line(Quantity=Decimal(quantity)))) == [message]


@pytest.mark.parametrize(
    ("answer", "refusing"),
    [
        ("approval", {"AUTHORISED"}),
        ("submission", {"SUBMITTED", "AUTHORISED"}),
        ("draft", {"DRAFT", "SUBMITTED", "AUTHORISED"}),
    ],
)
@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED", "AUTHORISED"])
async def test_a_total_below_zero_stays_a_draft(xero: Caller, status: str, answer: str, refusing: set[str]) -> None:
    await xero.control("POST", "switches", {"negative_total": answer})
    found = messages(await put(xero, line(Quantity=1, UnitAmount=-5), Status=status))
    refused = ["The Total for this document must be greater than or equal to zero."]
    assert found == (refused if status in refusing else [])


async def test_a_negative_line_is_fine(xero: Caller) -> None:
    shown = await put(xero, line(), line(Quantity=1, UnitAmount=Decimal("-5.63")), Status="AUTHORISED")
    assert shown["Total"] == Decimal("1260.00")
