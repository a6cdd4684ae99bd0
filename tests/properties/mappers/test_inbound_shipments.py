"""Any JSON object reads as a shipment or as problems that people can act on; a document's worth survives exactly."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.model.money import NotANumber, read_number, round_half_up
from mappers.model.problem import Problem
from mappers.planning.shipment import Shipment
from tests.at_once import read_shipment
from tests.builders import make_company, make_line, make_shipment
from tests.properties.examples import examples

_SCALARS = st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=20)
_JUNK = st.recursive(
    _SCALARS, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside), max_leaves=5
)
_AMOUNTS = st.decimals(-(10**12), 10**12, places=4, allow_nan=False)


def is_actionable(problems: tuple[Problem, ...]) -> bool:
    return bool(problems) and all(each.code and each.message and each.hint for each in problems)


@settings(max_examples=examples(1000), deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(make_shipment())), _JUNK))
def test_junk_in_any_field_is_a_problem_and_never_an_exception(overrides: dict[str, Any]) -> None:
    read = read_shipment(make_shipment(**overrides), make_company())
    assert isinstance(read, Shipment) or is_actionable(read.problems)


@settings(max_examples=examples(1000), deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(make_line())), _JUNK))
def test_junk_in_any_field_of_a_line_is_a_problem_and_never_an_exception(overrides: dict[str, Any]) -> None:
    read = read_shipment(make_shipment(lines=[make_line(**overrides)]), make_company())
    assert isinstance(read, Shipment) or is_actionable(read.problems)


@given(_AMOUNTS)
def test_a_number_is_the_same_as_text_and_as_json_number(amount: Decimal) -> None:
    assert read_number(str(amount)) == read_number(amount) == amount


@settings(max_examples=examples(2000), deadline=None)
@given(st.text(max_size=20) | st.decimals() | st.integers())
def test_a_number_is_read_in_plain_notation_or_refused(raw: object) -> None:
    try:
        number = read_number(raw)
    except NotANumber:
        return
    assert "E" not in f"{number:f}"
    assert number.is_finite()
    assert abs(number) < 10**13
    assert not (number.is_zero() and number.is_signed())


@given(_AMOUNTS, st.integers(0, 4))
def test_rounding_moves_by_half_a_unit_at_most_and_never_twice(amount: Decimal, places: int) -> None:
    rounded = round_half_up(amount, places)
    assert abs(rounded - amount) <= Decimal(5).scaleb(-places - 1)
    assert round_half_up(rounded, places) == rounded
    assert round_half_up(-amount, places) == -rounded
