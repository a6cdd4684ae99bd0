"""One odd number never costs a reply, and none fills the memory."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.at_once import at_once
from tests.cpu_time import least_milliseconds
from xero_client.json_codec import (
    CHARACTERS_IN_A_STEP,
    UnreadableError,
    digits,
    number_of,
    read_in_steps,
    read_object,
    text_of,
)


@pytest.mark.parametrize(
    "number",
    [b"1E+999999999", b"-1E-999999999", b"9" * 5_000, b"0." + b"1" * 5_000, b'"1E+999999999"', b"1E+30", b"9" * 31],
)
def test_a_number_that_no_book_has_reads_as_none_and_the_rest_of_the_reply_as_it_is(number: bytes) -> None:
    """Written out, the first would have a billion digits; Python makes no int of the third."""
    reply = read_object(b'{"Total": ' + number + b', "SubTotal": 12.50}')
    assert number_of(reply["Total"]) is None
    assert number_of(reply["SubTotal"]) == Decimal("12.50")


@pytest.mark.parametrize("number", [b"0", b"-0.000", b"9999999999999.9999", b"1234567890" * 3, b"0E+9"])
def test_a_number_of_a_book_is_read_exactly(number: bytes) -> None:
    read = number_of(read_object(b'{"Total": ' + number + b"}")["Total"])
    assert read == Decimal(number.decode())
    assert len(digits(read)) <= 60


def test_an_exponent_that_no_decimal_has_is_an_unreadable_reply() -> None:
    with pytest.raises(UnreadableError):
        read_object(b'{"Total": 1E+99999999999999999999}')


def test_a_reply_of_long_numbers_is_read_in_no_time() -> None:
    body = b'{"Total": ' + b"9" * 1_000_000 + b"}"
    assert least_milliseconds(lambda: number_of(read_object(body)["Total"])) < 50


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["1.50", "], [", "}", "\\"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
LARGE = " " * CHARACTERS_IN_A_STEP
"""Blanks between tokens mean nothing, and make whatever has them large."""


def outcome(body: bytes, *, in_steps: bool) -> Any:
    try:
        return at_once(read_in_steps(body)) if in_steps else read_object(body)
    except UnreadableError:
        return UnreadableError


@given(st.dictionaries(st.text(max_size=4), JSON, max_size=4), st.sampled_from([None, 1]), st.booleans())
def test_a_large_reply_is_read_in_steps_as_it_is_at_once(reply: dict[str, Any], indent: int | None, bom: bool) -> None:
    body = json.dumps(reply, indent=indent).replace("{", "{" + LARGE, 1).encode("utf-8-sig" if bom else "utf-8")
    assert outcome(body, in_steps=True) == outcome(body, in_steps=False) == reply


@given(
    st.dictionaries(st.text(max_size=4), JSON, max_size=4),
    st.integers(0, 80),
    st.integers(0, 3),
    st.sampled_from([b"", b",", b"]", b"}", b"[", b"{", b":", b'"', b"1.5", b"null", b"\xff", b"NaN"]),
)
def test_what_cannot_be_read_at_once_cannot_be_read_in_steps(
    reply: dict[str, Any], at: int, cut: int, put: bytes
) -> None:
    text = json.dumps({"Invoices": [reply, reply], "n": 1.5}).encode()
    odd = text[:at] + put + text[at + cut :] + LARGE.encode()
    assert outcome(odd, in_steps=True) == outcome(odd, in_steps=False)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{} x", b'{"a":1,}', b'{"a":[1,]}', b"{1:2}", b'{"a" 1}', b'{"a":' * 5000]
)
def test_what_is_no_object_is_none_in_steps_either(body: bytes) -> None:
    assert outcome(LARGE.encode() + body, in_steps=True) is UnreadableError
    assert outcome(body + LARGE.encode(), in_steps=True) is UnreadableError


def test_a_large_list_is_read_an_element_or_some_at_a_time() -> None:
    """Others have the event loop between: forty invoices of a thousand lines would take a third of a second."""
    element = {"Description": "x" * (CHARACTERS_IN_A_STEP // 10)}
    body = json.dumps({"Id": "1", "Invoices": [element] * 40}).encode()
    steps = read_in_steps(body)
    assert len(list(steps)) == 4
    assert at_once(read_in_steps(body)) == read_object(body)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"Status": [{}] * 100_000}),
        json.dumps({"Status": ["", 1, None] * 30_000}),
        json.dumps({f"{each:x}": 1 for each in range(100_000)}),
        json.dumps({f"{each:x}": [{}, {}] for each in range(30_000)}),
    ],
    ids=["empty objects", "short values", "members", "short lists"],
)
def test_many_short_values_are_read_some_thousands_at_a_time(body: str) -> None:
    """A list of a hundred thousand empty objects has 400,000 characters, and would take 60 ms in one step."""
    steps = read_in_steps(body.encode())
    assert len(list(steps)) >= 17
    assert at_once(read_in_steps(body.encode())) == read_object(body.encode())


def test_half_a_character_reads_as_a_sign_that_something_is_missing() -> None:
    """Text that was cut between the two halves of a character, as .NET counts them; no half can be stored or hashed."""
    reply = read_object(b'{"Reference": "beef \\ud83d", "Name": "\\udc04\\ud83d\\udc04"}')
    assert text_of(reply["Reference"]) == "beef \ufffd"
    assert text_of(reply["Name"]) == "\ufffd\U0001f404"
