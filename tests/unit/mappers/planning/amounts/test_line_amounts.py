"""Quantity x unit price is the item value as Xero computes it, or the problem names the difference."""

from decimal import Decimal
from typing import Any

import pytest

from mappers.model.problem import Code
from mappers.planning.amounts.discount import Discount
from mappers.planning.amounts.line_amounts import LineValue, check_value
from mappers.planning.shipment import PartialLine
from tests.builders import make_company

CENT = Decimal("0.01")


def value(quantity: str, price: str, item_value: str, currency: str = "USD", **profile: Any) -> LineValue:
    line = PartialLine(3, "BEEF-01", Decimal(quantity), Decimal(price), Decimal(item_value))
    return check_value(line, currency, make_company(**profile))


def discounted(item_value: str, *, rate: str = "", amount: str = "", price: str = "101.25") -> LineValue:
    given = {name: Decimal(text) if text else None for name, text in (("rate", rate), ("amount", amount))}
    numbers = (Decimal("12.5"), Decimal(price), Decimal(item_value))
    return check_value(PartialLine(3, "BEEF-01", *numbers, given["rate"], given["amount"]), "USD", make_company())


@pytest.mark.parametrize(
    ("quantity", "price", "item_value", "currency"),
    [
        ("12.5", "101.25", "1265.63", "USD"),  # 1265.625 rounds half up.
        ("1", "0.1250", "0.13", "USD"),
        ("7000", "0.1648", "1153.6", "USD"),
        ("2", "10.12345", "20.25", "USD"),  # 10.1235 is what Xero keeps of the price.
        ("3", "-1.005", "-3.02", "USD"),  # Half away from zero.
        ("1", "0", "0", "USD"),
        ("3", "101", "303", "JPY"),
        ("3", "101.001", "303", "JPY"),
        ("2", "1.525", "3.05", "KWD"),
    ],
)
def test_a_line_that_xero_computes_the_same_is_right(quantity: str, price: str, item_value: str, currency: str) -> None:
    assert value(quantity, price, item_value, currency) == LineValue()


@pytest.mark.parametrize(
    ("quantity", "price", "item_value", "currency"),
    [
        ("12.5", "101.25", "1265.62", "USD"),
        ("12.5", "101.25", "1265.64", "USD"),
        ("7000", "0.16484", "1153.89", "USD"),  # 1153.88 is what the price comes to.
        ("1.5", "101", "152", "JPY"),  # 151.50 with two decimals, 152 with none: it may come out either way.
        ("1.5", "101", "151.50", "JPY"),
        ("1", "1.525", "1.525", "KWD"),  # 1.53 with two decimals.
        ("1", "1.528", "1.53", "KWD"),  # 1.528 with three.
        ("1000", "0.0611744", "61.18", "USD"),  # More than half a cent from 61.1744.
        ("7000", "16.4834", "115384", "JPY"),  # Four decimals of a price are no reason to send an amount instead.
    ],
)
def test_a_line_that_xero_may_compute_otherwise_is_refused(
    quantity: str, price: str, item_value: str, currency: str
) -> None:
    problem = value(quantity, price, item_value, currency).problem
    assert problem is not None
    assert (problem.code, problem.field) == (Code.LINE_VALUE_MISMATCH, "lines[3].item_value")


def test_the_refusal_names_both_amounts_and_the_difference() -> None:
    problem = value("12.5", "101.25", "1265.60").problem
    assert problem is not None
    assert problem.message == (
        "Line 4: 12.5 x 101.25 is 1265.63 USD in Xero, the item value is 1265.60: a difference of -0.03."
    )


def test_a_dinar_that_two_decimals_hide_is_named_with_three() -> None:
    problem = value("1", "1.528", "1.53", "KWD").problem
    assert problem is not None
    assert problem.message == (
        "Line 4: 1 x 1.528 is 1.528 KWD in Xero, the item value is 1.53: a difference of +0.002."
    )


@pytest.mark.parametrize(("item_value", "difference"), [("152", "+0.50"), ("150", "-1.50")])
def test_yen_are_named_with_the_two_decimals_of_xero(item_value: str, difference: str) -> None:
    problem = value("1.5", "101", item_value, "JPY").problem
    assert problem is not None
    assert f"is 151.50 JPY in Xero, the item value is {item_value}: a difference of {difference}." in problem.message


def test_a_price_of_five_decimals_is_told_what_xero_keeps() -> None:
    problem = value("7000", "0.16484", "1153.88", document="quote").problem
    assert problem is not None
    assert "four decimals" in problem.hint
    assert "rounding_account" in problem.hint


