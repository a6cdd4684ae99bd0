"""What people read: amounts with no digit lost, what changed, causes, and who does what."""

from typing import Any

import orjson
import pytest

from mappers.outbound import (
    amount_in_words,
    cause_in_words,
    change_in_words,
    differences_in_words,
    document_status_in_words,
    money_in_words,
    status_in_words,
    trigger_in_words,
    wait_in_words,
    who_and_what,
)


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
        ("\u00b2", "USD", "\u00b2"),
        ("-5", "JPY", "-5"),
        ("0.5", "USD", "0.50"),
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


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        (status_in_words("WAITING"), "Waiting"),
        (status_in_words(None), "Not sent"),
        (status_in_words("LATER"), "LATER"),
        (trigger_in_words("released"), "By itself, after a correction in Xero"),
        (trigger_in_words("later"), "later"),
        (wait_in_words("paused"), "an operator has paused it"),
        (wait_in_words(None), ""),
        (wait_in_words("later"), "later"),
        (change_in_words("unpaid"), "Payment taken back"),
        (change_in_words("later"), "later"),
    ],
)
def test_what_the_log_says_is_in_words_and_what_a_newer_version_says_is_as_it_is(shown: str, said: str) -> None:
    assert shown == said


BEFORE = {"xero_status": "AUTHORISED", "number": "INV-5", "total": "250.00", "amount_paid": "100.00"}


@pytest.mark.parametrize(
    ("after", "shown"),
    [
        ({}, []),
        ({"xero_status": "PAID"}, ["Approved \u2192 Paid"]),
        ({"number": "INV-4"}, ["number INV-5 \u2192 INV-4"]),
        ({"number": "INV-6"}, ["number INV-5 \u2192 INV-6"]),
        ({"amount_paid": "250.00"}, ["paid 100.00 \u2192 250.00 USD"]),
        ({"amount_paid": "90.00"}, ["paid 100.00 \u2192 90.00 USD"]),
        ({"amount_paid": "0.00"}, ["paid 100.00 \u2192 0.00 USD"]),
        ({"amount_paid": None, "total": None}, []),
        ({"amount_credited": "50"}, ["credited 50.00 USD"]),
        ({"amount_credited": "0.00", "total_tax": "0"}, []),
        (
            {"xero_status": "DRAFT", "number": "A", "total": "1000", "total_tax": "5", "amount_credited": "1"},
            [
                "Approved \u2192 Draft",
                "number INV-5 \u2192 A",
                "credited 1.00 USD",
                "total 250.00 \u2192 1,000.00 USD",
                "tax 5.00 USD",
            ],
        ),
    ],
)
def test_each_thing_that_differs_is_told_and_nothing_else(after: dict[str, Any], shown: list[str]) -> None:
    """Nothing that comes to zero where nothing was known before."""
    now = orjson.loads(orjson.dumps(BEFORE | after))
    assert list(differences_in_words(BEFORE, now, "USD")) == shown


def test_a_document_that_is_a_draft_again_is_told() -> None:
    paid = BEFORE | {"xero_status": "PAID"}
    assert list(differences_in_words(paid, BEFORE, "USD")) == ["Paid \u2192 Approved"]


@pytest.mark.parametrize(
    ("code", "field", "words"),
    [
        ("field_missing", "incoterms", "incoterms missing"),
        ("field_missing", "", "a field missing"),
        ("field_invalid", "lines[].unit_price", "unit price of a line not valid"),
        ("field_invalid", "exporter.tax_number", "tax number not valid"),
        ("field_too_long", "lines", "product lines too long"),
        ("control_characters", "lines[]", "lines with hidden characters"),
        ("document_paid", "number", "document is paid"),
        ("of_a_newer_version", "", "of a newer version"),
    ],
)
def test_a_cause_is_said_in_a_few_words(code: str, field: str, words: str) -> None:
    assert cause_in_words(code, field) == words


@pytest.mark.parametrize(
    ("hint", "who", "what"),
    [
        ("Shipping: enter the incoterms.", "Shipping", "Enter the incoterms."),
        ("Shipping and accounting: agree.", "Shipping and accounting", "Agree."),
        ("Whoever sends the shipments: send a\nlist.", "Whoever sends the shipments", "Send a\nlist."),
        ("No item has it: ask.", "", "No item has it: ask."),
        ("Ask.", "", "Ask."),
    ],
)
def test_a_hint_is_who_and_what(hint: str, who: str, what: str) -> None:
    assert who_and_what(hint) == (who, what)
