"""What senders really write into a shipment: taken where it is clear, shown as it would be right where it is not."""

from decimal import Decimal
from typing import Any

import pytest

from mappers.model.document import Document
from mappers.model.problem import Code, Problem
from mappers.model.sync_request import Trigger
from mappers.planning.plan import Planned, Rejected
from tests.at_once import needs, plan
from tests.builders import make_company, make_line, make_request, make_shipment
from tests.fakes.references import contact, item, reference_data

REFERENCE = reference_data(
    contacts=[contact("ALOK")], items=[item("BEEF-01")], currencies=("USD", "KWD", "JPY"), base_currency="AUD"
)
LONG = "CHILLED-BEEF-BONELESS-FORE-QUARTER-GRAIN-FED-150-DAYS-CARTON-20KG"


def planned(shipment: dict[str, Any], **profile: Any) -> Document:
    answer = plan(make_request(shipment=shipment), make_company(**profile), REFERENCE)
    assert isinstance(answer, Planned), answer
    return answer.document


def problems(shipment: dict[str, Any], **profile: Any) -> tuple[Problem, ...]:
    answer = plan(make_request(shipment=shipment), make_company(**profile), REFERENCE)
    assert isinstance(answer, Rejected), answer
    return answer.problems


@pytest.mark.parametrize(
    ("quantity", "price", "value", "amount"),
    [
        ("1E+2", ".85", "85", "85"),
        ("21012.719", "6.25", "131329.49375", "131329.49"),
        ("0.30000000000000004", "10", "3.0000000000000004", "3"),
        ("12.5", "101.25", "1265.625", "1265.63"),
        ("12.5", "101.24999999999999", "1265.6250000000002", "1265.63"),
        ("3", "33.33333", "99.9999", "100"),
    ],
)
def test_numbers_agree_to_the_cent_whatever_their_notation_and_noise(
    quantity: str, price: str, value: str, amount: str
) -> None:
    line = make_line(quantity=quantity, unit_price=price, item_value=value)
    answer = plan(make_request(shipment=make_shipment(lines=[line])), make_company(), REFERENCE)
    assert isinstance(answer, Planned), answer
    assert answer.document.expected_amount == Decimal(amount)


def test_a_value_that_is_a_cent_away_is_still_refused() -> None:
    (problem,) = problems(make_shipment(lines=[make_line(item_value="1265.635")]))
    assert problem.code is Code.LINE_VALUE_MISMATCH


def test_a_dinar_has_three_decimals_and_is_not_compared_to_the_cent() -> None:
    line = make_line(quantity="1", unit_price="10.125", item_value="10.125")
    (problem,) = problems(make_shipment(lines=[line], currency="KWD", exchange_rate="0.2"))
    assert (problem.code, problem.value) == (Code.LINE_VALUE_MISMATCH, "10.125")


def test_a_yen_may_be_noise_away_and_not_some_sen() -> None:
    fields = {"quantity": "3", "unit_price": "101"}
    yen = make_shipment(lines=[make_line(**fields, item_value="303.004")], currency="JPY", exchange_rate="97")
    assert planned(yen).expected_amount == Decimal(303)
    sen = make_shipment(lines=[make_line(**fields, item_value="303.04")], currency="JPY", exchange_rate="97")
    (problem,) = problems(sen)
    assert (problem.code, problem.value) == (Code.LINE_VALUE_MISMATCH, "303.04")


def test_a_rate_is_rounded_to_six_decimals() -> None:
    assert str(planned(make_shipment(exchange_rate="0.65434999999999999")).currency_rate) == "0.654350"


@pytest.mark.parametrize("number", [7, "007", "1.5", "-3", "1E+2", "20261120031522001", 0])
def test_a_line_number_is_any_number(number: object) -> None:
    shipment = make_shipment(lines=[make_line(line_number=number)])
    text = planned(shipment, description_template="{line_number}").lines[0].description
    assert text == {"007": "7", "1E+2": "100"}.get(str(number), str(number))


def test_a_code_of_any_length_is_taken_where_an_alias_maps_it() -> None:
    """The limits of Xero hold for what goes to Xero."""
    shipment = make_shipment(buyer_code=LONG, lines=[make_line(product_code=LONG)])
    aliases = {"customer_aliases": {LONG: "ALOK"}, "product_aliases": {LONG: "BEEF-01"}}
    document = planned(shipment, **aliases)
    assert document.lines[0].item_code == "BEEF-01"
    wanted = needs(make_request(shipment=shipment), make_company(**aliases))
    assert (set(wanted.customers), set(wanted.products)) == ({"ALOK"}, {"BEEF-01"})


def test_a_code_that_xero_cannot_have_is_too_long_with_or_without_an_alias() -> None:
    shipment = make_shipment(lines=[make_line(product_code=LONG)])
    assert [each.code for each in problems(shipment)] == [Code.FIELD_TOO_LONG]
    (problem,) = problems(make_shipment(lines=[make_line(product_code="B")]), product_aliases={"B": LONG})
    assert problem.code is Code.FIELD_TOO_LONG
    assert str(len(LONG)) in problem.message


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("1,265.63", "Shipping: enter 1265.63."),
        ("1.265,63", "Shipping: enter 1265.63."),
        ("1\u00a0265,63", "Shipping: enter 1265.63."),
        ("1,265", "Shipping: enter 1265 or 1.265, whichever is meant."),
        ("USD 12", "Shipping: enter a plain number such as 1234.56."),
    ],
)
def test_separators_stay_refused_and_the_hint_shows_the_right_form(value: str, hint: str) -> None:
    (problem,) = problems(make_shipment(lines=[make_line(item_value=value)]))
    assert (problem.code, problem.field, problem.hint) == (Code.FIELD_INVALID, "lines[0].item_value", hint)
    (charge,) = problems(make_shipment(charges={"freight": value}), charges={"freight": "200"})
    assert (charge.field, charge.hint) == ("charges.freight", hint)


def test_faults_of_the_event_reject_the_request_with_all_that_is_wrong_inside() -> None:
    fault = Problem(code=Code.FIELD_INVALID, field="revision", value="x", message="No number.", hint="Correct it.")
    for shipment in (make_shipment(), make_shipment(currency=None), make_shipment(buyer_code="NOBODY")):
        request = make_request(shipment=shipment, faults=(fault,), trigger=Trigger.SYNC_NOW)
        answer = plan(request, make_company(), REFERENCE)
        assert isinstance(answer, Rejected)
        assert answer.problems[0] == fault
        assert answer.missing == ()
        assert len(answer.problems) == (1 if shipment == make_shipment() else 2)
