"""Xero's rate is foreign units per base unit, whatever way the shipping system quotes it."""

from decimal import Decimal
from typing import Any

import pytest

from mappers.model.problem import Code, Problem
from mappers.planning.exchange_rate import KnownRate, Rate, document_rate
from tests.builders import make_company


def rate_of(
    declared: str | None,
    *,
    currency: str = "USD",
    last: str | None = None,
    given_by: str = "",
    is_xeros_own: bool = False,
    **profile: Any,
) -> Rate:
    return document_rate(
        None if declared is None else Decimal(declared),
        currency,
        make_company(**profile),
        "AUD",
        last_rate=None if last is None else KnownRate(Decimal(last), given_by, is_xeros_own=is_xeros_own),
    )


def only(problems: tuple[Problem, ...]) -> Problem:
    (problem,) = problems
    assert problem.field == "exchange_rate"
    return problem


@pytest.mark.parametrize(
    ("quoted", "declared", "sent"),
    [
        ("foreign_per_base", "0.6543", "0.654300"),
        ("base_per_foreign", "1.5283509", "0.654300"),
        ("foreign_per_base", "0.65432149", "0.654321"),
        ("foreign_per_base", "0.6543215", "0.654322"),
        ("base_per_foreign", "3", "0.333333"),
    ],
)
def test_a_declared_rate_is_sent_in_xeros_direction_with_six_decimals(quoted: str, declared: str, sent: str) -> None:
    assert rate_of(declared, exchange_rate_quoted=quoted) == Rate(Decimal(sent))


@pytest.mark.parametrize("currency", ["AED", "USD"])
def test_a_rate_belongs_to_every_currency_but_the_base_currency(currency: str) -> None:
    assert rate_of("2.4", currency=currency) == Rate(Decimal("2.400000"))


@pytest.mark.parametrize("declared", [None, "1", "1.000"])
def test_a_document_in_the_base_currency_has_no_rate(declared: str | None) -> None:
    currency = str(b"AUD", "ascii")  # Another object than the organisation's, as one from an event is.
    assert rate_of(declared, currency=currency, exchange_rate="required") == Rate()


@pytest.mark.parametrize("declared", ["0.6543", "1.5283"])
def test_a_rate_on_a_base_currency_document_is_left_out_with_a_warning(declared: str) -> None:
    rate = rate_of(declared, currency="AUD")
    assert (rate.value, rate.problems) == (None, ())
    assert only(rate.warnings).code is Code.EXCHANGE_RATE_IGNORED


def test_a_missing_optional_rate_is_a_warning_in_the_guides_words() -> None:
    rate = rate_of(None, exchange_rate="optional")
    assert (rate.value, rate.problems) == (None, ())
    warning = only(rate.warnings)
    assert warning.code is Code.EXCHANGE_RATE_MISSING
    assert "then XERO may pick its own Exchange rates" in warning.message


def test_a_missing_required_rate_is_a_problem() -> None:
    assert only(rate_of(None, exchange_rate="required").problems).code is Code.EXCHANGE_RATE_MISSING


@pytest.mark.parametrize("declared", [None, "0.6543", "-1"])
def test_a_profile_that_ignores_rates_sends_none_and_says_nothing(declared: str | None) -> None:
    assert rate_of(declared, exchange_rate="ignore") == Rate()


@pytest.mark.parametrize(
    ("declared", "quoted"),
    [
        ("0", "foreign_per_base"),
        ("-0.6543", "foreign_per_base"),
        ("0", "base_per_foreign"),
        ("0.0000004", "foreign_per_base"),
        ("9999999", "base_per_foreign"),
        ("9999999999999", "foreign_per_base"),
    ],
)
def test_a_rate_that_xero_cannot_take_is_a_problem(declared: str, quoted: str) -> None:
    assert only(rate_of(declared, exchange_rate_quoted=quoted).problems).code is Code.FIELD_INVALID


