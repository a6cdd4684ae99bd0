"""A document below zero is a credit note, and refused with a code that says so."""

from decimal import Decimal

import pytest

from mappers.model.problem import Code, Problem
from mappers.planning.amounts.charges import Charges
from mappers.planning.amounts.total import check_total
from mappers.planning.shipment import PartialLine

UNREADABLE = Problem(code=Code.FIELD_INVALID, message="no amount")


def line(value: str | None) -> PartialLine:
    return PartialLine(0, "BEEF-01", Decimal(1), Decimal(1), None if value is None else Decimal(value))


@pytest.mark.parametrize("values", [["-1"], ["100", "-100.01"]])
def test_a_total_below_zero_needs_a_credit_note(values: list[str]) -> None:
    (problem,) = check_total([line(each) for each in values], Charges(), "USD")
    assert (problem.code, problem.field) == (Code.CREDIT_NOTE_NEEDED, "lines")
    assert problem.value == f"{sum(Decimal(each) for each in values):f}"
    assert "credit note" in problem.hint


@pytest.mark.parametrize(
    ("values", "charges"),
    [
        (["0"], Charges()),
        (["-100", "100"], Charges()),
        (["-100"], Charges(amount=Decimal(100))),  # A charge makes it up.
        (["-100", None], Charges()),  # What could not be read may make it up.
        (["-100"], Charges(problems=(UNREADABLE,))),
    ],
)
def test_nothing_else_does(values: list[str | None], charges: Charges) -> None:
    assert not list(check_total([line(each) for each in values], charges, "USD"))


def test_a_charge_that_takes_off_more_than_the_lines_needs_one_too() -> None:
    (problem,) = check_total([line("5")], Charges(amount=Decimal("-5.01")), "USD")
    assert problem.value == "-0.01"
