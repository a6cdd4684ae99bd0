"""What senders put around a status change is taken off where it is clear, and named where it is not."""

import base64
from decimal import Decimal
from typing import Any

import pytest

from mappers.inbound.cloudevents import read_value
from mappers.inbound.dead_letter import PoisonReason
from mappers.inbound.strict_json import Malformed
from tests.builders import OMIT, encode, make_event, make_line, make_shipment

BOM = b"\xef\xbb\xbf"
FRAME = b"\x00\x00\x00\x00\x2a"
EVENT = encode(make_event())
CLOUD_EVENT = {"specversion": "1.0", "id": "ce-1", "source": "/x", "type": "t", "time": "2026-11-20T00:00:00Z"}


@pytest.mark.parametrize(
    "value",
    [
        BOM + EVENT,
        FRAME + EVENT,
        FRAME + BOM + b" \n" + EVENT,
        encode({"schema": None, "payload": make_event()}),
        encode({"schema": {"type": "struct", "fields": []}, "payload": make_event()}),
        FRAME + encode({"payload": make_event(), "schema": None}),
        encode({"schema": {"type": "string"}, "payload": EVENT.decode()}),
        encode(EVENT.decode()),
        encode({**CLOUD_EVENT, "data": make_event()}),
        encode({**CLOUD_EVENT, "data": EVENT.decode()}),
        encode({**CLOUD_EVENT, "data_base64": base64.b64encode(FRAME + EVENT).decode()}),
        encode({"schema": None, "payload": {**CLOUD_EVENT, "data": make_event()}}),
    ],
)
def test_a_wrapped_event_is_the_event(value: bytes) -> None:
    assert read_value(value, ()) == make_event()


def test_a_cloud_event_whose_content_type_was_lost_still_lends_its_id_and_time() -> None:
    value = encode({**CLOUD_EVENT, "data": make_event(event_id=OMIT, occurred_at=OMIT)})
    assert read_value(value, ()) == make_event(event_id="ce-1", occurred_at="2026-11-20T00:00:00Z")


def test_headers_of_a_cloud_event_fill_the_event_inside_connects_envelope() -> None:
    value = encode({"schema": None, "payload": make_event(event_id=OMIT)})
    assert read_value(value, [("ce_specversion", b"1.0"), ("ce_id", b"ce-1")]) == make_event(event_id="ce-1")


def connect(fields: dict[str, tuple[str, dict[str, str]]], payload: dict[str, Any]) -> bytes:
    """Connect's envelope around an event whose line and shipment have logical types."""
    logical = "org.apache.kafka.connect.data."
    described = [
        {"field": name, "type": "bytes", "name": logical + kind, "parameters": parameters}
        for name, (kind, parameters) in fields.items()
    ]
    line = {"type": "struct", "fields": described}
    shipment = [*described, {"field": "lines", "type": "array", "items": line}]
    whole = [{"field": "shipment", "type": "struct", "fields": shipment}, *described]
    return encode({"schema": {"type": "struct", "fields": whole}, "payload": payload})


def test_connects_decimals_dates_and_times_are_read_by_their_schema() -> None:
    """A decimal in Base64 may look like another number: "0123" is one."""
    fields = {
        "quantity": ("Decimal", {"scale": "1"}),
        "unit_price": ("Decimal", {"scale": "4"}),
        "invoice_date": ("Date", {}),
        "occurred_at": ("Timestamp", {}),
    }
    raw = {"quantity": base64.b64encode(b"\x7d").decode(), "unit_price": base64.b64encode(b"\xf0\xbd\xc0").decode()}
    shipment = make_shipment(lines=[make_line(**raw)], invoice_date=20_776)
    read = read_value(connect(fields, make_event(shipment=shipment, occurred_at=1_795_144_522_123)), ())
    assert isinstance(read, dict)
    line = read["shipment"]["lines"][0]
    assert (str(line["quantity"]), str(line["unit_price"])) == ("12.5", "-100.0000")
    assert read["shipment"]["invoice_date"] == "2026-11-19"
    assert read["occurred_at"] == "2026-11-20T03:15:22.123Z"


@pytest.mark.parametrize(
    ("kind", "parameters", "value"),
    [
        ("Decimal", {"scale": "1"}, "%%%"),
        ("Decimal", {"scale": "1"}, "f!Q=="),
        ("Decimal", {"scale": "1"}, ""),
        ("Decimal", {"scale": "1"}, base64.b64encode(b"\x01" * 65).decode()),
        ("Decimal", {}, "fQ=="),
        ("Decimal", {"scale": "x"}, "fQ=="),
        ("Date", {}, "2026-11-19"),
        ("Date", {}, 10**12),
        ("Timestamp", {}, 2**60),
        ("Timestamp", {}, True),
    ],
)
def test_a_value_that_is_not_what_connects_schema_says_is_named(
    kind: str, parameters: dict[str, str], value: object
) -> None:
    with pytest.raises(Malformed, match=f"is a {kind}") as refused:
        read_value(connect({"sealed": (kind, parameters)}, make_event(sealed=value)), ())
    assert refused.value.reason is PoisonReason.UNKNOWN_ENVELOPE


