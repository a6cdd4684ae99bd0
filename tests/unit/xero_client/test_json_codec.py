"""One odd number never costs a reply, and none fills the memory."""

from decimal import Decimal

import pytest

from tests.cpu_time import least_milliseconds
from xero_client.json_codec import UnreadableError, digits, number_of, read_object, text_of


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


def test_half_a_character_reads_as_a_sign_that_something_is_missing() -> None:
    """Text that was cut between the two halves of a character, as .NET counts them; no half can be stored or hashed."""
    reply = read_object(b'{"Reference": "beef \\ud83d", "Name": "\\udc04\\ud83d\\udc04"}')
    assert text_of(reply["Reference"]) == "beef \ufffd"
    assert text_of(reply["Name"]) == "\ufffd\U0001f404"
