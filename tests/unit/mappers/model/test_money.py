"""Numbers come out of JSON exactly or not at all; amounts are rounded half up, once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.money import NotANumber, currency_exponent, decimals, read_number, round_half_up


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (12, "12"),
        ("12.50", "12.5"),
        (Decimal("12.50"), "12.5"),
        (" 1265.63 ", "1265.63"),
        ("+3", "3"),
        ("-0.0", "0"),
        (Decimal("-0"), "0"),
        (Decimal("0E+999999999"), "0"),
        ("007", "7"),
        ("1.5e3", "1500"),
        (Decimal("1E+3"), "1000"),
        ("0.0000000001", "1E-10"),
        (".85", "0.85"),
        ("-.5", "-0.5"),
        ("12.", "12"),
        ("1E+2", "100"),
        (Decimal("1E+2"), "100"),
        ("0.30000000000000004", "0.3"),
        (Decimal("434.99999999999994"), "435"),
        ("99.9999999999986", "100"),
        ("131329.49375", "131329.49375"),
        ("-5.551115123125783e-17", "0"),
        ("0.00000000001", "0"),
        ("0." + "1" * 58, "0.1111111111"),
        (Decimal("1E-60"), "0"),
        (Decimal("0." + "1" * 60), "0.1111111111"),
        ("9999999999999", "9999999999999"),
        (9999999999999, "9999999999999"),
    ],
)
def test_reads_json_numbers_and_strings_exactly(raw: object, expected: str) -> None:
    assert str(read_number(raw)) == expected


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (True, "is not a number"),
        (None, "is not a number"),
        ([], "is not a number"),
        (1.5, "is not a number"),
        ("", "not a number"),
        ("12.5 KG", "not a number"),
        ("NaN", "not a number"),
        ("Infinity", "not a number"),
        ("١٢", "not a number"),
        ("1_000", "not a number"),
        ("1,265.63", "comma"),
        ("12,5", "comma"),
        (".5.", "not a number"),
        ("10000000000000", "digits"),
        ("9999999999999.99999999999", "digits"),
        (10**13, "digits"),
        (-(10**400), "digits"),
        ("1e400", "digits"),
        (Decimal("1E+999999999"), "digits"),
        ("0." + "1" * 59, "not a number"),
        (Decimal("1E-61"), "has more than 60 decimals"),
        (Decimal("0." + "1" * 61), "has more than 60 decimals"),
        (Decimal("1E-999999999"), "decimals"),
        ("1e-999", "decimals"),
        (Decimal("1." + "1" * 100_000), "decimals"),
        (Decimal("NaN"), "finite"),
        (Decimal("-Infinity"), "finite"),
        ("1" * 1000, "not a number"),
    ],
)
def test_refuses_what_is_no_usable_number_and_says_why(raw: object, why: str) -> None:
    with pytest.raises(NotANumber, match=why):
        read_number(raw)


@pytest.mark.parametrize(
    ("raw", "plain"),
    [
        ("1,265.63", ("1265.63",)),
        ("1.265,63", ("1265.63",)),
        ("1,234,567", ("1234567",)),
        ("1.234.567", ("1234567",)),
        ("12,34,567.50", ("1234567.50",)),
        ("12,5", ("12.5",)),
        ("-0,85", ("-0.85",)),
        ("0,853", ("0.853",)),
        ("1265,630", ("1265.630",)),
        ("1,265", ("1265", "1.265")),
        ("1 265.63", ("1265.63",)),
        ("1\u00a0265,63", ("1265.63",)),
        ("1\u202f234\u202f567", ("1234567",)),
        ("1'265.63", ("1265.63",)),
        ("1,2.3,4", ()),
        ("12.5 KG", ()),
        ("a,b", ()),
        ("1,1" * 30, ()),
    ],
)
def test_a_number_with_separators_is_shown_as_it_would_be_right(raw: str, plain: tuple[str, ...]) -> None:
    with pytest.raises(NotANumber) as refused:
        read_number(raw)
    assert refused.value.plain == plain


@pytest.mark.parametrize(
    ("raw", "advice"),
    [
        ("12.5 KG", "enter a plain number such as 1234.56"),
        ("1,265.63", "enter 1265.63"),
        ("1,265", "enter 1265 or 1.265, whichever is meant"),
    ],
)
def test_people_are_told_what_to_write_instead(raw: str, advice: str) -> None:
    with pytest.raises(NotANumber) as refused:
        read_number(raw)
    assert refused.value.advice == advice


@pytest.mark.parametrize("raw", ["1000000", "1000000.5", 1_000_000])
def test_the_digits_before_the_point_may_be_fewer(raw: object) -> None:
    assert read_number("999999.5", digits=6) == Decimal("999999.5")
    with pytest.raises(NotANumber, match="6 digits"):
        read_number(raw, digits=6)


def test_a_text_of_60_characters_is_looked_at_for_what_it_may_mean_and_a_longer_one_is_not() -> None:
    for length, plain in ((60, ("1" * 47 + "." + "1" * 12,)), (61, ())):
        with pytest.raises(NotANumber) as refused:
            read_number("1" * (length - 13) + "," + "1" * 12)
        assert refused.value.plain == plain


def test_the_digits_before_the_point_may_be_more_where_nothing_is_computed() -> None:
    assert read_number("20261120031522001", digits=40) == 20261120031522001
    with pytest.raises(NotANumber, match="40 digits"):
        read_number(10**40, digits=40)


@pytest.mark.parametrize(
    ("currency", "exponent"), [("USD", 2), ("AUD", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("CLF", 4), ("???", 2)]
)
def test_currencies_have_the_decimals_of_iso_4217(currency: str, exponent: int) -> None:
    assert currency_exponent(currency) == exponent


@pytest.mark.parametrize(
    ("amount", "places", "expected"),
    [
        ("1265.625", 2, "1265.63"),
        ("-1265.625", 2, "-1265.63"),
        ("0.004999", 2, "0.00"),
        ("2.5", 0, "3"),
        ("12", 4, "12.0000"),
        ("9999999999999.99999", 4, "10000000000000.0000"),
    ],
)
def test_rounds_half_away_from_zero(amount: str, places: int, expected: str) -> None:
    assert str(round_half_up(Decimal(amount), places)) == expected


@pytest.mark.parametrize(("currency", "expected"), [("USD", "10.13"), ("JPY", "10"), ("KWD", "10.125")])
def test_rounds_money_to_the_smallest_unit_of_its_currency(currency: str, expected: str) -> None:
    assert str(round_half_up(Decimal("10.125"), currency_exponent(currency))) == expected


@pytest.mark.parametrize(("number", "expected"), [("12", 0), ("12.000", 0), ("1E+3", 0), ("1.250", 2), ("0", 0)])
def test_counts_only_the_decimals_that_matter(number: str, expected: int) -> None:
    assert decimals(Decimal(number)) == expected


@given(st.from_regex(r"[+-]?[0-9]{0,15}\.?[0-9]{0,13}", fullmatch=True), st.sampled_from([13, 40]))
def test_a_number_reads_to_the_same_digits_with_and_without_blanks_around_it(text: str, digits: int) -> None:
    """Usual numbers are read by a shorter way, which no blank may take."""
    assert _read(text, digits) == _read(f" {text}", digits)


def _read(text: str, digits: int) -> object:
    try:
        return read_number(text, digits=digits).as_tuple()
    except NotANumber:
        return None
