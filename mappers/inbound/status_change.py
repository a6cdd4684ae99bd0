"""A status change of a shipment (contract 6.1): its envelope is read strictly, the shipment inside stays as it came."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from mappers.inbound.cloudevents import Headers, read_value
from mappers.inbound.dead_letter import Poison, PoisonReason
from mappers.inbound.fields import (
    COMPANY_ID,
    EVENT_ID,
    EVENT_TYPE,
    FIELDS,
    OCCURRED_AT,
    PREVIOUS_STATUS,
    REVISION,
    SCHEMA_VERSION,
    SHIPMENT,
    SHIPMENT_ID,
    STATUS,
    SYNC_NOW,
    EnvelopeField,
    kind_of,
)
from mappers.inbound.strict_json import DEFAULT_LIMIT, Malformed
from mappers.model import Code, Company, Problem, credible, excerpt, is_ahead, rfc3339, visible

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A status change whose envelope is in order. Ids and statuses are trimmed, `occurred_at` is UTC.

    `shipment` is the object as it came, numbers exact (int or Decimal); it may not be enough for a document. `faults`
    are fields of the envelope that could not be read: whose shipment it is was clear, so its log says what is wrong.
    `warnings` are what people should know though nothing is refused for it.
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
    faults: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


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
    where the event does not say when it occurred, or has no revision and says a time more than a day ahead of it.
    `limit` is in bytes of the value.
    """
    try:
        return _event(_object(read_value(value, headers, limit=limit)), companies, recorded_at)
    except Malformed as fault:
        return Poison(fault.reason, str(fault))


@dataclass(frozen=True, slots=True)
class EventFault:
    """One reason why an event is refused where its sender waits for the answer. `field` is empty for the whole."""

    code: str
    field: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class EventRefusal:
    """Every reason why an event is refused; the ids where it says them, else empty."""

    faults: tuple[EventFault, ...]
    company_id: str = ""
    shipment_id: str = ""


def refusal_of(
    read: StatusChange | Poison, value: bytes | None, headers: Headers, *, limit: int = DEFAULT_LIMIT
) -> EventRefusal | None:
    """Everything that is wrong with what `read_event` read so, which names the first alone; None: nothing."""
    if isinstance(read, StatusChange):
        faults = tuple(EventFault(each.code.value, each.field or "", each.message, each.hint) for each in read.faults)
        return EventRefusal(faults, read.company_id, read.shipment_id) if faults else None
    whole = EventFault(read.reason.value, "", f"The event cannot be taken: {read.message}.")
    try:
        raw = _object(read_value(value, headers, limit=limit))
    except Malformed:
        return EventRefusal((whole,))
    found = [fault for field in FIELDS if (fault := _fault_of(field, raw)) is not None]
    return EventRefusal(tuple(found) or (whole,), _said(COMPANY_ID, raw), _said(SHIPMENT_ID, raw))


def _said(field: EnvelopeField[str], raw: Mapping[str, Any]) -> str:
    try:
        return field.of(raw)
    except Malformed:
        return ""


def _fault_of(field: EnvelopeField[Any], raw: Mapping[str, Any]) -> EventFault | None:
    try:
        field.of(raw)
    except Malformed as fault:
        return EventFault(fault.reason.value, field.name, f"The field {fault}.", field.hint)
    return None


def subject_of(value: bytes | None, headers: Headers, *, limit: int = DEFAULT_LIMIT) -> tuple[str, str] | None:
    """The company and shipment of a record, whatever else is wrong with it; None where it does not say them."""
    try:
        raw = _object(read_value(value, headers, limit=limit))
        return COMPANY_ID.of(raw), SHIPMENT_ID.of(raw)
    except Malformed:
        return None


def _event(raw: Mapping[str, Any], companies: Mapping[str, Company], recorded_at: datetime | None) -> StatusChange:
    # What the other fields mean depends on the type and version of the event, so these two are checked first.
    EVENT_TYPE.of(raw)
    SCHEMA_VERSION.of(raw)
    faults: list[Problem] = []
    event = StatusChange(
        event_id=EVENT_ID.of(raw),
        occurred_at=_occurred_at(raw, recorded_at, faults),
        company_id=COMPANY_ID.of(raw),
        shipment_id=SHIPMENT_ID.of(raw),
        revision=_read_or(None, REVISION, raw, faults),
        previous_status=_read_or(None, PREVIOUS_STATUS, raw, faults),
        status=STATUS.of(raw),
        # A tick that cannot be read counts as one: nothing is sent with a fault, and who ticked has to be told.
        sync_now=_read_or(True, SYNC_NOW, raw, faults),
        shipment=SHIPMENT.of(raw),
    )
    if event.company_id not in companies:
        company = excerpt(event.company_id)
        raise Malformed(PoisonReason.UNKNOWN_COMPANY, f"the profile has no company {company!r}")
    event = _ordered(event, raw, credible(recorded_at))
    return replace(event, faults=tuple(faults)) if faults else event


def _object(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise Malformed(PoisonReason.NOT_AN_OBJECT, f"the event is {kind_of(raw)}, not an object")
    return raw


def _occurred_at(raw: Mapping[str, Any], recorded_at: datetime | None, faults: list[Problem]) -> datetime:
    """The event's time, else the record's. Raises Malformed where there is neither: nothing would order the event."""
    if recorded_at is None:
        occurred_at = OCCURRED_AT.of(raw)
    else:
        occurred_at = _read_or(None, OCCURRED_AT, raw, faults) or recorded_at.astimezone(UTC)
    if occurred_at is None:
        raise Malformed(PoisonReason.MISSING_FIELD, "occurred_at is missing")
    return occurred_at


def _ordered(event: StatusChange, raw: Mapping[str, Any], recorded_at: datetime | None) -> StatusChange:
    """The event; where its time orders it and is one that no clock can have shown, with the record's instead."""
    if event.revision is not None or recorded_at is None or not is_ahead(event.occurred_at, recorded_at):
        return event
    recorded = recorded_at.astimezone(UTC)
    warning = Problem(
        code=Code.TIME_IMPLAUSIBLE,
        field=OCCURRED_AT.name,
        value=visible(str(raw.get(OCCURRED_AT.name))),
        message=f"The time of the event is more than a day ahead of {rfc3339(recorded)}, when Kafka took it; that time "
        "orders the versions of the shipment.",
        hint="Whoever sends the shipments: correct the clock, or how times are written.",
    )
    return replace(event, occurred_at=recorded, warnings=(warning,))


def _read_or(instead: T, field: EnvelopeField[T], raw: Mapping[str, Any], faults: list[Problem]) -> T:
    """The field's value; or `instead`, with a fault that says why, where it cannot be read."""
    try:
        return field.of(raw)
    except Malformed as fault:
        value = raw.get(field.name)
        shown = value if isinstance(value, str) else kind_of(value)
        message = f"The field {fault}."
        faults.append(
            Problem(code=Code.FIELD_INVALID, field=field.name, value=visible(shown), message=message, hint=field.hint)
        )
        return instead
