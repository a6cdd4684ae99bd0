"""Every whole number that a Kafka client of any language reads back as it was is a revision, and no larger one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.inbound.status_change import StatusChange, read_event
from tests.builders import COMPANY_ID, OCCURRED_AT, encode, make_company, make_event
from tests.properties.examples import examples

COMPANIES = {COMPANY_ID: make_company()}
LARGEST = "9223372036854775807"
NUMBERS = st.integers(0, int(LARGEST)) | st.integers(10**18, 10**19) | st.integers(0, 10**30)
NEAR = st.integers(int(LARGEST) - 10, int(LARGEST) + 10)


def judged(said: str | int, number: int) -> None:
    event = read_event(encode(make_event(revision=said)), (), COMPANIES, recorded_at=OCCURRED_AT)
    assert isinstance(event, StatusChange)
    is_one = number <= int(LARGEST)
    assert (event.revision, event.faults == ()) == (number if is_one else None, is_one)


@settings(max_examples=examples(2000), deadline=None)
@given(NUMBERS | NEAR)
def test_a_whole_number_is_a_revision_up_to_the_largest_as_a_number_and_as_a_text(number: int) -> None:
    judged(number, number)
    judged(str(number), number)
    judged(f"+000{number}.00", number)


@pytest.mark.parametrize("at", range(len(LARGEST)))
def test_the_first_digit_in_which_a_number_differs_from_the_largest_decides(at: int) -> None:
    digit, rest = int(LARGEST[at]), len(LARGEST) - at - 1
    for other in (*range(digit), *range(digit + 1, 10)):
        for tail in "09":
            text = f"{LARGEST[:at]}{other}{tail * rest}"
            judged(text, int(text))


@pytest.mark.parametrize("length", range(1, 25))
def test_numbers_of_each_length_are_taken_until_they_are_too_large(length: int) -> None:
    for text in ("1" * length, "9" * length):
        judged(text, int(text))