def test_a_value_that_is_what_connects_schema_says_is_not_named() -> None:
    """Proof of the one above: nothing but the value is wrong there."""
    fields = {"sealed": ("Decimal", {"scale": "1"})}
    assert read_value(connect(fields, make_event(sealed="fQ==")), ())["sealed"] == Decimal("12.5")


def test_a_decimal_that_connect_wrote_as_a_number_stays_as_it_is() -> None:
    fields = {"exchange_rate": ("Decimal", {"scale": "4"})}
    event = make_event(shipment=make_shipment(exchange_rate=0.6543))
    assert str(read_value(connect(fields, event), ())["shipment"]["exchange_rate"]) == "0.6543"


DEBEZIUM = {"before": None, "after": {"id": 1}, "source": {"table": "shipments"}, "op": "c", "ts_ms": 1}


@pytest.mark.parametrize(
    ("value", "headers", "named"),
    [
        (encode(DEBEZIUM), (), "Debezium"),
        (encode({"schema": {"type": "struct"}, "payload": DEBEZIUM}), (), "Debezium"),
        (encode({"schema": None, "payload": {**DEBEZIUM, "after": make_event()}}), (), "Debezium"),
        (FRAME + b"\x48" + b"0d8f0f5e-6a0d-4f6e-9d55-7e1f3b7f4c11", (), "schema id 42.*Avro or Protobuf"),
        (FRAME + b"\x00\x0a\x24", (), "Avro or Protobuf"),
        (b"Obj\x01\x04\x14avro.codec", (), "Avro"),
        (b'<?xml version="1.0"?><event/>', (), "XML"),
        (BOM + b"\n<event/>", (), "XML"),
        (b"\x0a\x24abc", (("content-type", b"application/x-protobuf"),), "Protobuf"),
        (b"\x48abc", (("Content-Type", b"avro/binary"),), "Avro"),
        (encode({"detail-type": "x", "detail": make_event()}), (), "inside its field 'detail'"),
        (encode({"detail": dict.fromkeys(("event_id", "status", "shipment"))}), (), "inside its field 'detail'"),
        (encode({"schema": "x", "payload": make_event()}), (), "inside its field 'payload'"),
        (encode({"op": "d", "before": {}}), (), "Debezium"),
        (encode({"op": "c", "after": {}}), (), "Debezium"),
    ],
)
def test_an_envelope_that_is_not_understood_is_named(
    value: bytes, headers: tuple[tuple[str, bytes], ...], named: str
) -> None:
    with pytest.raises(Malformed, match=named) as refused:
        read_value(value, headers)
    assert refused.value.reason is PoisonReason.UNKNOWN_ENVELOPE
    assert "Whoever sends the shipments" in str(refused.value)


@pytest.mark.parametrize(
    ("value", "named"), [(b"\xff\xfe{\x00}\x00", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"\x1f\x8b\x08\x00", "gzip")]
)
def test_another_encoding_is_named_beside_the_reason(value: bytes, named: str) -> None:
    with pytest.raises(Malformed, match=named) as refused:
        read_value(value, ())
    assert refused.value.reason is PoisonReason.NOT_UTF8


@pytest.mark.parametrize("value", [FRAME + b"{broken", FRAME + b"{\xff}"])
def test_broken_json_in_confluents_framing_says_both(value: bytes) -> None:
    with pytest.raises(Malformed, match="schema id 42") as refused:
        read_value(value, ())
    assert refused.value.reason in {PoisonReason.NOT_JSON, PoisonReason.NOT_UTF8}


def test_the_schemas_number_of_a_frame_is_read_from_all_of_its_bytes() -> None:
    with pytest.raises(Malformed, match="schema id 16909060,"):
        read_value(b"\x00\x01\x02\x03\x04\x48", ())


@pytest.mark.parametrize(
    "value", [{"op": "c"}, {"before": {}, "after": {}}, {"detail": {"event_id": 1, "status": 2}}, {"detail": 7}]
)
def test_an_object_that_is_no_envelope_for_sure_is_left_to_the_reader_of_events(value: dict[str, Any]) -> None:
    assert read_value(encode(value), ()) == value


@pytest.mark.parametrize("value", [b"\x00", FRAME, b"\x00{}", b"{}", b'{"a": 1}', b"[]", b'"text"', b"\xff"])
def test_what_is_no_known_envelope_is_left_to_the_readers_of_json_and_of_events(value: bytes) -> None:
    try:
        assert read_value(value, ()) in ({}, {"a": 1}, [], "text")
    except Malformed as refused:
        assert refused.reason in {PoisonReason.NOT_JSON, PoisonReason.NOT_UTF8}  # noqa: PT017  # Both ways are right.


def test_an_empty_payload_of_connect_is_no_event() -> None:
    assert read_value(encode({"schema": None, "payload": None}), ()) is None
