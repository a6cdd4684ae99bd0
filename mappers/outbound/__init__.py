"""What people and other services read: outcomes as JSON, links into Xero, Xero's messages, the catalogue of errors."""

from mappers.outbound.attachments import (
    ATTACHMENTS_TYPE,
    attachments_headers,
    attachments_schema,
    attachments_to_wire,
    decode_attachments,
    encode_attachments,
)
from mappers.outbound.change_event import (
    CHANGE_TYPE,
    change_headers,
    change_schema,
    change_to_wire,
    decode_change,
    encode_change,
)
from mappers.outbound.drift import (
    DRIFT_CODES,
    DRIFT_TYPE,
    decode_drift,
    drift_cause,
    drift_headers,
    drift_message,
    drift_schema,
    drift_to_wire,
    encode_drift,
)
from mappers.outbound.links import document_ref, master_data_url, short_code_in
from mappers.outbound.notes import (
    MOST_CAUSES,
    AttentionNote,
    NoteData,
    NotedCause,
    NotedMoney,
    attention_note,
    attention_note_schema,
    note_body,
    webhook_key,
    webhook_signatures,
    why_not_a_webhook_secret,
)
from mappers.outbound.outcome_json import decode_outcome, encode_outcome, outcome_headers, outcome_to_wire
from mappers.outbound.outcome_schema import outcome_headers_schema, outcome_schema
from mappers.outbound.pause_schema import company_pause_schema
from mappers.outbound.remedies import remedy_for
from mappers.outbound.request_schema import sync_request_schema
from mappers.outbound.wording import (
    amount_in_words,
    change_in_words,
    differences_in_words,
    status_in_words,
    trigger_in_words,
    wait_in_words,
)
from mappers.outbound.xero_messages import is_number_taken, lists_in_doubt, xero_errors, xero_warnings

__all__ = [
    "ATTACHMENTS_TYPE",
    "CHANGE_TYPE",
    "DRIFT_CODES",
    "DRIFT_TYPE",
    "MOST_CAUSES",
    "AttentionNote",
    "NoteData",
    "NotedCause",
    "NotedMoney",
    "amount_in_words",
    "attachments_headers",
    "attachments_schema",
    "attachments_to_wire",
    "attention_note",
    "attention_note_schema",
    "change_headers",
    "change_in_words",
    "change_schema",
    "change_to_wire",
    "company_pause_schema",
    "decode_attachments",
    "decode_change",
    "decode_drift",
    "decode_outcome",
    "differences_in_words",
    "document_ref",
    "drift_cause",
    "drift_headers",
    "drift_message",
    "drift_schema",
    "drift_to_wire",
    "encode_attachments",
    "encode_change",
    "encode_drift",
    "encode_outcome",
    "is_number_taken",
    "lists_in_doubt",
    "master_data_url",
    "note_body",
    "outcome_headers",
    "outcome_headers_schema",
    "outcome_schema",
    "outcome_to_wire",
    "remedy_for",
    "short_code_in",
    "status_in_words",
    "sync_request_schema",
    "trigger_in_words",
    "wait_in_words",
    "webhook_key",
    "webhook_signatures",
    "why_not_a_webhook_secret",
    "xero_errors",
    "xero_warnings",
]
