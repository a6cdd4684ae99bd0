"""Xero's amount equals the shipment's to the cent, or the problem names both and the difference."""

from decimal import Decimal

import pytest

from mappers.existing.reply import check_amount
from mappers.model.company import LineAmounts
from mappers.model.problem import Code
from tests.unit.mappers.existing.xero_documents import document, existing


def test_the_sub_total_counts_where_line_amounts_exclude_tax() -> None:
    assert check_amount(document(), existing(total=Decimal("1392.19"))) is None


@pytest.mark.parametrize("line_amounts", [LineAmounts.INCLUSIVE, LineAmounts.NO_TAX])
def test_the_total_counts_otherwise(line_amounts: LineAmounts) -> None:
    sent = document(line_amounts=line_amounts)
    assert check_amount(sent, existing(sent, sub_total=Decimal("1150.57"))) is None
    assert check_amount(sent, existing(sent, total=Decimal("1392.19"))) is not None


@pytest.mark.parametrize(("amount", "difference"), [("1265.62", "-0.01"), ("1265.64", "+0.01"), ("0", "-1265.63")])
def test_a_cent_of_difference_names_both_amounts(amount: str, difference: str) -> None:
    problem = check_amount(document(), existing(sub_total=Decimal(amount)))
    assert problem is not None
    assert (problem.code, problem.value) == (Code.AMOUNT_DIFFERS, amount)
    assert "1265.63 USD" in problem.message
    assert f"to {amount}: a difference of {difference}." in problem.message


def test_a_reply_without_an_amount_is_a_problem() -> None:
    problem = check_amount(document(), existing(sub_total=None))
    assert problem is not None
    assert "did not say" in problem.message


def test_more_digits_of_the_same_amount_are_equal() -> None:
    assert check_amount(document(), existing(sub_total=Decimal("1265.6300"))) is None
