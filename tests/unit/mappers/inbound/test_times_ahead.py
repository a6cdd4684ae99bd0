"""A time that no clock can have shown orders nothing: Kafka's does, and the answer says so."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mappers.inbound.status_change import StatusChange, read_event
from mappers.inbound.triggers import to_request
from mappers.model.problem import Code
from mappers.model.sync_request import Trigger, decode_request, encode_request
from mappers.planning.plan import Planned
from tests.at_once import plan
from tests.builders import COMPANY_ID, OCCURRED_AT, OMIT, encode, make_company, make_event
from tests.fakes.references import contact, item, reference_data

COMPANY = make_company()
RECORDED_AT = datetime(2026, 11, 21, tzinfo=UTC)
REFERENCE = reference_data(contacts=[contact("ALOK")], items=[item("BEEF-01")])


def event_of(recorded_at: datetime | None = RECORDED_AT, **overrides: Any) -> StatusChange:
    event = read_event(encode(make_event(**overrides)), (), {COMPANY_ID: COMPANY}, recorded_at=recorded_at)
    assert isinstance(event, StatusChange), event
    return event


@pytest.mark.parametrize("ahead", ["9999-12-31T23:59:59Z", "2026-11-22T00:00:01Z", "9999-12-31T23:00:00-05:00"])
def test_without_a_revision_the_time_of_the_record_orders_instead(ahead: str) -> None:
    event = event_of(revision=OMIT, occurred_at=ahead)
    assert (event.occurred_at, event.faults) == (RECORDED_AT, ())
    (warning,) = event.warnings
    assert (warning.code, warning.field, warning.value) == (Code.TIME_IMPLAUSIBLE, "occurred_at", ahead)


@pytest.mark.parametrize("near", ["2026-11-22T00:00:00Z", "2026-11-20T00:00:00Z", "0001-01-01T00:00:00Z"])
def test_a_time_that_a_clock_may_show_is_the_events_own(near: str) -> None:
    event = event_of(revision=OMIT, occurred_at=near)
    assert (event.occurred_at, event.warnings) == (datetime.fromisoformat(near), ())


@pytest.mark.parametrize("recorded_at", [None, datetime(1970, 1, 21, tzinfo=UTC)])
def test_without_a_time_of_the_record_to_measure_by_the_event_keeps_its_own(recorded_at: datetime | None) -> None:
    """A sender that writes the seconds of its records as milliseconds must not move its events to 1970."""
    event = event_of(recorded_at, revision=OMIT)
    assert (event.occurred_at, event.warnings) == (OCCURRED_AT, ())


def test_with_a_revision_the_time_orders_nothing_and_is_let_alone() -> None:
    event = event_of(occurred_at="9999-12-31T00:00:00Z")
    assert (event.occurred_at.year, event.warnings) == (9999, ())


def test_the_document_is_made_and_its_answer_says_it() -> None:
    event = event_of(revision=OMIT, occurred_at="9999-12-31T00:00:00Z")
    request = decode_request(encode_request(to_request(event, COMPANY, Trigger.STATUS)))
    planned = plan(request, COMPANY, REFERENCE, today=RECORDED_AT.date())
    assert isinstance(planned, Planned)
    assert Code.TIME_IMPLAUSIBLE in [each.code for each in planned.warnings]


def test_a_request_without_a_warning_is_written_as_before() -> None:
    """Earlier versions of the worker and stored requests know no such field."""
    assert b"warnings" not in encode_request(to_request(event_of(), COMPANY, Trigger.STATUS))


def test_reading_an_event_again_gives_the_same_order() -> None:
    first, again = (event_of(revision=OMIT, occurred_at="2026-12-24T00:00:00Z") for _ in range(2))
    assert first == again
    assert first.occurred_at < RECORDED_AT + timedelta(days=1)
