"""The discount of a line: a rate in percent, or an amount off the line, as Xero takes it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mappers.model import Code, Problem, currency_exponent, decimals, round_half_up

RATE_PLACES: Final = 2
"""Xero rounds a discount rate to two decimals (its developers' forum, "Line total mismatch on invoice line")."""

AMOUNT_PLACES: Final = 2
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Discount:
    """What the shipment says of a line; neither where there is none. `net` is what is left of an amount."""

    rate: Decimal | None = None
    amount: Decimal | None = None

    def __bool__(self) -> bool:
        """Whether there is one."""
        return self.rate is not None or self.amount is not None

    def net(self, gross: Decimal) -> Decimal:
        """The amount less the discount, exactly."""
        if self.rate is not None:
            return gross * (_HUNDRED - self.rate) / _HUNDRED
        return gross - (self.amount or 0)

    def in_words(self, currency: str) -> str:
        """As a message goes on with it; empty where there is none."""
        if self.rate is not None:
            return f" less {self.rate:f} %"
        return "" if self.amount is None else f" less {self.amount:f} {currency}"


NO_DISCOUNT: Final = Discount()


def read_discount(rate: Decimal | None, amount: Decimal | None) -> Discount:
    """The discount that a line declares. Zero is none: Xero refuses a rate of 0.00 on some lines."""
    return Discount(rate or None, amount or None)


def check_discount(discount: Discount, gross: Decimal, path: str, currency: str) -> Problem | None:
    """A discount is one of the two, not negative, and not more than the line amounts to."""
    if discount.rate is not None and discount.amount is not None:
        message = f"The line has a discount rate ({discount.rate:f}) and a discount amount ({discount.amount:f})."
        return _problem(path, "discount_rate", discount.rate, message, "Shipping: give one of the two.")
    if discount.rate is not None and not 0 < discount.rate <= _HUNDRED:
        message = f"The discount rate {discount.rate:f} is not a percentage between 0 and 100."
        return _problem(path, "discount_rate", discount.rate, message, "Shipping: correct the discount.")
    if discount.amount is None:
        return None
    places = min(AMOUNT_PLACES, currency_exponent(currency))
    if decimals(discount.amount) > places:
        message = f"The discount amount {discount.amount:f} has more decimals than amounts in {currency} ({places})."
        return _problem(path, "discount_amount", discount.amount, message, "Shipping: correct the discount.")
    if not 0 < discount.amount <= gross:
        message = f"The discount amount {discount.amount:f} is not between 0 and what the line amounts to ({gross:f})."
        return _problem(path, "discount_amount", discount.amount, message, "Shipping: correct the discount.")
    return None


def sent_discount(discount: Discount, gross: Decimal, item_value: Decimal) -> Discount:
    """As Xero takes it: a rate with more decimals than Xero keeps goes as the amount that it comes to."""
    if discount.rate is None or decimals(discount.rate) <= RATE_PLACES:
        return discount
    return Discount(amount=round_half_up(gross, AMOUNT_PLACES) - item_value)


def _problem(path: str, name: str, value: Decimal, message: str, hint: str) -> Problem:
    return Problem(code=Code.FIELD_INVALID, field=f"{path}.{name}", value=f"{value:f}", message=message, hint=hint)
