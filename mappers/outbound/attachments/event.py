"""The event `accounting.document_attachments` as bytes on Kafka, in the topic of the outcomes, and its schema."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from pydantic import BaseModel

from mappers.model import AttachmentStatus, ChangedDocument, DocumentAttachments, Problem, ReportedAttachment, rfc3339
from mappers.outbound.outcome_json import cloud_event_headers
from mappers.outbound.wire_schema import DIALECT, Schema, wire_schema

ATTACHMENTS_SCHEMA_ID: Final = "urn:shipledger:schema:document-attachments:1"
ATTACHMENTS_TYPE: Final = "accounting.document_attachments"

_INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "pattern": "Z$"}
_DETAILS: Final[Mapping[type[BaseModel], Mapping[str, Schema]]] = {
    DocumentAttachments: {
        "outcome_id": {"description": "The same whenever the same is told: drop repeats by it."},
        "occurred_at": _INSTANT,
        "request_id": {"description": "The request whose shipment named the files."},
        "attachments": {"description": "All of them as they stand now, in place of those told before."},
    },
    ChangedDocument: {"currency": {"description": "As the outcome has it."}},
    ReportedAttachment: {
        "name": {"description": "As the shipment calls it."},
        "status": {"enum": [each.value for each in AttachmentStatus], "description": "New ones may come."},
        "file_name": {"description": "What it is called in Xero."},
        "sha256": {"description": "Of its bytes, in hex."},
        "size": {"description": "Of its bytes."},
        "problem": {"description": "Why it is not there, as an outcome's warning says it."},
    },
    Problem: {"code": {"type": "string", "description": "Stable; docs/errors.md explains each. New ones may come."}},
}


def attachments_to_wire(told: DocumentAttachments) -> dict[str, Any]:
    """The event's object, ready for any JSON encoder."""
    return told.model_dump(mode="json") | {"occurred_at": rfc3339(told.occurred_at)}


def encode_attachments(told: DocumentAttachments) -> bytes:
    """Its JSON; the same gives the same bytes. Raises ValueError for a time without a zone."""
    return orjson.dumps(attachments_to_wire(told))


def decode_attachments(value: bytes) -> DocumentAttachments:
    """Read it back; keys that a newer writer added are ignored. Raises ValueError for bytes that are none."""
    return DocumentAttachments.model_validate(orjson.loads(value))


def attachments_headers(told: DocumentAttachments) -> list[tuple[str, bytes]]:
    """The CloudEvents attributes."""
    return cloud_event_headers(told, ATTACHMENTS_SCHEMA_ID)


def attachments_schema() -> dict[str, Any]:
    """The schema as a JSON value (draft 2020-12)."""
    return {
        "$schema": DIALECT,
        "$id": ATTACHMENTS_SCHEMA_ID,
        "title": "Document attachments",
        "description": (
            "Another value of accounting.sync-outcomes.v1, under the same key company_id/shipment_id: which of the "
            "files that the shipment names are on its document, and why others are not. Its header ce_type is "
            "accounting.document_attachments. It changes no outcome. New fields may come; none is renamed."
        ),
        **wire_schema(DocumentAttachments, _DETAILS),
    }
