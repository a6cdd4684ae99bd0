"""How much a shipment may hold: so much is taken, and one more is not."""

from decimal import Decimal
from typing import Any

import pytest

from mappers.model.problem import Code, Problem
from mappers.planning.shipment import PartialShipment, Shipment
from tests.at_once import read_shipment
from tests.builders import make_company, make_line, make_shipment


def read(raw: dict[str, Any], **company: Any) -> Shipment:
    shipment = read_shipment(raw, make_company(**company))
    assert isinstance(shipment, Shipment), shipment
    return shipment


def faults(raw: dict[str, Any], **company: Any) -> tuple[Problem, ...]:
    shipment = read_shipment(raw, make_company(**company))
    assert isinstance(shipment, PartialShipment), shipment
    return shipment.problems


@pytest.mark.parametrize(
    ("name", "limit", "document"),
    [
        ("invoice_number", 255, "invoice"),
        ("invoice_number", 255, "quote"),
        ("exporter_reference", 255, "invoice"),
        ("exporter_reference", 4000, "quote"),
        ("buyer_code", 50, "invoice"),
        ("incoterms", 255, "invoice"),
        ("incoterms_place", 255, "invoice"),
    ],
)
def test_a_text_of_a_shipment_may_be_as_long_as_xero_takes_it(name: str, limit: int, document: str) -> None:
    read(make_shipment(**{name: "X" * limit}), document=document)
    (problem,) = faults(make_shipment(**{name: "X" * (limit + 1)}), document=document)
    assert (problem.code, problem.field) == (Code.FIELD_TOO_LONG, name)
    assert f"{limit + 1} characters, more than the {limit} that Xero takes" in problem.message


@pytest.mark.parametrize(("name", "limit"), [("product_code", 30), ("description", 4000), ("unit_of_measure", 255)])
def test_a_text_of_a_line_may_be_as_long_as_xero_takes_it(name: str, limit: int) -> None:
    read(make_shipment(lines=[make_line(**{name: "X" * limit})]))
    (problem,) = faults(make_shipment(lines=[make_line(**{name: "X" * (limit + 1)})]))
    assert (problem.code, problem.field) == (Code.FIELD_TOO_LONG, f"lines[0].{name}")


def test_what_is_not_the_number_of_a_quote_may_be_longer_than_a_number() -> None:
    assert read(make_shipment(shipment_number="X" * 4000), document="quote").shipment_number == "X" * 4000


def test_a_text_of_composed_characters_is_measured_as_xero_counts_them() -> None:
    """A small alpha with breathing, accent and iota is four characters on its way and one in Xero."""
    alphas = "\u03b1\u0313\u0301\u0345" * 50
    assert read(make_shipment(buyer_code=alphas)).customer_code == "\u1f84" * 50


def test_a_shipment_may_have_a_thousand_lines_and_no_more() -> None:
    assert len(read(make_shipment(lines=[make_line()] * 1000)).lines) == 1000
    (problem,) = faults(make_shipment(lines=[make_line()] * 1001))
    assert problem.message == "The shipment has 1001 product lines, more than 1000."


def test_two_hundred_problems_are_listed_and_the_last_of_more_counts_the_rest() -> None:
    wrong = make_line(quantity="x")
    listed = faults(make_shipment(lines=[wrong] * 200))
    assert [each.field for each in listed] == [f"lines[{index}].quantity" for index in range(200)]
    assert [each.message.partition(":")[0] for each in listed[:3]] == ["Line 1", "Line 2", "Line 3"]
    *first, last = faults(make_shipment(lines=[wrong] * 201))
    assert [each.field for each in first] == [f"lines[{index}].quantity" for index in range(199)]
    assert last.message == "2 more problems of this shipment are not listed."


def test_lines_without_a_number_are_counted_from_one() -> None:
    lines = [make_line(line_number=None)] * 4
    assert [each.line_number for each in read(make_shipment(lines=lines)).lines] == [1, 2, 3, 4]


def test_a_line_number_may_have_forty_digits() -> None:
    longest = "9" * 40
    (line,) = read(make_shipment(lines=[make_line(line_number=longest)])).lines
    assert line.line_number == Decimal(longest)
    (problem,) = faults(make_shipment(lines=[make_line(line_number=longest + "9")]))
    assert problem.field == "lines[0].line_number"


@pytest.mark.parametrize(
    ("date", "hint"),
    [
        ("2026-11-19T00:00:00Z", "Whoever sends the shipments: send the day alone, without a time: "),
        ("2026-11-19Z", "Whoever sends the shipments: send the day alone, without a time: "),
        ("2026-11-31", "Shipping: correct it. Dates are written "),
        ("19/11/2026 00:00", "Shipping: correct it. Dates are written "),
        ("soon", "Shipping: correct it. Dates are written "),
    ],
)
def test_a_date_that_is_none_is_told_how_dates_are_written(date: str, hint: str) -> None:
    (problem,) = faults(make_shipment(invoice_due_date=date))
    assert problem.hint == f"{hint}YYYY-MM-DD, for example 2026-11-19."
