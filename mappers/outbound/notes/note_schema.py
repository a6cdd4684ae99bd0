"""The schema of a note's body, made from its model."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from mappers.model import Place
from mappers.outbound.notes.attention_note import AttentionNote, NoteData, NotedCause, NotedMoney
from mappers.outbound.wire_schema import DIALECT, Schema, wire_schema

_INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "pattern": "Z$"}
_DETAILS: Final[Mapping[type[BaseModel], Mapping[str, Schema]]] = {
    AttentionNote: {"timestamp": _INSTANT | {"description": "When the note was made."}},
    NoteData: {
        "company_id": {"description": "The company's id in the profile."},
        "more_causes": {"minimum": 0, "description": "How many further causes are new."},
        "url": {"format": "uri", "description": "The company's page of what waits."},
    },
    NotedCause: {
        "status": {"description": "As in the outcomes; PROCESSED where a document in Xero differs or lacks a file."},
        "code": {"description": "An error's code, or why the shipments wait (docs/errors.md)."},
        "message": {"description": "In the words of one of the shipments."},
        "shipments": {"minimum": 0, "description": "How many stand under it."},
        "since": {"format": "date-time", "description": "Since when shipments stand under it without a break."},
        "who": {"description": "Who removes it, in the words of docs/errors.md."},
        "where": {
            "type": "array",
            "items": {"enum": [each.value for each in Place]},
            "description": "Where it is removed. New places may come.",
        },
        "how": {"description": "What to do."},
        "xero_url": {"format": "uri", "description": "The page in Xero where it is removed."},
        "url": {"format": "uri", "description": "The page of its shipments."},
    },
    NotedMoney: {"amount": {"pattern": r"^-?[0-9]+(\.[0-9]+)?$", "description": "The sum of their item values."}},
}


def attention_note_schema() -> dict[str, Any]:
    """The schema as a JSON value (draft 2020-12)."""
    return {
        "$schema": DIALECT,
        "$id": "urn:shipledger:schema:attention-note:1",
        "title": "Attention note",
        "description": (
            "Body of the webhook that tells what is new among the things that wait for people. Signed by Standard "
            "Webhooks; the header webhook-id is the same for each repeat. New fields may come; none is renamed."
        ),
        **wire_schema(AttentionNote, _DETAILS),
    }
