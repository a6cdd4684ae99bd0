"""The event `accounting.document_changed` as bytes on Kafka, in the topic of the outcomes, and its schema."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from pydantic import BaseModel

from mappers.model import ChangedDocument, ChangeKind, DocumentChange, DocumentState, rfc3339
from mappers.outbound.outcome_json import cloud_event_headers
from mappers.outbound.wire_schema import DIALECT, Schema, wire_schema

CHANGE_SCHEMA_ID: Final = "urn:shipledger:schema:document-change:1"
CHANGE_TYPE: Final = "accounting.document_changed"

_INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "pattern": "Z$"}
_AMOUNT: Final[Schema] = {"pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_DETAILS: Final[Mapping[type[BaseModel], Mapping[str, Schema]]] = {
    DocumentChange: {
        "outcome_id": {"description": "The same whenever the same change is told: drop repeats by it."},
        "occurred_at": _INSTANT | {"description": "When it was noticed."},
        "change": {"enum": [each.value for each in ChangeKind], "description": "New kinds may come."},
        "updated_at": _INSTANT | {"description": "When Xero last changed the document, by its own clock."},
    },
    ChangedDocument: {"currency": {"description": "Of every amount of the event."}},
    DocumentState: {
        "sub_total": _AMOUNT,
        "total_tax": _AMOUNT,
        "total": _AMOUNT,
        "amount_paid": _AMOUNT,
        "amount_credited": _AMOUNT,
        "sent_to_contact": {"description": "Whether Xero shows the invoice as sent; quotes say it by their status."},
    },
}


def change_to_wire(change: DocumentChange) -> dict[str, Any]:
    """The event's object, ready for any JSON encoder (the HTTP API answers with it)."""
    wire = change.model_dump(mode="json")
    wire["occurred_at"] = rfc3339(change.occurred_at)
    if change.updated_at is not None:
        wire["updated_at"] = rfc3339(change.updated_at)
    return wire


def encode_change(change: DocumentChange) -> bytes:
    """Its JSON; the same change gives the same bytes. Raises ValueError for a time without a zone."""
    return orjson.dumps(change_to_wire(change))


def decode_change(value: bytes) -> DocumentChange:
    """Read it back; keys that a newer writer added are ignored. Raises ValueError for bytes that are none."""
    return DocumentChange.model_validate(orjson.loads(value))


def change_headers(change: DocumentChange) -> list[tuple[str, bytes]]:
    """The CloudEvents attributes of a change."""
    return cloud_event_headers(change, CHANGE_SCHEMA_ID)


def change_schema() -> dict[str, Any]:
    """The schema as a JSON value (draft 2020-12)."""
    return {
        "$schema": DIALECT,
        "$id": CHANGE_SCHEMA_ID,
        "title": "Document change",
        "description": (
            "Another value of accounting.sync-outcomes.v1, under the same key company_id/shipment_id: what somebody "
            "did in Xero to the document that the shipment became. Its header ce_type is accounting.document_changed. "
            "New fields may come; none is renamed."
        ),
        **wire_schema(DocumentChange, _DETAILS),
    }
