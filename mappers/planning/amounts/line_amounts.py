"""Compares quantity x unit price of a line, as Xero will compute it, with the shipment's item value."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mappers.model import Code, Company, DocumentType, Problem, currency_exponent, decimals, round_half_up
from mappers.planning.amounts.discount import NO_DISCOUNT, Discount, check_discount, read_discount, sent_discount
from mappers.planning.shipment import ReadLine

XERO_PLACES: Final = 2  # Xero keeps line amounts and totals with two decimals in every currency.
UNIT_PLACES: Final = 4  # Unit amounts have four with unitdp=4, quantities always (Xero API documentation, Invoices).
LARGEST_AMOUNT: Final = Decimal("9999999999.99")  # LineAmount (Xero API documentation, Invoices).
_QUANTITY_LENGTH: Final = 13


@dataclass(frozen=True, slots=True)
class LineValue:
    """Whether a line's value is right, and how Xero gets there.

    `rounding` is what a rounding line has to add, mostly zero; `line_amount` what is sent in place of a unit price that
    Xero cannot hold; `discount` what is sent of the line's discount. `is_free`: the price is sent as zero.
    """

    rounding: Decimal = Decimal(0)
    line_amount: Decimal | None = None
    discount: Discount = NO_DISCOUNT
    problem: Problem | None = None
    is_free: bool = False


@dataclass(frozen=True, slots=True)
class _Numbers:
    """A line whose numbers could all be read.

    `gross` is what the line comes to before its discount, with the price that Xero keeps; `amount` and `own_amount` are
    what is left of it, with Xero's two decimals and with the currency's own number of them.
    """

    line: ReadLine
    quantity: Decimal
    unit_price: Decimal
    item_value: Decimal
    discount: Discount
    currency: str
    gross: Decimal
    amount: Decimal
    own_amount: Decimal

    @property
    def exact(self) -> Decimal:
        """What the shipment means, with all decimals of its price."""
        return self.discount.net(self.quantity * self.unit_price)

    @property
    def places(self) -> int:
        """The decimals that both Xero and the currency keep."""
        return min(XERO_PLACES, currency_exponent(self.currency))


def check_value(line: ReadLine, currency: str, company: Company) -> LineValue:
    """Compare what Xero will compute (quantity x unit price of four decimals, less the discount) with the item value.

    They must agree with Xero's two decimals and with the currency's own number of decimals, so that it does not matter
    which of them Xero rounds yen and dinars to. A price of more than four decimals goes to an invoice as the line's
    amount, from which Xero computes the price; a quote takes no such line, nor an invoice of a Xero that was found to
    reckon otherwise. Otherwise, where the profile names a
    rounding account, a difference that rounding explains becomes a rounding line. A line whose numbers could not be
    read is not checked.
    """
    if line.quantity is None or line.unit_price is None or line.item_value is None:
        return LineValue()
    numbers = _numbers(line, line.quantity, line.unit_price, line.item_value, currency)
    path = f"lines[{line.index}]"
    problem = _beyond_limits(numbers) or check_discount(numbers.discount, numbers.gross, path, currency)
    return _compare(numbers, company) if problem is None else LineValue(problem=problem)


def _numbers(line: ReadLine, quantity: Decimal, unit_price: Decimal, item_value: Decimal, currency: str) -> _Numbers:
    discount = read_discount(line.discount_rate, line.discount_amount)
    gross = quantity * round_half_up(unit_price, UNIT_PLACES)
    net = discount.net(gross)
    amount = round_half_up(net, XERO_PLACES)
    own_amount = round_half_up(net, currency_exponent(currency))
    return _Numbers(line, quantity, unit_price, item_value, discount, currency, gross, amount, own_amount)


def _compare(numbers: _Numbers, company: Company) -> LineValue:
    item_value, amount = numbers.item_value, numbers.amount
    if item_value == amount == numbers.own_amount:
        if _comes_to_nothing(numbers, company):
            return LineValue(is_free=True)
        return LineValue(discount=sent_discount(numbers.discount, numbers.gross, amount))
    if _fits_as_amount(numbers, company):
        return LineValue(line_amount=item_value)
    if company.rounding_account and amount == numbers.own_amount and _is_rounding(numbers):
        discount = sent_discount(numbers.discount, numbers.gross, amount)
        return LineValue(rounding=item_value - amount, discount=discount)
    return LineValue(problem=_mismatch(numbers))


def _comes_to_nothing(numbers: _Numbers, company: Company) -> bool:
    """Whether an invoice's line has a price and yet no amount, even before its discount.

    Xero takes the account from such a line and then refuses to approve it; one without a price it approves
    (XeroAPI/Xero-Java issue 353, XeroAPI/xero-node issue 702).
    """
    is_nothing = not round_half_up(numbers.gross, XERO_PLACES) and not numbers.item_value
    return company.document is DocumentType.INVOICE and is_nothing and numbers.unit_price != 0


def _fits_as_amount(numbers: _Numbers, company: Company) -> bool:
    """Whether the line can be sent as quantity and amount, and the item value is the exact product, rounded.

    Xero computes a price that is left out ("Invoices", LineItems: LineAmount; its page of quotes has no such sentence).
    The amount is after a discount, so that beside one the price would not follow from it.
    """
    if company.document is not DocumentType.INVOICE or numbers.discount or not company.facts.takes_line_amounts:
        return False
    half = Decimal(5).scaleb(-numbers.places - 1)
    is_rounded = abs(numbers.item_value - numbers.exact) <= half and decimals(numbers.item_value) <= numbers.places
    # A price of which four decimals keep nothing would be shown as zero beside an amount, and approved by nobody.
    keeps_a_price = bool(round_half_up(numbers.unit_price, UNIT_PLACES)) or not numbers.item_value
    return is_rounded and keeps_a_price and decimals(numbers.unit_price) > UNIT_PLACES


def _is_rounding(numbers: _Numbers) -> bool:
    """Whether rounding explains the difference, and a line can add it.

    It does where the item value is within the currency's smallest unit of what Xero computes, or of the exact product,
    which Xero misses because it keeps four decimals of the price.
    """
    item_value, amount = numbers.item_value, numbers.amount
    smallest = Decimal(1).scaleb(-numbers.places)
    near = min(abs(item_value - amount), abs(item_value - numbers.exact)) <= smallest
    return near and decimals(item_value) <= numbers.places


def _beyond_limits(numbers: _Numbers) -> Problem | None:
    if abs(numbers.item_value) > LARGEST_AMOUNT:
        message = f"The item value {numbers.item_value:f} is more than Xero takes on a line ({LARGEST_AMOUNT})."
        hint = "Shipping: split the line."
        return _problem(Code.AMOUNT_TOO_LARGE, numbers.line, "item_value", numbers.item_value, message, hint)
    if abs(numbers.unit_price) > LARGEST_AMOUNT:
        message = f"The unit price {numbers.unit_price:f} is more than Xero takes on a line ({LARGEST_AMOUNT})."
        hint = "Shipping: use a smaller unit of measure."
        return _problem(Code.AMOUNT_TOO_LARGE, numbers.line, "unit_price", numbers.unit_price, message, hint)
    return _quantity_beyond_limits(numbers.line, numbers.quantity)


def _quantity_beyond_limits(line: ReadLine, quantity: Decimal) -> Problem | None:
    if decimals(quantity) > UNIT_PLACES:
        message = f"The quantity {quantity:f} has more than the four decimals that Xero keeps."
        hint = "Shipping: round the quantity, or use a larger unit of measure."
        return _problem(Code.FIELD_INVALID, line, "quantity", quantity, message, hint)
    if len(f"{quantity.normalize():f}") > _QUANTITY_LENGTH:
        message = f"The quantity {quantity:f} is longer than the {_QUANTITY_LENGTH} digits that Xero takes."
        return _problem(Code.FIELD_TOO_LONG, line, "quantity", quantity, message, "Shipping: split the line.")
    return None


def _mismatch(numbers: _Numbers) -> Problem:
    line, currency, item_value = numbers.line, numbers.currency, numbers.item_value
    amount = numbers.own_amount if numbers.amount == item_value else numbers.amount
    message = (
        f"Line {line.index + 1}: {numbers.quantity:f} x {numbers.unit_price:f}{numbers.discount.in_words(currency)} is "
        f"{amount:f} {currency} in Xero, the item value is {item_value:f}: a difference of {item_value - amount:+f}."
    )
    return _problem(Code.LINE_VALUE_MISMATCH, line, "item_value", item_value, message, _advice(numbers))


def _advice(numbers: _Numbers) -> str:
    currency = numbers.currency
    if decimals(numbers.unit_price) > UNIT_PLACES:
        return (
            "Xero keeps four decimals of a unit price. Shipping: use a larger unit of measure; or accounting: name a "
            "rounding_account in the profile."
        )
    if numbers.discount and numbers.item_value == round_half_up(numbers.gross, XERO_PLACES):
        return "Shipping: send the item value after the discount, or leave the discount out."
    if currency_exponent(currency) != XERO_PLACES:
        return f"Xero keeps two decimals, {currency} has {currency_exponent(currency)}. Shipping: correct the line."
    return "Shipping: correct the quantity, the unit price or the item value."


def _problem(code: Code, line: ReadLine, name: str, value: Decimal, message: str, hint: str) -> Problem:
    return Problem(code=code, field=f"lines[{line.index}].{name}", value=f"{value:f}", message=message, hint=hint)
