"""What one line amounts to: from quantity and unit amount, or from a line amount that stands for one of them.

Xero's page "Invoices": the line amount reflects the discount, and quantity or unit amount may be left out beside it.
Where that page says no more than this, switches give the answers that are possible.
"""

from decimal import Decimal

from deploy.simulator.books import Line
from deploy.simulator.rules.element_write import ElementWrite
from deploy.simulator.rules.totals import Terms, gross_amount, net_amount, priced, tax_amount
from deploy.simulator.wire import Element, money

QUANTITY_PLACES = 4


def with_amounts(write: ElementWrite, element: Element, line: Line, terms: Terms) -> Line:
    """The line with quantity, unit amount, line amount and tax; what does not match is noted."""
    given = element.number("LineAmount")
    if given is not None and not _has_both(write, element, line):
        line = _from_amount(write, element, line, money.rounded(given, terms.places), terms)
    else:
        line = _reckoned(write, line, given, terms)
    _check_quantity(write, line)
    _check_discount(write, line, terms)
    return _with_given_tax(write, line, element.number("TaxAmount"), terms)


def _has_both(write: ElementWrite, element: Element, line: Line) -> bool:
    """Whether quantity and unit amount are given beside the line amount, or the item gives the price."""
    if line.item_code and write.switches.item_price_beside_line_amount == "used":
        return line.unit_amount is not None
    return element.has("Quantity") and element.has("UnitAmount")


def _from_amount(write: ElementWrite, element: Element, line: Line, amount: Decimal, terms: Terms) -> Line:
    """A line given by its amount; the unit amount or the quantity follows from it."""
    answer = write.switches.quantity_with_line_amount if element.has("Quantity") else "stands"
    if answer == "refused":
        write.refuse("Quantity and UnitAmount must be specified for each line item.")
    line = _divided(write, element, line, _before_discount(line, amount))
    if answer == "recomputed":
        amount = net_amount(line, terms.places)
    return line._replace(line_amount=amount, tax_amount=tax_amount(amount, line.tax_type, terms))


def _divided(write: ElementWrite, element: Element, line: Line, gross: Decimal) -> Line:
    unit = line.unit_amount
    if element.has("UnitAmount") and unit:
        return line._replace(quantity=money.rounded(gross / unit, QUANTITY_PLACES))
    quantity = line.quantity or money.ONE
    return line._replace(quantity=quantity, unit_amount=money.rounded(gross / quantity, write.unit_places))


def _before_discount(line: Line, amount: Decimal) -> Decimal:
    if line.discount_rate is not None:
        left = 1 - line.discount_rate / money.HUNDRED
        return amount / left if left else amount
    return amount + (line.discount_amount or money.ZERO)


def _reckoned(write: ElementWrite, line: Line, given: Decimal | None, terms: Terms) -> Line:
    """A line given by quantity and unit amount; a line amount beside them must be the same."""
    if line.unit_amount is not None and line.quantity is None:
        line = line._replace(quantity=money.ONE)
    line = priced(line, terms)
    if given is not None and given != line.line_amount:
        write.refuse(f"The line total {given} does not match the expected line total {line.line_amount}")
    return line


def _check_quantity(write: ElementWrite, line: Line) -> None:
    if line.quantity is None:
        return
    if line.quantity < 0:
        write.refuse(f"The quantity value '{line.quantity:.4f}' is invalid. Quantity must not be less than zero.")
    if not line.quantity and line.unit_amount:
        write.refuse(f"The quantity value '{line.quantity:.4f}' is invalid. Quantity must be greater than zero.")


def _check_discount(write: ElementWrite, line: Line, terms: Terms) -> None:
    """An amount may not exceed its line, as even 0.00 does on a negative one; a rate lies from 0 to 100."""
    amount = line.discount_amount if line.discount_rate is None else None
    rate_is_too_high = line.discount_rate is not None and not 0 <= line.discount_rate <= money.HUNDRED
    if rate_is_too_high or (amount is not None and amount > gross_amount(line, terms.places)):
        shown = line.discount_rate if amount is None else amount
        write.refuse(f"The discount rate '{shown:.2f}' is invalid. Discount must not be greater than the line total.")


def _with_given_tax(write: ElementWrite, line: Line, given: Decimal | None, terms: Terms) -> Line:
    if given is None:
        return line
    write.counts.tax_amounts_sent += 1
    return line._replace(tax_amount=money.rounded(given, terms.places))
