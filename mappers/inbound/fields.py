"""The fields of a status change's envelope: of each, in one place, how it is read and what the published schema says.

What a reader takes and what its schema takes are the same; `tests/properties/mappers/test_published_schema.py` holds
both against generated values.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Final, Generic, TypeVar

from mappers.inbound.dead_letter import PoisonReason
from mappers.inbound.strict_json import Malformed
from mappers.model import (
    TIME_PATTERN,
    blank_characters,
    excerpt,
    forbidden_in_code,
    hidden_characters,
    normalise,
    read_time,
    visible,
)

T = TypeVar("T")

EVENT_TYPE_NAME: Final = "shipment.status_changed"
VERSION: Final = 1
ID_LENGTH: Final = 255
MAX_REVISION: Final = 2**63 - 1  # What a Kafka client of any language reads back as it was.


def _up_to(most: int) -> str:
    """Matches the numbers from 0 to `most`, without leading zeros and without backtracking."""
    digits = str(most)
    shorter = f"[0-9]{{1,{len(digits) - 1}}}"
    smaller = (
        f"{digits[:at]}[0-{int(digit) - 1}][0-9]{{{len(digits) - at - 1}}}"
        for at, digit in enumerate(digits)
        if digit != "0"
    )
    return f"(?:{'|'.join((*smaller, digits, shorter))})"


# Zeros that mean nothing, bounded: without a bound, a megabyte of them before a letter costs a second.
_ZEROS: Final = "0{0,40}"
_WHOLE: Final = re.compile(rf"\+?{_ZEROS}{_up_to(MAX_REVISION)}(?:\.{_ZEROS})?")
_VERSION: Final = rf"\+?{_ZEROS}{VERSION}(?:\.{_ZEROS})?"
_TRUTH: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class EnvelopeField(Generic[T]):
    """One field: `read` takes its name and value and raises Malformed; `schema` makes what takes the same values.

    `hint` says what to do about a value that cannot be read, where that is an answer in the shipment's log.
    """

    name: str
    read: Callable[[str, Any], T]
    schema: Callable[[], dict[str, Any]]
    description: str
    hint: str = ""

    def of(self, raw: Mapping[str, Any]) -> T:
        """The field's value in the event. Raises Malformed."""
        return self.read(self.name, raw.get(self.name))


def is_blank(value: Any) -> bool:
    """Whether the value is absent, null in JSON, or a blank text."""
    return value is None or (isinstance(value, str) and not value.strip())


def wrong_type(name: str, value: Any, wanted: str) -> Malformed:
    """The fault of a value that is of another type."""
    return Malformed(PoisonReason.WRONG_TYPE, f"{name} is {kind_of(value)}, not {wanted}")


def kind_of(value: Any) -> str:
    """What the value is, in JSON's words; numbers, texts and booleans are shown where they are what is wrong."""
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, str):
        return "text"
    return excerpt(str(value).lower() if isinstance(value, bool) else str(value), 40)


def _id(name: str, value: Any) -> str:
    if is_blank(value):
        raise Malformed(PoisonReason.MISSING_FIELD, f"{name} is missing")
    if not isinstance(value, str):
        raise wrong_type(name, value, "text")
    text = value.strip()
    if len(text) > ID_LENGTH:
        raise Malformed(PoisonReason.INVALID_ID, f"{name} has {len(text)} characters, more than {ID_LENGTH}")
    if found := forbidden_in_code(text):
        raise Malformed(PoisonReason.INVALID_ID, f"{name} holds a hidden character: {found}")
    return normalise(text)


def _event_type(name: str, value: Any) -> None:
    if is_blank(value):
        return
    if not isinstance(value, str):
        raise wrong_type(name, value, "text")
    if value.strip() != EVENT_TYPE_NAME:
        raise Malformed(PoisonReason.UNKNOWN_EVENT_TYPE, f"{name} '{visible(value)}' is not {EVENT_TYPE_NAME}")


def _version(name: str, value: Any) -> None:
    if is_blank(value):
        return
    number = _whole_number(name, value)
    if number != VERSION:
        raise Malformed(PoisonReason.UNKNOWN_SCHEMA_VERSION, f"{name} {number} is not {VERSION}")


def _revision(name: str, value: Any) -> int | None:
    return None if is_blank(value) else _whole_number(name, value)


def _whole_number(name: str, value: Any) -> int:
    """A number, or a text with one, that is whole: 7, "7" or 7.0."""
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        return int(Decimal(value.strip()))
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    if is_number and 0 <= value <= MAX_REVISION and value == int(value):
        return int(value)
    said = f"'{visible(value, 40)}'" if isinstance(value, str) else kind_of(value)
    raise Malformed(PoisonReason.WRONG_TYPE, f"{name} is {said}, not a whole number from 0 to {MAX_REVISION}")


def _occurred_at(name: str, value: Any) -> datetime | None:
    if is_blank(value):
        return None
    if not isinstance(value, str):
        raise wrong_type(name, value, "text")
    try:
        return read_time(value.strip())
    except ValueError as fault:
        raise Malformed(PoisonReason.INVALID_TIME, f"{name} '{visible(value)}' {fault}") from None


