"""Notes: what a company's people are told when something new waits for them, and its published schema."""

from mappers.outbound.notes.attention_note import (
    MOST_CAUSES,
    NOTE_TYPE,
    AttentionNote,
    NoteData,
    NotedCause,
    NotedMoney,
    attention_note,
    note_body,
)
from mappers.outbound.notes.note_schema import attention_note_schema
from mappers.outbound.notes.signature import webhook_key, webhook_signatures, why_not_a_webhook_secret

__all__ = [
    "MOST_CAUSES",
    "NOTE_TYPE",
    "AttentionNote",
    "NoteData",
    "NotedCause",
    "NotedMoney",
    "attention_note",
    "attention_note_schema",
    "note_body",
    "webhook_key",
    "webhook_signatures",
    "why_not_a_webhook_secret",
]
