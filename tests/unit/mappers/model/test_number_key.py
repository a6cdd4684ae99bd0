"""Two spellings of one document number have one key."""

import pytest

from mappers.model.number_key import number_key


@pytest.mark.parametrize("number", ["INV-7", "inv-7", " INV-7 ", "\tInv-7\n"])
def test_case_and_outer_blanks_do_not_make_another_number(number: str) -> None:
    assert number_key(number) == number_key("INV-7")


@pytest.mark.parametrize("number", ["INV-07", "INV 7", "INV-7-R2", "INV7", ""])
def test_anything_else_makes_another_number(number: str) -> None:
    assert number_key(number) != number_key("INV-7")


def test_letters_that_fold_to_two_are_compared_folded() -> None:
    assert number_key("STRASSE-1") == number_key("straße-1")
