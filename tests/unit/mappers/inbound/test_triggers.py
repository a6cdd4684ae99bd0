"""What triggers, by rule, transition and Sync Now; and the request that follows from the event alone."""

from decimal import Decimal
from typing import Any

import orjson
import pytest

from mappers.inbound.status_change import StatusChange, read_event
from mappers.inbound.triggers import may_sync_now, sync_now_refusal, to_request, trigger_of
from mappers.model.company import TriggerRule
from mappers.model.problem import Code
from mappers.model.sync_request import Trigger, decode_request, encode_request
from tests.builders import COMPANY_ID, ORGANISATION, encode, make_company, make_event, make_line, make_shipment

OUT, ELSEWHERE, IN, ALSO_IN = "DOCS ISSUED", "BOOKED", "ACCOUNTS INV CREATED", "READY FOR ACCOUNTS"


def event_of(**overrides: Any) -> StatusChange:
    event = read_event(encode(make_event(**overrides)), (), {COMPANY_ID: make_company()})
    assert isinstance(event, StatusChange), event
    return event


def decided(rule: TriggerRule, previous: str | None, status: str, *, sync_now: bool) -> Trigger | None:
    company = make_company(trigger=rule, trigger_statuses=(IN, ALSO_IN))
    return trigger_of(event_of(previous_status=previous, status=status, sync_now=sync_now), company)


@pytest.mark.parametrize(
    ("previous", "status", "sync_now", "by_status", "by_sync_now", "by_both"),
    [
        # from, to, Sync Now asked: rule `status`, rule `sync_now`, rule `sync_now_in_status`
        (OUT, IN, False, Trigger.STATUS, None, None),
        (None, IN, False, Trigger.STATUS, None, None),
        ("", IN, False, Trigger.STATUS, None, None),
        (OUT, ELSEWHERE, False, None, None, None),
        (None, ELSEWHERE, False, None, None, None),
        (IN, IN, False, None, None, None),
        (IN, ALSO_IN, False, None, None, None),
        (IN, OUT, False, None, None, None),
        (OUT, IN, True, Trigger.SYNC_NOW, Trigger.SYNC_NOW, Trigger.SYNC_NOW),
        (IN, IN, True, Trigger.SYNC_NOW, Trigger.SYNC_NOW, Trigger.SYNC_NOW),
        (IN, ALSO_IN, True, Trigger.SYNC_NOW, Trigger.SYNC_NOW, Trigger.SYNC_NOW),
        (OUT, ELSEWHERE, True, None, Trigger.SYNC_NOW, None),
        (IN, OUT, True, None, Trigger.SYNC_NOW, None),
        (None, OUT, True, None, Trigger.SYNC_NOW, None),
    ],
)
def test_what_triggers(
    previous: str | None,
    status: str,
    sync_now: bool,
    by_status: Trigger | None,
    by_sync_now: Trigger | None,
    by_both: Trigger | None,
) -> None:
    assert decided(TriggerRule.STATUS, previous, status, sync_now=sync_now) == by_status
    assert decided(TriggerRule.SYNC_NOW, previous, status, sync_now=sync_now) == by_sync_now
    assert decided(TriggerRule.SYNC_NOW_IN_STATUS, previous, status, sync_now=sync_now) == by_both


@pytest.mark.parametrize("status", [" accounts inv created ", "Accounts Inv Created"])
def test_statuses_are_compared_trimmed_and_case_folded(status: str) -> None:
    assert decided(TriggerRule.STATUS, OUT, status, sync_now=False) is Trigger.STATUS
    assert decided(TriggerRule.STATUS, status, IN, sync_now=False) is None


def test_a_status_within_another_word_is_another_status() -> None:
    assert decided(TriggerRule.STATUS, OUT, f"{IN} LATE", sync_now=False) is None


@pytest.mark.parametrize(
    ("rule", "status", "allowed"),
    [
        (TriggerRule.STATUS, IN, True),
        (TriggerRule.STATUS, OUT, False),
        (TriggerRule.SYNC_NOW, OUT, True),
        (TriggerRule.SYNC_NOW_IN_STATUS, IN.lower(), True),
        (TriggerRule.SYNC_NOW_IN_STATUS, OUT, False),
    ],
)
def test_where_sync_now_is_allowed(rule: TriggerRule, status: str, *, allowed: bool) -> None:
    company = make_company(trigger=rule)
    assert may_sync_now(company, status) is allowed
    assert (sync_now_refusal(company, status) is None) is allowed


def test_a_refused_sync_now_says_which_status_it_takes() -> None:
    refusal = sync_now_refusal(make_company(), OUT)
    assert refusal is not None
    assert refusal.code is Code.NOT_IN_TRIGGER_STATUS
    assert OUT in refusal.message
    assert IN in refusal.message


def test_the_request_carries_the_events_identity_and_the_profiles_organisation() -> None:
    event = event_of()
    request = to_request(event, make_company(), Trigger.STATUS)
    assert (request.event_id, request.company_id, request.shipment_id) == (
        event.event_id,
        event.company_id,
        event.shipment_id,
    )
    assert (request.organisation, request.revision, request.attempt) == (ORGANISATION, 7, 1)
    assert (request.occurred_at, request.status, request.trigger) == (event.occurred_at, IN, Trigger.STATUS)
    assert request.shipment == make_shipment()


def test_the_same_event_makes_the_same_bytes_and_another_event_another_id() -> None:
    first = to_request(event_of(), make_company(), Trigger.STATUS)
    assert encode_request(to_request(event_of(), make_company(), Trigger.STATUS)) == encode_request(first)
    others = [
        to_request(event_of(revision=8), make_company(), Trigger.STATUS),
        to_request(event_of(event_id="other"), make_company(), Trigger.STATUS),
        to_request(event_of(shipment_id="SHP-2"), make_company(), Trigger.STATUS),
        to_request(event_of(), make_company(), Trigger.SYNC_NOW),
    ]
    assert len({first.request_id, *(each.request_id for each in others)}) == 5


def test_numbers_travel_as_they_were_never_as_floats() -> None:
    value = encode(make_event(shipment=make_shipment(lines=[make_line(quantity="Q", unit_price=3)])))
    value = value.replace(b'"Q"', b"1265.629999999999999999999999")
    event = read_event(value, (), {COMPANY_ID: make_company()})
    assert isinstance(event, StatusChange)
    request = to_request(event, make_company(), Trigger.STATUS)
    wire = orjson.loads(encode_request(request))["shipment"]["lines"][0]
    assert (wire["quantity"], wire["unit_price"]) == ("1265.629999999999999999999999", 3)
    assert decode_request(encode_request(request)) == request
    assert event.shipment["lines"][0]["quantity"] == Decimal("1265.629999999999999999999999")


def test_what_could_not_be_read_goes_with_the_request_and_is_absent_where_all_was_clear() -> None:
    faulty = to_request(event_of(revision="x"), make_company(), Trigger.STATUS)
    assert [fault.field for fault in faulty.faults] == ["revision"]
    assert decode_request(encode_request(faulty)) == faulty
    assert "faults" not in orjson.loads(encode_request(to_request(event_of(), make_company(), Trigger.STATUS)))


def test_a_tick_that_cannot_be_read_asks_where_a_tick_may() -> None:
    """Somebody may be waiting for the answer; where a tick changes nothing, nobody is."""
    event = event_of(status=ELSEWHERE, sync_now="yes")
    assert trigger_of(event, make_company(trigger=TriggerRule.SYNC_NOW)) is Trigger.SYNC_NOW
    assert trigger_of(event, make_company(trigger=TriggerRule.STATUS)) is None
