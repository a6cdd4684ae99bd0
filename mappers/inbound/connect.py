"""Kafka Connect's envelope `{"schema", "payload"}` (JsonConverter with `schemas.enable`): the payload, in plain JSON.

Connect writes decimals, dates and times as bytes and counts, and only the schema beside them says so. Read without it,
a decimal in Base64 might pass for another number.
"""

from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from typing import Any, Final

from mappers.inbound.dead_letter import PoisonReason
from mappers.inbound.strict_json import Malformed
from mappers.model import rfc3339

_LOGICAL: Final = "org.apache.kafka.connect.data."
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_BYTES: Final = 64
_WIDE: Final = Context(prec=200)

# The fields of schemas that were seen, by the schema's identity: all of them live as long as the envelope.
_Known = dict[int, Mapping[str, Any]]


def is_connect(value: Mapping[str, Any]) -> bool:
    """Whether the object is Connect's envelope, and nothing else is in it."""
    return set(value) == {"schema", "payload"} and isinstance(value["schema"], dict | None)


def payload_of(envelope: Mapping[str, Any]) -> Any:
    """What Connect wrapped. Raises Malformed where the schema says what the payload is not."""
    return _plain(envelope["payload"], envelope["schema"], {})


def _plain(value: Any, schema: Any, known: _Known) -> Any:
    if value is None or not isinstance(schema, dict):
        return value
    name = schema.get("name")
    if isinstance(name, str) and (read := _READERS.get(name)) is not None:
        return _logical(value, schema, read)
    if isinstance(value, list):
        return [_plain(each, schema.get("items"), known) for each in value]
    if isinstance(value, dict):
        fields = _fields(schema, known)
        return {name: _plain(each, fields.get(name, schema.get("values")), known) for name, each in value.items()}
    return value


def _fields(schema: Mapping[str, Any], known: _Known) -> Mapping[str, Any]:
    """The schema's fields by name, listed once though every object of a list has the same schema."""
    if id(schema) not in known:
        known[id(schema)] = _listed(schema.get("fields"))
    return known[id(schema)]


def _listed(fields: Any) -> Mapping[str, Any]:
    described = [each for each in fields if isinstance(each, dict)] if isinstance(fields, list) else []
    return {each["field"]: each for each in described if isinstance(each.get("field"), str)}


def _logical(value: Any, schema: Mapping[str, Any], read: Callable[[Any, Mapping[str, Any]], Any]) -> Any:
    try:
        return read(value, schema)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        kind = str(schema["name"]).removeprefix(_LOGICAL)
        message = f"Kafka Connect's schema says that a value is a {kind}, and it cannot be read as one"
        advice = "Whoever sends the shipments: send it as text or as a JSON number"
        raise Malformed(PoisonReason.UNKNOWN_ENVELOPE, f"{message}. {advice}") from None


def _decimal(value: Any, schema: Mapping[str, Any]) -> Any:
    """Base64 of the unscaled number; with `decimal.format` NUMERIC it is a JSON number already."""
    if not isinstance(value, str):
        return value
    unscaled = b64decode(value, validate=True)
    if not 0 < len(unscaled) <= _MOST_BYTES:
        raise ValueError("no number, or none that is money")
    scale = int(schema["parameters"]["scale"])
    return Decimal(int.from_bytes(unscaled, signed=True)).scaleb(-scale, context=_WIDE)


def _day(value: Any, _schema: Mapping[str, Any]) -> str:
    return (_EPOCH + timedelta(days=_count(value))).date().isoformat()


def _time(value: Any, _schema: Mapping[str, Any]) -> str:
    return rfc3339(_EPOCH + timedelta(milliseconds=_count(value)))


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("no count")
    return value


_READERS: Final[Mapping[str, Callable[[Any, Mapping[str, Any]], Any]]] = {
    f"{_LOGICAL}Decimal": _decimal,
    f"{_LOGICAL}Date": _day,
    f"{_LOGICAL}Timestamp": _time,
}
