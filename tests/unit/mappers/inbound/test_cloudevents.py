"""CloudEvents in both modes are the plain event; what is no CloudEvent says so."""

import base64
from typing import Any

import pytest

from mappers.inbound.cloudevents import Headers, read_value
from mappers.inbound.dead_letter import PoisonReason
from mappers.inbound.strict_json import Malformed
from tests.builders import OMIT, encode, make_event

BINARY = [("ce_specversion", b"1.0"), ("ce_id", b"ce-1"), ("ce_source", b"/x"), ("ce_time", b"2026-11-20T00:00:00Z")]
STRUCTURED = [("content-type", b"application/cloudevents+json; charset=UTF-8")]


def envelope(**overrides: Any) -> bytes:
    fields = {"specversion": "1.0", "id": "ce-1", "source": "/x", "type": "t", "time": "2026-11-20T00:00:00Z"}
    return encode({name: value for name, value in (fields | overrides).items() if value is not OMIT})


def reason_of(value: bytes, headers: Headers) -> PoisonReason:
    with pytest.raises(Malformed) as refused:
        read_value(value, headers)
    return refused.value.reason


def test_a_plain_record_is_the_event_itself() -> None:
    assert read_value(encode(make_event()), [("trace", b"1"), ("no-value", None)]) == make_event()


@pytest.mark.parametrize("headers", [BINARY, [(name.upper(), value) for name, value in BINARY]])
def test_binary_mode_keeps_the_datas_own_id_and_time(headers: list[tuple[str, bytes]]) -> None:
    assert read_value(encode(make_event()), headers) == make_event()


@pytest.mark.parametrize("blank", [OMIT, None, ""])
def test_binary_mode_fills_id_and_time_from_the_headers_where_the_data_lacks_them(blank: object) -> None:
    filled = read_value(encode(make_event(event_id=blank, occurred_at=blank)), BINARY)
    assert filled == make_event(event_id="ce-1", occurred_at="2026-11-20T00:00:00Z")


def test_structured_mode_unwraps_the_data() -> None:
    assert read_value(envelope(data=make_event()), STRUCTURED) == make_event()


def test_structured_mode_fills_id_and_time_from_the_envelope() -> None:
    filled = read_value(envelope(data=make_event(event_id=OMIT, occurred_at=OMIT)), STRUCTURED)
    assert filled == make_event(event_id="ce-1", occurred_at="2026-11-20T00:00:00Z")


def test_structured_mode_reads_base64_data() -> None:
    encoded = base64.b64encode(encode(make_event())).decode()
    assert read_value(envelope(data_base64=encoded), STRUCTURED) == make_event()


def nested(levels: int) -> Any:
    inside: Any = 1
    for _ in range(levels):
        inside = {"a": inside}
    return inside


def test_the_envelope_takes_nothing_from_the_depth_of_the_event() -> None:
    deepest = nested(32)
    assert read_value(envelope(data=deepest), STRUCTURED) == read_value(encode(deepest), []) | {
        "event_id": "ce-1",
        "occurred_at": "2026-11-20T00:00:00Z",
    }


def test_an_event_that_is_deeper_than_it_may_be_alone_is_too_deep_in_an_envelope_as_well() -> None:
    assert reason_of(encode(nested(33)), []) is PoisonReason.TOO_DEEP
    assert reason_of(envelope(data=nested(33)), STRUCTURED) is PoisonReason.TOO_DEEP


@pytest.mark.parametrize(
    "beside",
    [
        {"data": {"a": 1}},
        {"data_base64": "x"},
        {"specversion": "1.0", "type": "t", "source": "/x"},
        {"specversion": "1.0", "type": "t", "data": {}},
        {"specversion": "1.0", "type": "t", "source": 1, "data": {}},
    ],
)
def test_an_event_that_has_some_names_of_an_envelope_is_still_the_event(beside: dict[str, Any]) -> None:
    assert read_value(encode(make_event(**beside)), []) == make_event(**beside)


@pytest.mark.parametrize(
    ("value", "headers", "reason"),
    [
        (b"[]", STRUCTURED, PoisonReason.INVALID_CLOUD_EVENT),
        (envelope(), STRUCTURED, PoisonReason.INVALID_CLOUD_EVENT),
        (envelope(specversion=OMIT, data={}), STRUCTURED, PoisonReason.INVALID_CLOUD_EVENT),
        (envelope(specversion="0.3", data={}), STRUCTURED, PoisonReason.INVALID_CLOUD_EVENT),
        (envelope(data={}, data_base64=""), STRUCTURED, PoisonReason.INVALID_CLOUD_EVENT),
        (envelope(data_base64="%%%"), STRUCTURED, PoisonReason.INVALID_CLOUD_EVENT),
        (envelope(data_base64=17), STRUCTURED, PoisonReason.INVALID_CLOUD_EVENT),
        (envelope(data_base64="e30x"), STRUCTURED, PoisonReason.NOT_JSON),
        (b"{}", [("content-type", b"application/cloudevents+avro")], PoisonReason.INVALID_CLOUD_EVENT),
        (b"{}", [("ce_specversion", b"2.0")], PoisonReason.INVALID_CLOUD_EVENT),
        (b"{", STRUCTURED, PoisonReason.NOT_JSON),
        (b'{"data": 1, "data": 2}', STRUCTURED, PoisonReason.DUPLICATE_KEY),
        (b"{", BINARY, PoisonReason.NOT_JSON),
    ],
)
def test_a_broken_cloudevent_is_poison(
    value: bytes, headers: list[tuple[str, bytes | None]], reason: PoisonReason
) -> None:
    assert reason_of(value, headers) is reason


def test_data_that_is_no_object_is_left_for_the_reader_of_events() -> None:
    assert read_value(envelope(data="text"), STRUCTURED) == "text"