def _status_before(name: str, value: Any) -> str | None:
    if is_blank(value):
        return None
    if not isinstance(value, str):
        raise wrong_type(name, value, "text")
    # A longer text is no status that the shipment may enter or have left.
    return normalise(value) if len(value) <= ID_LENGTH else value.strip()


def _sync_now(name: str, value: Any) -> bool:
    if is_blank(value):
        return False
    asked = _TRUTH.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(asked, bool):
        said = f"'{visible(value, 40)}'" if isinstance(value, str) else kind_of(value)
        raise Malformed(PoisonReason.WRONG_TYPE, f"{name} is {said}, not true or false")
    return asked


def _shipment(name: str, value: Any) -> Mapping[str, Any]:
    if value is None:
        raise Malformed(PoisonReason.MISSING_FIELD, f"{name} is missing")
    if not isinstance(value, dict):
        raise wrong_type(name, value, "an object")
    return value


@cache
def _blank() -> str:
    return f"[{blank_characters()}]*"


@cache
def _id_pattern() -> str:
    """At most so many characters between blanks, none of them hidden, and neither the first nor the last a blank."""
    hidden = hidden_characters()
    visible_one = f"[^{hidden}{blank_characters()}]"
    return f"{visible_one}(?:[^{hidden}]{{0,{ID_LENGTH - 2}}}{visible_one})?"


def _text(pattern: str) -> dict[str, Any]:
    """Texts that match the pattern once the blanks around them are gone."""
    return {"type": "string", "pattern": f"^{_blank()}(?:{pattern}){_blank()}$"}


def _optional(*kinds: Mapping[str, Any]) -> dict[str, Any]:
    """One of `kinds`, or nothing."""
    return {"anyOf": [*kinds, {"$ref": "#/$defs/absent"}]}


def definitions() -> dict[str, Any]:
    """What the fields' schemas refer to: `$defs` of the schema that they are in."""
    blank = {"type": "string", "pattern": f"^{_blank()}$"}
    return {
        "absent": {"description": "As if the field were not there.", "anyOf": [{"type": "null"}, blank]},
        "id": {"description": f"1 to {ID_LENGTH} characters, none of them hidden.", **_text(_id_pattern())},
    }


def _id_schema() -> dict[str, Any]:
    return {"$ref": "#/$defs/id"}


def _type_schema() -> dict[str, Any]:
    return _optional(_text(re.escape(EVENT_TYPE_NAME)))


def _version_schema() -> dict[str, Any]:
    return _optional({"const": VERSION}, _text(_VERSION))


def _time_schema() -> dict[str, Any]:
    return _optional(_text(TIME_PATTERN))


def _revision_schema() -> dict[str, Any]:
    return _optional({"type": "integer", "minimum": 0, "maximum": MAX_REVISION}, _text(_WHOLE.pattern))


def _text_schema() -> dict[str, Any]:
    return {"type": ["string", "null"]}


def _truth_schema() -> dict[str, Any]:
    return _optional({"type": "boolean"}, _text("[Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]"))


def _object_schema() -> dict[str, Any]:
    return {"type": "object"}


EVENT_ID: Final = EnvelopeField("event_id", _id, _id_schema, "Identity of the event; a repeat of it costs nothing.")
EVENT_TYPE: Final = EnvelopeField("event_type", _event_type, _type_schema, "")
SCHEMA_VERSION: Final = EnvelopeField("schema_version", _version, _version_schema, "")
OCCURRED_AT: Final = EnvelopeField(
    "occurred_at",
    _occurred_at,
    _time_schema,
    "ISO 8601 or RFC 3339 with an offset; orders changes that have no revision. Absent, or more than a day ahead: the "
    "time that Kafka recorded.",
    "Whoever sends the shipments: send a time such as 2026-11-20T03:15:22Z, always with an offset.",
)
COMPANY_ID: Final = EnvelopeField("company_id", _id, _id_schema, "An id of the company profile, compared exactly.")
SHIPMENT_ID: Final = EnvelopeField("shipment_id", _id, _id_schema, "")
REVISION: Final = EnvelopeField(
    "revision",
    _revision,
    _revision_schema,
    "Grows with every change; an older one never overwrites a newer one.",
    "Whoever sends the shipments: send a whole number that grows with every change, or none at all.",
)
PREVIOUS_STATUS: Final = EnvelopeField(
    "previous_status",
    _status_before,
    _text_schema,
    "Absent: the event counts as an entry of its status.",
    "Whoever sends the shipments: send the status before the change as text.",
)
STATUS: Final = EnvelopeField("status", _id, _id_schema, "The status after the change.")
SYNC_NOW: Final = EnvelopeField(
    "sync_now",
    _sync_now,
    _truth_schema,
    "Somebody ticked XERO SYNC NOW.",
    "Whoever sends the shipments: send true or false.",
)
SHIPMENT: Final = EnvelopeField("shipment", _shipment, _object_schema, "The whole snapshot.")

FIELDS: Final[tuple[EnvelopeField[Any], ...]] = (
    EVENT_ID,
    EVENT_TYPE,
    SCHEMA_VERSION,
    OCCURRED_AT,
    COMPANY_ID,
    SHIPMENT_ID,
    REVISION,
    PREVIOUS_STATUS,
    STATUS,
    SYNC_NOW,
    SHIPMENT,
)