@pytest.mark.parametrize(
    ("quantity", "price", "item_value", "currency", "rounding"),
    [
        ("12.5", "101.25", "1265.62", "USD", "-0.01"),
        ("12.5", "101.25", "1265.64", "USD", "0.01"),
        ("7000", "0.16484", "1153.88", "USD", "0.28"),
        ("7000", "0.16484", "1153.87", "USD", "0.27"),
        ("10000", "0.16484", "1648.40", "USD", "0.40"),
        ("7000", "16.48344", "115384", "JPY", None),  # 115383.80 with two decimals, 115384 with none.
        ("20000", "16.00006", "320001", "JPY", "-1"),  # Xero keeps 16.0001 of the price: 320002.
        ("1.5", "101", "152", "JPY", None),  # 151.50 or 152: it may come out either way.
        ("3", "101", "304", "JPY", "1"),
        ("20000", "16.00006", "320003", "JPY", "1"),  # A yen from what Xero computes, though not from what is meant.
        ("20000", "16.00004", "319999", "JPY", "-1"),
        ("20000", "16.00006", "320004", "JPY", None),
        ("1.5", "101", "152.50", "JPY", None),  # A yen from the one of the two, half a yen from the other.
        ("1.4", "101", "142.40", "JPY", None),
        ("1", "1.528", "1.53", "KWD", None),  # 1.53 or 1.528: there is no difference to make up in one of the two.
        ("1", "1.522", "1.52", "KWD", None),
        ("2", "1.525", "3.055", "KWD", None),
        ("3", "101", "303.50", "JPY", None),
        ("12.5", "101.25", "1265.65", "USD", None),
        ("7000", "0.16484", "1153.90", "USD", None),
        ("1", "1.525", "1.525", "KWD", None),  # A rounding line has two decimals too.
    ],
)
def test_a_rounding_account_takes_what_rounding_explains_and_no_more(
    quantity: str, price: str, item_value: str, currency: str, rounding: str | None
) -> None:
    answer = value(quantity, price, item_value, currency, document="quote", rounding_account="860")
    if rounding is None:
        assert answer.problem is not None
        assert answer.problem.code is Code.LINE_VALUE_MISMATCH
    else:
        assert answer == LineValue(rounding=Decimal(rounding))


@pytest.mark.parametrize(
    ("quantity", "price", "item_value", "currency"),
    [
        ("7000", "0.16484", "1153.88", "USD"),  # Xero keeps 0.1648 of the price: 1153.60.
        ("1000", "0.061171", "61.17", "USD"),
        ("7000", "-0.16484", "-1153.88", "USD"),
        ("20000", "16.00006", "320001", "JPY"),
        ("50000", "0.16484", "8242", "USD"),  # A value without cents.
        ("7000", "0.16484", "1153.88", "KWD"),
        ("1000", "0.000105", "0.11", "USD"),  # Half a cent: rounded up.
        ("1000", "0.000115", "0.11", "USD"),  # Rounded down, as some systems do.
    ],
)
@pytest.mark.parametrize("account", ["", "860"])
def test_an_invoice_takes_the_amount_where_xero_cannot_hold_the_price(
    quantity: str, price: str, item_value: str, currency: str, account: str
) -> None:
    answer = value(quantity, price, item_value, currency, rounding_account=account)
    assert answer == LineValue(line_amount=Decimal(item_value))


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"item_value": "1139.06", "rate": "10"}, Discount(rate=Decimal(10))),
        ({"item_value": "1110.64", "rate": "12.246"}, Discount(amount=Decimal("154.99"))),  # Xero keeps two decimals.
        ({"item_value": "1165.63", "amount": "100"}, Discount(amount=Decimal(100))),
        ({"item_value": "1110.59", "rate": "12.25"}, Discount(rate=Decimal("12.25"))),
        ({"item_value": "477.82", "rate": "62.246"}, Discount(amount=Decimal("787.81"))),
        ({"item_value": "1265.13", "amount": "0.5"}, Discount(amount=Decimal("0.5"))),
        ({"item_value": "1259.30", "rate": "0.5"}, Discount(rate=Decimal("0.5"))),
        ({"item_value": "0", "rate": "100"}, Discount(rate=Decimal(100))),
        ({"item_value": "0", "amount": "1250", "price": "100"}, Discount(amount=Decimal(1250))),
        ({"item_value": "1265.63", "rate": "0", "amount": "0"}, Discount()),
    ],
)
def test_a_discount_is_taken_off_as_xero_takes_it_off(given: dict[str, str], sent: Discount) -> None:
    assert discounted(**given) == LineValue(discount=sent)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"item_value": "1265.63", "rate": "-1"}, "discount_rate"),
        ({"item_value": "1265.63", "rate": "-0.5"}, "discount_rate"),
        ({"item_value": "1265.63", "rate": "100.01"}, "discount_rate"),
        ({"item_value": "1265.63", "amount": "1265.63"}, "discount_amount"),  # More than the 1265.625 of the line.
        ({"item_value": "1265.63", "amount": "-1"}, "discount_amount"),
        ({"item_value": "1265.63", "amount": "-0.5"}, "discount_amount"),
        ({"item_value": "1265.63", "amount": "0.001"}, "discount_amount"),
        ({"item_value": "1265.63", "rate": "10", "amount": "10"}, "discount_rate"),
        ({"item_value": "-1265.63", "price": "-101.25", "amount": "10"}, "discount_amount"),
    ],
)
def test_a_discount_that_is_none_is_refused(given: dict[str, str], field: str) -> None:
    problem = discounted(**given).problem
    assert problem is not None
    assert (problem.code, problem.field) == (Code.FIELD_INVALID, f"lines[3].{field}")


