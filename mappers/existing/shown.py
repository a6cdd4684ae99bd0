"""How Xero shows what it was sent, so that comparisons do not take its ways for somebody's change."""

from decimal import Decimal
from typing import Final

from mappers.model import (
    DocumentLine,
    DocumentType,
    ExistingDocument,
    ExistingLine,
    LineAmounts,
    LineTracking,
    plain,
    round_half_up,
)

# Xero keeps six decimals of a rate, four of quantities and unit amounts, two of line amounts (Xero API documentation,
# Invoices); replies may show more or fewer digits of the same number.
RATE_PLACES: Final = 6
UNIT_PLACES: Final = 4
AMOUNT_PLACES: Final = 2
CENT: Final = Decimal("0.01")
NO_TAX_TYPE: Final = "NONE"
"""What Xero shows as the tax type of a line on a document without tax, whatever was sent."""


def text(value: str | None) -> str:
    """A text as it is compared: None is the empty text, line ends are unified, leading and trailing blanks ignored."""
    return (value or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def rate(value: Decimal | None) -> Decimal | None:
    """A rate as it is compared: six decimals; 1 is what Xero shows for a document without a rate."""
    rounded = None if value is None else plain(round_half_up(value, RATE_PLACES))
    return None if rounded == 1 else rounded


def units(value: Decimal | None) -> Decimal | None:
    """A quantity or unit amount as it is compared: four decimals."""
    return None if value is None else plain(round_half_up(value, UNIT_PLACES))


def discount(line: ExistingLine) -> Decimal | None:
    """How far the line amount is from quantity x unit price, None where it is not: a discount, or a price that Xero
    computed from the amount.
    """
    if line.line_amount is None or line.quantity is None or line.unit_amount is None:
        return None
    full = round_half_up(line.quantity * line.unit_amount, AMOUNT_PLACES)
    difference = round_half_up(line.line_amount, AMOUNT_PLACES) - full
    return plain(difference) if difference else None


def is_zero(line: ExistingLine) -> bool:
    """Whether the line comes to 0.00. Xero drops account and tax type of such a line, at once or when it is read back
    (calcinai/xero-php issue 660, XeroAPI/xero-node issue 702).
    """
    if line.line_amount is not None:
        return not round_half_up(line.line_amount, AMOUNT_PLACES)
    return not round_half_up((line.quantity or Decimal(0)) * (line.unit_amount or Decimal(0)), AMOUNT_PLACES)


def is_inclusive_quote(existing: ExistingDocument) -> bool:
    """A quote whose amounts include tax: the prices of its lines are shown without it (`shows_net`)."""
    return existing.type is DocumentType.QUOTE and existing.line_amounts is LineAmounts.INCLUSIVE


def shows_net(existing: ExistingDocument) -> bool:
    """Whether a quote whose amounts include tax shows its lines without it, as Xero does (XeroAPI/xero-mcp-server pull
    request 309). Its own totals tell: the lines add up to the one or the other.
    """
    if not is_inclusive_quote(existing):
        return False
    amounts = [line.line_amount for line in existing.lines if line.line_amount is not None]
    together = sum(amounts, Decimal(0))
    return bool(existing.total_tax) and len(amounts) == len(existing.lines) and together == existing.sub_total


def gross_amount(line: ExistingLine) -> Decimal | None:
    """What a line that is shown without its tax comes to with it."""
    return None if line.line_amount is None or line.tax_amount is None else line.line_amount + line.tax_amount


def has_tracking(ours: DocumentLine, theirs: ExistingLine) -> bool:
    """Whether the line has exactly the options that were sent, in any order; by id where both show one."""
    if len(ours.tracking) != len(theirs.tracking):
        return False
    return all(any(_is_same_option(each, other) for other in theirs.tracking) for each in ours.tracking)


def _is_same_option(ours: LineTracking, theirs: LineTracking) -> bool:
    if ours.option_id and theirs.option_id:
        return ours.option_id.casefold() == theirs.option_id.casefold()
    return (ours.category, ours.option) == (theirs.category, theirs.option)
