"""An outcome as bytes on Kafka (contract 6.2): plain JSON, with CloudEvents attributes in the headers."""

from collections.abc import Mapping
from typing import Any, Final

import orjson

from mappers.model import DocumentAttachments, DocumentChange, DocumentDrift, Outcome, Waiting, rfc3339
from mappers.outbound.outcome_schema import OUTCOME_SCHEMA_ID

CLOUD_EVENT_SOURCE: Final = "shipledger"


def encode_outcome(outcome: Outcome) -> bytes:
    """The contract's JSON: keys in the contract's order, times RFC 3339 in UTC with `Z`, `waiting.for` spelled so.

    The same outcome gives the same bytes. Raises ValueError for a time without a zone.
    """
    return orjson.dumps(outcome_to_wire(outcome))


def outcome_to_wire(outcome: Outcome) -> dict[str, Any]:
    """The contract's object, ready for any JSON encoder (the HTTP API answers with it)."""
    wire = outcome.model_dump(mode="json")
    wire["occurred_at"] = rfc3339(outcome.occurred_at)
    wire["waiting"] = None if outcome.waiting is None else _waiting(outcome.waiting)
    return wire


def decode_outcome(value: bytes) -> Outcome:
    """Read an outcome back; keys that a newer writer added are ignored.

    Raises ValueError (pydantic's or orjson's) for bytes that are no outcome.
    """
    wire = orjson.loads(value)
    waiting = wire.get("waiting") if isinstance(wire, dict) else None
    if isinstance(waiting, dict):
        wire["waiting"] = {**waiting, "for_": waiting.get("for", ())}
    return Outcome.model_validate(wire)


def outcome_headers(outcome: Outcome) -> list[tuple[str, bytes]]:
    """The CloudEvents attributes of an outcome."""
    return cloud_event_headers(outcome, OUTCOME_SCHEMA_ID)


def cloud_event_headers(
    event: Outcome | DocumentChange | DocumentDrift | DocumentAttachments, schema_id: str
) -> list[tuple[str, bytes]]:
    """CloudEvents 1.0 Kafka binding §3.2 (binary mode): a plain consumer sees plain JSON and may ignore these."""
    attributes: Mapping[str, str] = {
        "ce_specversion": "1.0",
        "ce_id": str(event.outcome_id),
        "ce_source": CLOUD_EVENT_SOURCE,
        "ce_type": event.event_type,
        "ce_time": rfc3339(event.occurred_at),
        "ce_subject": f"{event.company_id}/{event.shipment_id}",
        "ce_dataschema": schema_id,
        "content-type": "application/json",
    }
    return [(name, value.encode()) for name, value in attributes.items()]


def _waiting(waiting: Waiting) -> dict[str, Any]:
    resume_at = None if waiting.resume_at is None else rfc3339(waiting.resume_at)
    return {"reason": waiting.reason, "resume_at": resume_at, "for": list(waiting.for_)}