@pytest.mark.parametrize(("last", "limit", "beyond"), [("0.50", "0.65", "0.650001"), ("0.65", "0.50", "0.499999")])
def test_a_rate_may_be_thirty_percent_from_the_last_one_whichever_is_larger_and_no_more(
    last: str, limit: str, beyond: str
) -> None:
    assert rate_of(limit, last=last) == Rate(Decimal(limit))
    assert only(rate_of(beyond, last=last).problems).code is Code.EXCHANGE_RATE_IMPLAUSIBLE


@pytest.mark.parametrize("declared", ["0.000001", "0.0000005", "999999999999.999999"])
def test_the_smallest_and_the_largest_rate_that_xero_takes_are_sent(declared: str) -> None:
    assert rate_of(declared) == Rate(max(Decimal(declared), Decimal("0.000001")))


@pytest.mark.parametrize("declared", ["0.6543", "0.8505", "0.5034"])
def test_a_rate_within_the_tolerance_of_the_last_one_is_accepted(declared: str) -> None:
    assert rate_of(declared, last="0.6543").problems == ()


def test_a_rate_that_is_turned_round_names_both_readings_and_the_last() -> None:
    problem = only(rate_of("1.5283", last="0.6543").problems)
    assert problem.code is Code.EXCHANGE_RATE_IMPLAUSIBLE
    assert "1 AUD = 1.528300 USD" in problem.message
    assert "1 AUD = 0.654322 USD" in problem.message
    assert "1 AUD = 0.6543 USD" in problem.message
    assert "inverted" in problem.hint


@pytest.mark.parametrize("declared", ["65.43", "3000000"])  # Of the second nothing is left the other way round.
def test_a_rate_that_is_far_off_either_way_is_not_called_turned_round(declared: str) -> None:
    problem = only(rate_of(declared, last="0.6543").problems)
    assert problem.code is Code.EXCHANGE_RATE_IMPLAUSIBLE
    assert "exchange_rate_tolerance" in problem.hint
    assert "inverted" not in problem.hint


@pytest.mark.parametrize("last", ["0", "-0.6543"])
def test_what_is_no_rate_is_nothing_to_compare_with(last: str) -> None:
    assert rate_of("65.43", last=last) == Rate(Decimal("65.43"))


def test_the_tolerance_is_the_profiles() -> None:
    assert rate_of("0.70", last="0.6543", exchange_rate_tolerance=Decimal("0.01")).problems != ()
    assert rate_of("1.5283", last="0.6543", exchange_rate_tolerance=Decimal(2)).problems == ()


@pytest.mark.parametrize("quoted", ["foreign_per_base", "base_per_foreign"])
@pytest.mark.parametrize("declared", ["1", "1.000000", "1.0000004", "0.9999999"])
@pytest.mark.parametrize("last", [None, "0.6543", "1"])
def test_a_rate_of_one_on_a_foreign_document_is_refused(quoted: str, declared: str, last: str | None) -> None:
    problem = only(rate_of(declared, last=last, exchange_rate_quoted=quoted).problems)
    assert problem.code is Code.EXCHANGE_RATE_IMPLAUSIBLE
    assert "one USD worth one AUD" in problem.message


def test_beside_another_shipments_rate_the_hint_asks_which_of_the_two_is_right_and_not_to_turn_the_profile() -> None:
    problem = only(rate_of("0.6543", last="1.5283", given_by="southern-beef/SHP-1").problems)
    assert "southern-beef/SHP-1" in problem.message
    assert "correct shipment southern-beef/SHP-1" in problem.hint
    assert "rates forget" in problem.hint
    assert "exchange_rate_quoted" not in problem.hint


def test_beside_a_rate_of_which_nobody_knows_who_gave_it_the_hint_says_so() -> None:
    problem = only(rate_of("0.6543", last="1.5283").problems)
    assert "The last accepted was 1 AUD = 1.5283 USD" in problem.message
    assert "correct the earlier shipment" in problem.hint


def test_beside_xeros_own_rate_the_hint_may_tell_to_turn_the_profile() -> None:
    problem = only(rate_of("1.5283", last="0.6543", is_xeros_own=True).problems)
    assert "Xero's own was 1 AUD = 0.6543 USD" in problem.message
    assert "exchange_rate_quoted" in problem.hint
