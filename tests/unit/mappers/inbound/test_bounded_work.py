"""No event takes long to read, whatever is in it: nothing else runs meanwhile."""

from collections.abc import Callable
from typing import Any

import pytest

from mappers.inbound.dead_letter import Poison, PoisonReason
from mappers.inbound.status_change import read_event
from mappers.inbound.strict_json import MAX_PUNCTUATION
from mappers.inbound.triggers import to_request
from mappers.model.sync_request import Trigger, encode_request
from tests.builders import COMPANY_ID, OCCURRED_AT, encode, make_company, make_event, make_line, make_shipment
from tests.cpu_time import least_milliseconds

COMPANY = make_company()
LONGEST_MS = 50
MARKS = "\u0301\u0323"


def judge(value: bytes) -> object:
    """What the gate does with a value, but for sending."""
    event = read_event(value, (), {COMPANY_ID: COMPANY}, recorded_at=OCCURRED_AT)
    return event if isinstance(event, Poison) else encode_request(to_request(event, COMPANY, Trigger.STATUS))


def in_connect(lines: int, fields: int) -> bytes:
    """Lines in Kafka Connect's envelope, each beside a schema of so many fields."""
    schema = {"fields": [{"field": f"f{number}"} for number in range(fields)]}
    of_shipment = {"fields": [{"field": "lines", "items": schema}]}
    payload = make_event(shipment=make_shipment(lines=[{}] * lines))
    return encode({"schema": {"fields": [{"field": "shipment", **of_shipment}]}, "payload": payload})


HOSTILE: dict[str, Callable[[], bytes]] = {
    "marks before the status": lambda: encode(make_event(previous_status=MARKS * 225_000)),
    "marks as an id": lambda: encode(make_event(shipment_id=MARKS * 225_000)),
    "marks in a description": lambda: encode(make_event(shipment={"lines": [{"description": MARKS * 200_000}]})),
    "zeros before a letter": lambda: encode(make_event(revision="0" * 900_000 + "x")),
    "digits in a time": lambda: encode(make_event(occurred_at="2026-11-20T" + "1" * 900_000)),
    "a fraction in a time": lambda: encode(make_event(occurred_at="2026-11-20T03:15:22." + "1" * 900_000 + "Z")),
    "names after a time": lambda: encode(
        make_event(occurred_at="2026-11-20T03:15:22Z" + "[a]" * 40_000 + "[" + "a" * 800_000)
    ),
    "a number of a million digits": lambda: encode(make_event()).replace(b'"0.6543"', b"9" * 900_000),
    "numbers": lambda: b"[" + b"1.1," * 249_000 + b"1]",
    "lists": lambda: b"[" + b"[]," * 330_000 + b"1]",
    "names": lambda: encode({f"{number}": 1 for number in range(80_000)}),
    "depth": lambda: b"[" * 900_000,
    "a schema beside each line": lambda: in_connect(6_000, 6_000),
    "a thousand lines": lambda: encode(make_event(shipment=make_shipment(lines=[make_line()] * 1000))),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_event_takes_long_to_read(kind: str) -> None:
    value = HOSTILE[kind]()
    assert len(value) <= 1_000_000
    assert least_milliseconds(lambda: judge(value)) < LONGEST_MS


@pytest.mark.parametrize("lines", [1000])
def test_a_thousand_lines_of_eighteen_fields_are_taken(lines: int) -> None:
    """The limit on the number of values is above what a shipment needs."""
    line: dict[str, Any] = make_line() | {f"field_{number}": number for number in range(11)}
    value = encode(make_event(shipment=make_shipment(lines=[line] * lines)))
    assert not isinstance(judge(value), Poison)


def test_too_many_values_are_poison_before_they_are_read() -> None:
    value = b"[" + b"1," * MAX_PUNCTUATION + b"1]"
    found = judge(value)
    assert isinstance(found, Poison)
    assert (found.reason, "too many values" in found.message) == (PoisonReason.OVERSIZE, True)


def test_a_status_before_that_is_longer_than_any_status_counts_as_another_one() -> None:
    event = read_event(encode(make_event(previous_status="x" * 1000)), (), {COMPANY_ID: COMPANY})
    assert not isinstance(event, Poison)
    assert (event.previous_status, event.faults) == ("x" * 1000, ())
