"""What Kafka Connect's schema says of a value is kept to wherever the value is; what it does not describe stays."""

from decimal import Context, Decimal
from typing import Any

import pytest

from mappers.inbound.connect import is_connect, payload_of

DECIMAL: dict[str, Any] = {"name": "org.apache.kafka.connect.data.Decimal", "parameters": {"scale": "2"}}
OF_RECORD = {"field": "a", **DECIMAL}
OTHER = {"field": "a", "name": "org.apache.kafka.connect.data.Time"}


@pytest.mark.parametrize(
    ("schema", "payload", "expected"),
    [
        (DECIMAL, "MDQ=", Decimal("123.40")),
        ({"items": DECIMAL}, ["MDQ=", None], [Decimal("123.40"), None]),
        ({"values": DECIMAL}, {"freight": "MDQ=", "duty": None}, {"freight": Decimal("123.40"), "duty": None}),
        ({"name": "com.example.Charge", "fields": [OF_RECORD]}, {"a": "MDQ="}, {"a": Decimal("123.40")}),
        ({"name": 7, "fields": ["a", {"field": 7}, OF_RECORD]}, {"a": "MDQ="}, {"a": Decimal("123.40")}),
        ({"fields": [OF_RECORD]}, {"a": "MDQ=", "b": "MDQ="}, {"a": Decimal("123.40"), "b": "MDQ="}),
        ({"fields": OF_RECORD}, {"a": "MDQ="}, {"a": "MDQ="}),
        ({"fields": [OTHER]}, {"a": 7}, {"a": 7}),
        ("none", {"a": "MDQ="}, {"a": "MDQ="}),
        (None, {"a": "MDQ="}, {"a": "MDQ="}),
    ],
)
def test_a_value_is_read_by_its_schema_in_lists_maps_and_records(schema: Any, payload: Any, expected: Any) -> None:
    assert payload_of({"schema": schema, "payload": payload}) == expected


def test_a_decimal_has_up_to_64_bytes_and_no_digit_of_it_is_lost() -> None:
    largest = "f" + "/" * 84 + "w=="
    assert payload_of({"schema": DECIMAL, "payload": largest}) == Decimal(2**511 - 1).scaleb(-2, Context(prec=200))


@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        ({"schema": None, "payload": {}}, True),
        ({"schema": {}, "payload": None}, True),
        ({"schema": "none", "payload": {}}, False),
        ({"payload": {}}, False),
        ({"schema": None, "payload": {}, "key": 1}, False),
    ],
)
def test_connects_envelope_has_a_schema_and_a_payload_alone(value: dict[str, Any], *, is_one: bool) -> None:
    assert is_connect(value) is is_one
