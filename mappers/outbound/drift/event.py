"""The event `accounting.document_drifted` as bytes on Kafka, in the topic of the outcomes, and its schema."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from pydantic import BaseModel

from mappers.model import ChangedDocument, Difference, DocumentDrift, DriftKind, rfc3339
from mappers.outbound.outcome_json import cloud_event_headers
from mappers.outbound.wire_schema import DIALECT, Schema, wire_schema

DRIFT_SCHEMA_ID: Final = "urn:shipledger:schema:document-drift:1"
DRIFT_TYPE: Final = "accounting.document_drifted"

_INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "pattern": "Z$"}
_DETAILS: Final[Mapping[type[BaseModel], Mapping[str, Schema]]] = {
    DocumentDrift: {
        "outcome_id": {"description": "The same whenever the same is told: drop repeats by it."},
        "occurred_at": _INSTANT | {"description": "When it was noticed."},
        "differences": {"description": "All there are at present, in place of those told before; none: resolved."},
    },
    ChangedDocument: {"currency": {"description": "As the ledger has it."}},
    Difference: {
        "kind": {"enum": [each.value for each in DriftKind], "description": "New kinds may come."},
        "ledger": {"description": "What the ledger knows."},
        "xero": {"description": "What Xero has."},
    },
}


def drift_to_wire(drift: DocumentDrift) -> dict[str, Any]:
    """The event's object, ready for any JSON encoder."""
    return drift.model_dump(mode="json") | {"occurred_at": rfc3339(drift.occurred_at)}


def encode_drift(drift: DocumentDrift) -> bytes:
    """Its JSON; the same drift gives the same bytes. Raises ValueError for a time without a zone."""
    return orjson.dumps(drift_to_wire(drift))


def decode_drift(value: bytes) -> DocumentDrift:
    """Read it back; keys that a newer writer added are ignored. Raises ValueError for bytes that are none."""
    return DocumentDrift.model_validate(orjson.loads(value))


def drift_headers(drift: DocumentDrift) -> list[tuple[str, bytes]]:
    """The CloudEvents attributes of a drift."""
    return cloud_event_headers(drift, DRIFT_SCHEMA_ID)


def drift_schema() -> dict[str, Any]:
    """The schema as a JSON value (draft 2020-12)."""
    return {
        "$schema": DIALECT,
        "$id": DRIFT_SCHEMA_ID,
        "title": "Document drift",
        "description": (
            "Another value of accounting.sync-outcomes.v1, under the same key company_id/shipment_id: what the nightly "
            "comparison found different between the ledger and Xero, or no longer different. Its header ce_type is "
            "accounting.document_drifted. New fields may come; none is renamed."
        ),
        **wire_schema(DocumentDrift, _DETAILS),
    }
