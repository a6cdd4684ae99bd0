"""A status change of a shipment (contract 6.1): its envelope is read strictly, the shipment inside stays as it came."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from mappers.inbound.cloudevents import Headers, read_value
from mappers.inbound.dead_letter import Poison, PoisonReason
from mappers.inbound.strict_json import DEFAULT_LIMIT, Malformed
from mappers.model import Company, excerpt, forbidden_in_code, normalise

EVENT_TYPE: Final = "shipment.status_changed"
SCHEMA_VERSION: Final = 1
ID_LENGTH: Final = 255
MAX_REVISION: Final = 2**63 - 1  # What a Kafka client of any language reads back as it was.
# RFC 3339 §5.6; Python's own reader takes more (weeks, no zone, no colons), which other readers would not.
_RFC3339: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A status change whose envelope is in order. Ids and statuses are trimmed, `occurred_at` is UTC.

    `shipment` is the object as it came, numbers exact (int or Decimal); it may not be enough for a document.
    """

    event_id: str
    occurred_at: datetime
    company_id: str
    shipment_id: str
    revision: int | None
    previous_status: str | None
    status: str
    sync_now: bool
    shipment: Mapping[str, Any]


def read_event(
    value: bytes | None,
    headers: Headers,
    companies: Mapping[str, Company],
    *,
    recorded_at: datetime | None = None,
    limit: int = DEFAULT_LIMIT,
) -> StatusChange | Poison:
    """The event of a record, or why it is a dead letter. Raises nothing for any bytes.

    The record's key is not used: it orders, the value identifies. `recorded_at` is the record's time on Kafka, used
    where the event does not say when it occurred. `limit` is in bytes of the value.
    """
    try:
        return _event(_object(read_value(value, headers, limit=limit)), companies, recorded_at)
    except Malformed as fault:
        return Poison(fault.reason, str(fault))


def _event(raw: Mapping[str, Any], companies: Mapping[str, Company], recorded_at: datetime | None) -> StatusChange:
    # What the other fields mean depends on the type and version of the event, so these two are checked first.
    _check_kind(raw)
    event = StatusChange(
        event_id=_id(raw, "event_id"),
        occurred_at=_occurred_at(raw, recorded_at),
        company_id=_id(raw, "company_id"),
        shipment_id=_id(raw, "shipment_id"),
        revision=_revision(raw),
        previous_status=_previous_status(raw),
        status=_id(raw, "status"),
        sync_now=_sync_now(raw),
        shipment=_shipment(raw),
    )
    if event.company_id not in companies:
        company = excerpt(event.company_id)
        raise Malformed(PoisonReason.UNKNOWN_COMPANY, f"the profile has no company {company!r}")
    return event


def _object(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise Malformed(PoisonReason.NOT_AN_OBJECT, f"the event is {_kind(raw)}, not an object")
    return raw


def _check_kind(raw: Mapping[str, Any]) -> None:
    kind = raw.get("event_type")
    if kind is not None and not isinstance(kind, str):
        raise _wrong_type("event_type", kind, "text")
    if kind is not None and kind.strip() != EVENT_TYPE:
        raise Malformed(PoisonReason.UNKNOWN_EVENT_TYPE, f"event_type {excerpt(kind)!r} is not {EVENT_TYPE}")
    version = raw.get("schema_version")
    if version is None:
        return
    if isinstance(version, bool) or not isinstance(version, int):
        raise _wrong_type("schema_version", version, "a whole number")
    if version != SCHEMA_VERSION:
        raise Malformed(PoisonReason.UNKNOWN_SCHEMA_VERSION, f"schema_version {version} is not {SCHEMA_VERSION}")


def _id(raw: Mapping[str, Any], name: str) -> str:
    text = normalise(_text(raw, name))
    if not text:
        raise Malformed(PoisonReason.MISSING_FIELD, f"{name} is missing")
    if found := forbidden_in_code(text):
        raise Malformed(PoisonReason.INVALID_ID, f"{name} holds a hidden character: {found}")
    if len(text) > ID_LENGTH:
        raise Malformed(PoisonReason.INVALID_ID, f"{name} has {len(text)} characters, more than {ID_LENGTH}")
    return text


def _text(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong_type(name, value, "text")
    return value


def _occurred_at(raw: Mapping[str, Any], recorded_at: datetime | None) -> datetime:
    text = _text(raw, "occurred_at").strip()
    if not text and recorded_at is not None:
        return recorded_at.astimezone(UTC)
    if not text:
        raise Malformed(PoisonReason.MISSING_FIELD, "occurred_at is missing")
    if not _RFC3339.fullmatch(text):
        raise Malformed(PoisonReason.INVALID_TIME, f"occurred_at {excerpt(text)!r} is no RFC 3339 time with a zone")
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(PoisonReason.INVALID_TIME, f"occurred_at {excerpt(text)!r} is no time") from None


def _revision(raw: Mapping[str, Any]) -> int | None:
    revision = raw.get("revision")
    if revision is None:
        return None
    if isinstance(revision, bool) or not isinstance(revision, int) or not 0 <= revision <= MAX_REVISION:
        raise _wrong_type("revision", revision, "a whole number that is not negative")
    return revision


def _previous_status(raw: Mapping[str, Any]) -> str | None:
    return normalise(_text(raw, "previous_status")) or None


def _sync_now(raw: Mapping[str, Any]) -> bool:
    asked = raw.get("sync_now")
    if asked is not None and not isinstance(asked, bool):
        raise _wrong_type("sync_now", asked, "true or false")
    return bool(asked)


def _shipment(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    shipment = raw.get("shipment")
    if shipment is None:
        raise Malformed(PoisonReason.MISSING_FIELD, "shipment is missing")
    if not isinstance(shipment, dict):
        raise _wrong_type("shipment", shipment, "an object")
    return shipment


def _wrong_type(name: str, value: Any, wanted: str) -> Malformed:
    return Malformed(PoisonReason.WRONG_TYPE, f"{name} is {_kind(value)}, not {wanted}")


def _kind(value: Any) -> str:
    """What the value is, in JSON's words; numbers and booleans are shown, because they are what is wrong."""
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, str):
        return "text"
    return excerpt(str(value).lower() if isinstance(value, bool) else str(value), 40)
