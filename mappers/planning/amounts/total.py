"""What the whole document comes to: a negative one is a credit note, which is not ours to make."""

from collections.abc import Iterator, Sequence

from mappers.model import Code, Problem
from mappers.planning.amounts.charges import Charges
from mappers.planning.shipment import ReadLine


def check_total(lines: Sequence[ReadLine], charges: Charges, currency: str) -> Iterator[Problem]:
    """Refuse a total below zero: Xero keeps such a draft, but never lets it be approved.

    Its refusal is "The Total for this document must be greater than or equal to zero." A total of which a part could
    not be read is not judged.
    """
    values = [line.item_value for line in lines if line.item_value is not None]
    total = sum(values, charges.amount)
    if total >= 0 or len(values) < len(lines) or charges.problems:
        return
    yield Problem(
        code=Code.CREDIT_NOTE_NEEDED,
        field="lines",
        value=f"{total:f}",
        message=f"The shipment amounts to {total:f} {currency}, which is below zero: Xero takes no such document.",
        hint="Accounting: make a credit note in Xero for it; or shipping: correct the values.",
    )
