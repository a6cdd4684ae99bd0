"""What a line and a document amount to.

Tax is reckoned per line, rounded, then summed; unit amounts are rounded before they are multiplied. Source:
developer.xero.com, "Rounding in Xero" and "Invoices".
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from deploy.simulator.books import Document, Line, Organisation
from deploy.simulator.wire import Switches, money

EXCLUSIVE, INCLUSIVE, NO_TAX = "Exclusive", "Inclusive", "NoTax"


@dataclass(frozen=True)
class Terms:
    """How lines are priced: tax on top, within or none; decimals of amounts; percent by tax type."""

    line_amount_types: str
    places: int
    percents: dict[str, Decimal]

    @classmethod
    def of(cls, organisation: Organisation, switches: Switches, currency: str, line_amount_types: str) -> "Terms":
        places = money.CENTS if switches.currency_decimals == "two" else money.decimals(currency)
        percents = {name: rate.percent for name, rate in organisation.codes.tax_rates.items()}
        return cls(line_amount_types, places, percents)


def gross_amount(line: Line, places: int) -> Decimal:
    """Quantity times unit amount, rounded."""
    return money.rounded((line.quantity or money.ZERO) * (line.unit_amount or money.ZERO), places)


def net_amount(line: Line, places: int) -> Decimal:
    """Quantity times unit amount, less the discount, rounded."""
    gross = (line.quantity or money.ZERO) * (line.unit_amount or money.ZERO)
    if line.discount_rate is not None:
        return money.rounded(gross * (1 - line.discount_rate / money.HUNDRED), places)
    return money.rounded(gross - (line.discount_amount or money.ZERO), places)


def tax_amount(amount: Decimal, tax_type: str, terms: Terms) -> Decimal:
    percent = terms.percents.get(tax_type, money.ZERO)
    if terms.line_amount_types == NO_TAX or not percent:
        return money.rounded(money.ZERO, terms.places)
    if terms.line_amount_types == INCLUSIVE:
        return money.rounded(amount - amount / (1 + percent / money.HUNDRED), terms.places)
    return money.rounded(amount * percent / money.HUNDRED, terms.places)


def priced(line: Line, terms: Terms) -> Line:
    """The line with its amount and tax reckoned anew."""
    amount = net_amount(line, terms.places)
    return line._replace(line_amount=amount, tax_amount=tax_amount(amount, line.tax_type, terms))


def totalled(document: Document, lines: Iterable[Line], terms: Terms) -> Document:
    """The document with these lines and their sums."""
    kept = tuple(lines)
    nothing = money.rounded(money.ZERO, terms.places)
    amounts = sum((line.line_amount for line in kept), nothing)
    tax = sum((line.tax_amount for line in kept), nothing)
    inclusive = terms.line_amount_types == INCLUSIVE
    return replace(
        document,
        lines=kept,
        line_amount_types=terms.line_amount_types,
        sub_total=amounts - tax if inclusive else amounts,
        total_tax=tax,
        total=amounts if inclusive else amounts + tax,
        total_discount=sum((_discount(line, terms.places) for line in kept), nothing),
    )


def _discount(line: Line, places: int) -> Decimal:
    if line.discount_rate is None and line.discount_amount is None:
        return money.ZERO
    return gross_amount(line, places) - line.line_amount