def test_an_item_value_before_the_discount_is_refused_with_both_amounts() -> None:
    problem = discounted("1265.63", rate="10").problem
    assert problem is not None
    assert "12.5 x 101.25 less 10 % is 1139.06 USD" in problem.message
    assert "after the discount" in problem.hint


@pytest.mark.parametrize(
    ("quantity", "price", "item_value", "currency", "hint"),
    [
        ("3", "101", "300", "USD", "Shipping: correct the quantity, the unit price or the item value."),
        ("3", "101.1234", "300", "USD", "Shipping: correct the quantity, the unit price or the item value."),
        ("1.5", "101", "152", "JPY", "Xero keeps two decimals, JPY has 0. Shipping: correct the line."),
        ("1", "1.528", "1.53", "KWD", "Xero keeps two decimals, KWD has 3. Shipping: correct the line."),
    ],
)
def test_the_advice_names_the_cause(quantity: str, price: str, item_value: str, currency: str, hint: str) -> None:
    problem = value(quantity, price, item_value, currency).problem
    assert problem is not None
    assert problem.hint == hint


@pytest.mark.parametrize("item_value", ["1200", "1300"])
def test_a_wrong_value_beside_a_discount_is_not_called_one_before_the_discount(item_value: str) -> None:
    problem = discounted(item_value, rate="10").problem
    assert problem is not None
    assert problem.hint == "Shipping: correct the quantity, the unit price or the item value."


@pytest.mark.parametrize(
    ("quantity", "price", "item_value", "code", "field"),
    [
        ("1", "1", "10000000000", Code.AMOUNT_TOO_LARGE, "item_value"),
        ("1", "-10000000000", "0", Code.AMOUNT_TOO_LARGE, "unit_price"),
        ("1.00001", "1", "1", Code.FIELD_INVALID, "quantity"),
        ("123456789.1234", "0", "0", Code.FIELD_TOO_LONG, "quantity"),
        ("12345678901234", "0", "0", Code.FIELD_TOO_LONG, "quantity"),
    ],
)
def test_what_xero_cannot_hold_is_refused(quantity: str, price: str, item_value: str, code: Code, field: str) -> None:
    problem = value(quantity, price, item_value).problem
    assert problem is not None
    assert (problem.code, problem.field) == (code, f"lines[3].{field}")


@pytest.mark.parametrize(
    ("quantity", "price", "item_value"),
    [
        ("1", "9999999999.99", "9999999999.99"),
        ("1", "-9999999999.99", "-9999999999.99"),
        ("1.0001", "0", "0"),
        ("1234567890123", "0", "0"),
        ("12345678.1234", "0", "0"),
    ],
)
def test_the_most_that_xero_holds_is_taken(quantity: str, price: str, item_value: str) -> None:
    assert value(quantity, price, item_value) == LineValue()


@pytest.mark.parametrize("missing", ["quantity", "unit_price", "item_value"])
def test_a_line_that_could_not_be_read_is_the_readers_to_name(missing: str) -> None:
    numbers = {"quantity": Decimal(1), "unit_price": Decimal(1), "item_value": Decimal(9)} | {missing: None}
    line = PartialLine(0, "BEEF-01", numbers["quantity"], numbers["unit_price"], numbers["item_value"])
    assert check_value(line, "USD", make_company()) == LineValue()


@pytest.mark.parametrize(("quantity", "price"), [("2", "0.001"), ("0.4", "0.01"), ("2", "0.00004"), ("2", "-0.001")])
def test_an_invoices_line_that_comes_to_nothing_is_sent_without_a_price_so_that_it_can_be_approved(
    quantity: str, price: str
) -> None:
    assert value(quantity, price, "0.00") == LineValue(is_free=True)


def test_a_quotes_line_that_comes_to_nothing_keeps_its_price() -> None:
    assert value("2", "0.001", "0.00", document="quote") == LineValue()


@pytest.mark.parametrize("price", ["0.00004", "0.000049"])
def test_a_price_of_which_xero_keeps_nothing_is_refused_beside_an_amount(price: str) -> None:
    found = value("1000", price, f"{Decimal(price) * 1000:.2f}")
    assert found.problem is not None
    assert found.problem.code == Code.LINE_VALUE_MISMATCH
    assert "larger unit of measure" in found.problem.hint
