"""Amounts in words: as many decimals as the currency has, and no digit lost."""

import pytest

from mappers.outbound import amount_in_words, document_status_in_words, money_in_words


@pytest.mark.parametrize(
    ("text", "currency", "expected"),
    [
        ("80", "USD", "80.00"),
        ("1265.6", "USD", "1,265.60"),
        ("395000", "JPY", "395,000"),
        ("395000.00", "JPY", "395,000.00"),
        ("12.5", "KWD", "12.500"),
        ("-1234567.891", "EUR", "-1,234,567.891"),
        ("80", None, "80.00"),
        ("", "USD", ""),
        (None, "USD", ""),
        ("no amount", "USD", "no amount"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(text: str | None, currency: str | None, expected: str) -> None:
    assert amount_in_words(text, currency) == expected


def test_money_names_its_currency_where_there_is_an_amount() -> None:
    assert (money_in_words("80", "USD"), money_in_words("", "USD"), money_in_words("80", None)) == (
        "80.00 USD",
        "",
        "80.00",
    )


def test_a_state_that_xero_adds_is_shown_as_it_is() -> None:
    assert (document_status_in_words("AUTHORISED"), document_status_in_words("FROZEN")) == ("Approved", "FROZEN")
