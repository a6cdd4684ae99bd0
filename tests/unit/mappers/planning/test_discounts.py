"""A line's discount goes from the event to Xero's own fields, on invoices and quotes."""

from decimal import Decimal
from typing import Any

import pytest

from mappers.model.company import DocumentType
from mappers.model.problem import Code
from mappers.planning.plan import Planned, Rejected
from tests.at_once import plan
from tests.builders import make_company, make_line, make_request, make_shipment
from tests.fakes.references import contact, item, reference_data

REFERENCE = reference_data(contacts=[contact("ALOK")], items=[item("BEEF-01")])


def planned(line: dict[str, Any], **profile: Any) -> Planned | Rejected:
    return plan(make_request(shipment=make_shipment(lines=[line])), make_company(**profile), REFERENCE)


@pytest.mark.parametrize("kind", DocumentType)
@pytest.mark.parametrize(
    ("given", "item_value", "rate", "amount"),
    [
        ({"discount_rate": "10"}, "1139.06", Decimal(10), None),
        ({"discount_rate": 10}, "1139.06", Decimal(10), None),
        ({"discount_rate": "12.5", "discount_amount": None}, "1107.42", Decimal("12.5"), None),
        ({"discount_amount": "265.63"}, "1000", None, Decimal("265.63")),
        ({"discount_amount": 0, "discount_rate": ""}, "1265.63", None, None),
    ],
)
def test_a_discount_of_the_event_is_xeros(
    kind: DocumentType, given: dict[str, Any], item_value: str, rate: Decimal | None, amount: Decimal | None
) -> None:
    answer = planned(make_line(item_value=item_value, **given), document=kind)
    assert isinstance(answer, Planned), answer
    (line,) = answer.document.lines
    assert (line.discount_rate, line.discount_amount, line.unit_amount) == (rate, amount, Decimal("101.25"))
    assert line.amount == answer.document.expected_amount == Decimal(item_value)


@pytest.mark.parametrize("name", ["discount_rate", "discount_amount"])
@pytest.mark.parametrize("value", ["ten", "10%", True, ["10"]])
def test_a_discount_that_cannot_be_read_is_one_problem(name: str, value: Any) -> None:
    """Nothing is said of the item value too: without the discount there is nothing to compare it with."""
    answer = planned(make_line(item_value="1139.06", **{name: value}))
    assert isinstance(answer, Rejected)
    assert [(each.code, each.field) for each in answer.problems] == [(Code.FIELD_INVALID, f"lines[0].{name}")]


def test_a_discount_with_a_price_that_xero_cannot_hold_takes_a_rounding_line() -> None:
    """An amount in place of the price is after the discount, so that the price would not follow from it."""
    line = make_line(quantity="12000", unit_price="0.12345", discount_rate="10", item_value="1333.26")
    refused = planned(line)
    assert isinstance(refused, Rejected)
    assert [each.code for each in refused.problems] == [Code.LINE_VALUE_MISMATCH]
    answer = planned(line, rounding_account="860", tax_type="OUTPUT")
    assert isinstance(answer, Planned), answer
    assert [each.amount for each in answer.document.lines] == [Decimal("1333.80"), Decimal("-0.54")]
