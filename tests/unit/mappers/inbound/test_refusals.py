"""Who sends an event hears what is wrong with it, in words that they know, and whose it was."""

from typing import Any

import pytest

from mappers.inbound.status_change import EventFault, EventRefusal, StatusChange, read_event, refusal_of
from tests.builders import COMPANY_ID, OCCURRED_AT, OMIT, encode, make_company, make_event

COMPANIES = {COMPANY_ID: make_company()}


def refusal(value: bytes) -> EventRefusal | None:
    return refusal_of(read_event(value, (), COMPANIES, recorded_at=OCCURRED_AT), value, ())


def test_an_event_that_is_in_order_is_not_refused() -> None:
    assert refusal(encode(make_event())) is None


@pytest.mark.parametrize(
    ("value", "code", "message"),
    [
        (b"[]", "not_an_object", "The event cannot be taken: the event is a list, not an object."),
        (b"null", "not_an_object", "The event cannot be taken: the event is null, not an object."),
        (b'"text"', "not_an_object", "The event cannot be taken: the event is text, not an object."),
        (b"1.5", "not_an_object", "The event cannot be taken: the event is 1.5, not an object."),
        (b"true", "not_an_object", "The event cannot be taken: the event is true, not an object."),
    ],
)
def test_what_is_no_event_at_all_is_refused_as_a_whole(value: bytes, code: str, message: str) -> None:
    assert refusal(value) == EventRefusal((EventFault(code, "", message),))


def test_an_event_of_a_company_that_is_not_known_is_refused_as_a_whole_and_says_whose_it_was() -> None:
    message = "The event cannot be taken: the profile has no company 'other'."
    assert refusal(encode(make_event(company_id="other"))) == EventRefusal(
        (EventFault("unknown_company", "", message),), "other", "SHP-000123"
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"company_id": {}}, "The field company_id is an object, not text."),
        ({"company_id": []}, "The field company_id is a list, not text."),
        ({"shipment": "SHP"}, "The field shipment is text, not an object."),
        ({"status": False}, "The field status is false, not text."),
        ({"status": OMIT}, "The field status is missing."),
        ({"status": "x" * 256}, "The field status has 256 characters, more than 255."),
        ({"revision": "7.5"}, "The field revision is '7.5', not a whole number from 0 to 9223372036854775807."),
        ({"revision": []}, "The field revision is a list, not a whole number from 0 to 9223372036854775807."),
        ({"sync_now": "yes"}, "The field sync_now is 'yes', not true or false."),
        ({"sync_now": None, "previous_status": 1}, "The field previous_status is 1, not text."),
    ],
)
def test_a_field_that_cannot_be_taken_is_named_with_what_it_is_and_what_it_should_be(
    changed: dict[str, Any], message: str
) -> None:
    found = refusal(encode(make_event(**changed)))
    assert found is not None
    assert [each.message for each in found.faults] == [message]


def test_a_refusal_says_the_ids_that_can_be_read() -> None:
    found = refusal(encode(make_event(company_id=f" {COMPANY_ID} ", shipment_id="", status=None)))
    assert found is not None
    assert (found.company_id, found.shipment_id) == (COMPANY_ID, "")
    assert [each.field for each in found.faults] == ["shipment_id", "status"]
    of_readable = refusal(encode(make_event(revision="x")))
    assert of_readable is not None
    assert (of_readable.company_id, of_readable.shipment_id) == (COMPANY_ID, "SHP-000123")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("e\u0301", "\u00e9"),
        ("e\u0301" * 127 + "x", "\u00e9" * 127 + "x"),
        ("e\u0301" * 128, "e\u0301" * 128),
    ],
    ids=len,
)
def test_a_status_before_of_up_to_255_characters_is_the_same_however_it_was_typed(said: str, kept: str) -> None:
    """A longer one is no status that a shipment may have left, and is not even composed."""
    event = read_event(encode(make_event(previous_status=said)), (), COMPANIES)
    assert isinstance(event, StatusChange)
    assert (event.previous_status, event.faults) == (kept, ())
