"""Compares quantity x unit price of a line, as Xero will compute it, with the shipment's item value."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mappers.model import Code, Company, Problem, currency_exponent, decimals, round_half_up
from mappers.planning.shipment import ReadLine

XERO_PLACES: Final = 2  # Xero keeps line amounts and totals with two decimals in every currency.
UNIT_PLACES: Final = 4  # Unit amounts have four with unitdp=4, quantities always (Xero API documentation, Invoices).
LARGEST_AMOUNT: Final = Decimal("9999999999.99")  # LineAmount (Xero API documentation, Invoices).
_QUANTITY_LENGTH: Final = 13


@dataclass(frozen=True, slots=True)
class LineValue:
    """Whether a line's value is right. `rounding` is what a rounding line has to add, mostly zero."""

    rounding: Decimal = Decimal(0)
    problem: Problem | None = None


def check_value(line: ReadLine, currency: str, company: Company) -> LineValue:
    """Compare what Xero will compute (quantity x unit price of four decimals) with the shipment's item value.

    They must agree with Xero's two decimals and with the currency's own number of decimals, so that it does not
    matter which of them Xero rounds yen and dinars to. Where the profile names a rounding account, a difference that
    rounding explains becomes a rounding line. A line whose numbers could not be read is not checked.
    """
    if line.quantity is None or line.unit_price is None or line.item_value is None:
        return LineValue()
    if problem := _beyond_limits(line, line.quantity, line.unit_price, line.item_value):
        return LineValue(problem=problem)
    product = line.quantity * round_half_up(line.unit_price, UNIT_PLACES)
    amount = round_half_up(product, XERO_PLACES)
    other = round_half_up(product, currency_exponent(currency))
    if line.item_value == amount == other:
        return LineValue()
    exact = line.quantity * line.unit_price
    if company.rounding_account and amount == other and _is_rounding(line.item_value, amount, exact, currency):
        return LineValue(rounding=line.item_value - amount)
    return LineValue(problem=_mismatch(line, other if amount == line.item_value else amount, line.item_value, currency))


def _is_rounding(item_value: Decimal, amount: Decimal, exact: Decimal, currency: str) -> bool:
    """Whether rounding explains the difference, and a line can add it.

    It does where the item value is within the currency's smallest unit of what Xero computes, or of the exact product,
    which Xero misses because it keeps four decimals of the price.
    """
    places = min(XERO_PLACES, currency_exponent(currency))
    smallest = Decimal(1).scaleb(-places)
    near = min(abs(item_value - amount), abs(item_value - exact)) <= smallest
    return near and decimals(item_value - amount) <= places


def _beyond_limits(line: ReadLine, quantity: Decimal, unit_price: Decimal, item_value: Decimal) -> Problem | None:
    if abs(item_value) > LARGEST_AMOUNT:
        message = f"The item value {item_value:f} is more than Xero takes on a line ({LARGEST_AMOUNT})."
        return _problem(Code.AMOUNT_TOO_LARGE, line, "item_value", item_value, message, "Shipping: split the line.")
    if abs(unit_price) > LARGEST_AMOUNT:
        message = f"The unit price {unit_price:f} is more than Xero takes on a line ({LARGEST_AMOUNT})."
        hint = "Shipping: use a smaller unit of measure."
        return _problem(Code.AMOUNT_TOO_LARGE, line, "unit_price", unit_price, message, hint)
    return _quantity_beyond_limits(line, quantity)


def _quantity_beyond_limits(line: ReadLine, quantity: Decimal) -> Problem | None:
    if decimals(quantity) > UNIT_PLACES:
        message = f"The quantity {quantity:f} has more than the four decimals that Xero keeps."
        hint = "Shipping: round the quantity, or use a larger unit of measure."
        return _problem(Code.FIELD_INVALID, line, "quantity", quantity, message, hint)
    if len(f"{quantity.normalize():f}") > _QUANTITY_LENGTH:
        message = f"The quantity {quantity:f} is longer than the {_QUANTITY_LENGTH} digits that Xero takes."
        return _problem(Code.FIELD_TOO_LONG, line, "quantity", quantity, message, "Shipping: split the line.")
    return None


def _mismatch(line: ReadLine, amount: Decimal, item_value: Decimal, currency: str) -> Problem:
    message = (
        f"Line {line.index + 1}: {line.quantity:f} x {line.unit_price:f} is {amount:f} {currency} in Xero, the item "
        f"value is {item_value:f}: a difference of {item_value - amount:+f}."
    )
    return _problem(Code.LINE_VALUE_MISMATCH, line, "item_value", item_value, message, _advice(line, currency))


def _advice(line: ReadLine, currency: str) -> str:
    if line.unit_price is not None and decimals(line.unit_price) > UNIT_PLACES:
        return (
            "Xero keeps four decimals of a unit price. Shipping: use a larger unit of measure; or accounting: name a "
            "rounding_account in the profile."
        )
    if currency_exponent(currency) != XERO_PLACES:
        return f"Xero keeps two decimals, {currency} has {currency_exponent(currency)}. Shipping: correct the line."
    return "Shipping: correct the quantity, the unit price or the item value."


def _problem(code: Code, line: ReadLine, name: str, value: Decimal, message: str, hint: str) -> Problem:
    return Problem(code=code, field=f"lines[{line.index}].{name}", value=f"{value:f}", message=message, hint=hint)
