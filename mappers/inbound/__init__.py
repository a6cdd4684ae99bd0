"""Reads a status change from its bytes and says what it asks for: a request, a dead letter, or nothing."""

from mappers.inbound.bare_letter import bare_letter, letter_size
from mappers.inbound.dead_letter import Coordinates, Poison, PoisonReason, dead_letter_headers
from mappers.inbound.fields import ID_LENGTH, MAX_REVISION
from mappers.inbound.letter_schema import dead_letter_schema
from mappers.inbound.published_schema import status_change_schema
from mappers.inbound.redrive import (
    Headers,
    Redriven,
    SentAgain,
    letter_header,
    redriven,
    sent_again,
    sent_again_header,
    why_not_again,
)
from mappers.inbound.status_change import EventFault, EventRefusal, StatusChange, read_event, refusal_of, subject_of
from mappers.inbound.strict_json import DEFAULT_LIMIT, Malformed, decode
from mappers.inbound.triggers import exact_json, sync_now_refusal, to_request, trigger_of, why_not_ours

__all__ = [
    "DEFAULT_LIMIT",
    "ID_LENGTH",
    "MAX_REVISION",
    "Coordinates",
    "EventFault",
    "EventRefusal",
    "Headers",
    "Malformed",
    "Poison",
    "PoisonReason",
    "Redriven",
    "SentAgain",
    "StatusChange",
    "bare_letter",
    "dead_letter_headers",
    "dead_letter_schema",
    "decode",
    "exact_json",
    "letter_header",
    "letter_size",
    "read_event",
    "redriven",
    "refusal_of",
    "sent_again",
    "sent_again_header",
    "status_change_schema",
    "subject_of",
    "sync_now_refusal",
    "to_request",
    "trigger_of",
    "why_not_again",
    "why_not_ours",
]
