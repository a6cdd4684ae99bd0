"""From the bytes of a status change to what it asks for: a request, a dead letter, or nothing."""

from mappers.inbound.dead_letter import Coordinates, Poison, PoisonReason, dead_letter_headers
from mappers.inbound.status_change import StatusChange, read_event
from mappers.inbound.strict_json import DEFAULT_LIMIT, Malformed, decode
from mappers.inbound.triggers import decide, exact_json, sync_now_refusal, to_request

__all__ = [
    "DEFAULT_LIMIT",
    "Coordinates",
    "Malformed",
    "Poison",
    "PoisonReason",
    "StatusChange",
    "dead_letter_headers",
    "decide",
    "decode",
    "exact_json",
    "read_event",
    "sync_now_refusal",
    "to_request",
]
