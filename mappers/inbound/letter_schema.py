"""The schema of a dead letter's headers (contract 6.3); its words, limits and reasons are those of the writers."""

from typing import Any, Final

from mappers.inbound.bare_letter import KEPT_HEADERS, KEPT_KEY, KEPT_OF_EACH
from mappers.inbound.dead_letter import DLQ_PREFIX, MAX_MESSAGE, PoisonReason

_WHOLE: Final = {"type": "string", "pattern": "^[0-9]+$"}
_SHA256: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_ALWAYS: Final[dict[str, dict[str, Any]]] = {
    "reason": {
        "enum": [each.value for each in PoisonReason],
        "description": "Stable. Here are those of this version; new ones may come.",
    },
    "message": {"type": "string", "maxLength": MAX_MESSAGE, "description": "For the person who reads it."},
    "topic": {"type": "string", "description": "Where the record is."},
    "partition": _WHOLE,
    "offset": _WHOLE | {"description": "Of the record, or of the first that could not be read."},
    "failed_at": {"type": "string", "format": "date-time", "pattern": "Z$"},
    "worker_version": {"type": "string"},
}
_WHERE_LEFT_OUT: Final[dict[str, dict[str, Any]]] = {
    "last_offset": _WHOLE | {"description": "The last of the records that could not be read."},
    "value_bytes": _WHOLE | {"description": "Size of a value that is left out."},
    "value_sha256": _SHA256,
    "key_bytes": _WHOLE | {"description": f"Size of a key of which only the first {KEPT_KEY} bytes are here."},
    "key_sha256": _SHA256,
    "headers": _WHOLE
    | {"description": f"How many the record has; here are {KEPT_HEADERS} at most, {KEPT_OF_EACH} characters of each."},
    "headers_bytes": _WHOLE,
    "headers_sha256": _SHA256,
}


def dead_letter_schema() -> dict[str, Any]:
    """The schema of the headers as one object of texts, by name, as a JSON value (draft 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:shipledger:schema:dead-letter-headers:1",
        "title": "Headers of a dead letter",
        "description": (
            "Headers of shipment.dead-letters.v1 as UTF-8, beside the record's own. Key and value are the record's. "
            "New headers may come; none is renamed."
        ),
        "type": "object",
        "required": [DLQ_PREFIX + name for name in _ALWAYS],
        "properties": {DLQ_PREFIX + name: each for name, each in (_ALWAYS | _WHERE_LEFT_OUT).items()},
    }
