"""Reading the lines of a document: a set that replaces the lines it had, line by line with the same LineItemID."""

from deploy.simulator.books import Line
from deploy.simulator.rules.element_write import ElementWrite
from deploy.simulator.rules.line_amounts import QUANTITY_PLACES, with_amounts
from deploy.simulator.rules.line_codes import Setting, read_tracking, with_account, with_item, with_tax
from deploy.simulator.rules.totals import Terms
from deploy.simulator.wire import Element, JsonObject, money

LONGEST_DESCRIPTION = 4000
LONGEST_QUANTITY = 13


def read_lines(
    write: ElementWrite, rows: list[JsonObject], before: tuple[Line, ...], setting: Setting, terms: Terms
) -> tuple[Line, ...]:
    """The new set of lines: known LineItemIDs change, others are made, the ones not listed go."""
    known = {line.line_id: line for line in before}
    return tuple(_read_line(write, row, known, setting, terms) for row in rows)


def _read_line(write: ElementWrite, row: JsonObject, known: dict[str, Line], setting: Setting, terms: Terms) -> Line:
    element = Element(row)
    line = _discounted(write, element, _merged(write, element, _start(write, element, known)), setting)
    if element.has("Tracking"):
        line = line._replace(tracking=read_tracking(write, row, setting.kind))
    line = with_tax(write, with_account(write, with_item(write, line), setting), setting)
    line = with_amounts(write, element, line, terms)
    _check(write, line, setting)
    if line.line_amount or write.switches.zero_lines == "keep_codes":
        return line
    # Xero drops what a line of 0.00 refers to, also where it was sent (calcinai/xero-php issue 660).
    return line._replace(account_code="", tax_type="")


def _start(write: ElementWrite, element: Element, known: dict[str, Line]) -> Line:
    line_id = element.text("LineItemID")
    if line_id is None:
        return Line(write.ids.uuid())
    if line_id not in known:
        write.refuse(f"The LineItemID {line_id} does not belong to this document.")
    return known.get(line_id, Line(line_id))


def _merged(write: ElementWrite, element: Element, start: Line) -> Line:
    """What the request gives, over what the line was."""
    unit, quantity = element.number("UnitAmount"), element.number("Quantity")
    account = element.text("AccountCode") or _code_of(write, element.text("AccountID"))
    return start._replace(
        description=_given(element.text("Description"), start.description),
        quantity=start.quantity if quantity is None else money.rounded(quantity, QUANTITY_PLACES),
        unit_amount=start.unit_amount if unit is None else money.rounded(unit, write.unit_places),
        item_code=_given(element.text("ItemCode"), start.item_code),
        account_code=_given(account, start.account_code),
        tax_type=_given(element.text("TaxType"), start.tax_type),
    )


def _discounted(write: ElementWrite, element: Element, line: Line, setting: Setting) -> Line:
    """A rate or an amount, whichever the request gives; bills know no discounts."""
    rate, amount = element.number("DiscountRate"), element.number("DiscountAmount")
    if not setting.discounts or (rate is None and amount is None):
        return line
    if rate is None:
        return line._replace(discount_rate=None, discount_amount=amount)
    if write.switches.discount_rate_decimals == "two":
        rate = money.rounded(rate, money.CENTS)
    return line._replace(discount_rate=rate, discount_amount=None)


def _code_of(write: ElementWrite, account_id: str | None) -> str | None:
    if account_id is None:
        return None
    account = write.organisation.codes.account_with_id(account_id)
    return account.code if account else account_id


def _check(write: ElementWrite, line: Line, setting: Setting) -> None:
    if not line.description:
        write.refuse("The description field is mandatory for each line item.")
    if write.length(line.description) > LONGEST_DESCRIPTION:
        write.refuse(f"The description of a line item cannot be longer than {LONGEST_DESCRIPTION} characters.")
    if setting.complete and setting.kind == "invoice" and (line.unit_amount is None or line.quantity is None):
        write.refuse("Quantity and UnitAmount must be specified for each line item.")
    if setting.complete and setting.kind == "invoice" and not line.account_code and line.line_amount:
        write.refuse("Account code must be specified")
    if line.quantity is not None and len(format(line.quantity.normalize(), "f")) > LONGEST_QUANTITY:
        write.refuse(f"The quantity of a line item cannot be longer than {LONGEST_QUANTITY} characters.")
    if abs(line.line_amount) > money.LARGEST_LINE:
        write.refuse(f"The line total {line.line_amount} is larger than {money.LARGEST_LINE}.")


def _given(value: str | None, before: str) -> str:
    return before if value is None else value
