"""The schema of accounting.sync-outcomes.v1 (contract 6.2), made from the model of an outcome."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from mappers.model import Action, DocumentRef, Outcome, Problem, Status, Trigger, Waiting, WaitingReason
from mappers.outbound.wire_schema import DIALECT, Schema, wire_schema

OUTCOME_SCHEMA_ID: Final = "urn:shipledger:schema:outcome:1"
"""What the schema is known by, here and in `ce_dataschema`: its last part is the outcomes' `schema_version`.

A name and not an address (CloudEvents 1.0 asks for a URI, not for one that answers): the file comes with the source.
"""

_AMOUNT: Final = r"-?[0-9]+(\.[0-9]+)?"
_INSTANT: Final[Schema] = {"type": "string", "format": "date-time", "pattern": "Z$"}
PROBLEM_DETAILS: Final[Mapping[str, Schema]] = {
    # Not the codes of today: a reader that knows no others would refuse tomorrow's.
    "code": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]*$",
        "description": "Stable; see docs/errors.md. New codes may come.",
    },
    "field": {"description": "Such as lines[0].product_code."},
    "hint": {"description": "Who does what about it."},
}
_DETAILS: Final[Mapping[type[BaseModel], Mapping[str, Schema]]] = {
    Outcome: {
        "outcome_id": {"description": "The same whenever the same request ends the same way: drop repeats by it."},
        "occurred_at": _INSTANT,
        "revision": {"description": "Up to 2^63-1: read it as a 64-bit integer."},
        "trigger": {"enum": [each.value for each in Trigger]},
        "attempt": {"minimum": 1},
        "status": {
            "enum": [each.value for each in Status],
            "description": "All but WAITING are final for their request.",
        },
        "action": {"enum": [*(each.value for each in Action), None]},
        "requested_by": {"description": "Who pressed Send; absent where nobody in particular is known to have."},
    },
    DocumentRef: {
        "sub_total": {
            "pattern": f"^{_AMOUNT}$",
            "description": "Without tax, as Xero replied it; absent where it did not say.",
        },
        "total_tax": {
            "pattern": f"^{_AMOUNT}$",
            "description": "The tax, as Xero replied it; absent where it did not say.",
        },
        "total": {
            "pattern": f"^({_AMOUNT})?$",
            "description": "A decimal in `currency`, as Xero replied it; empty where it did not say.",
        },
    },
    Problem: PROBLEM_DETAILS,
    Waiting: {
        "reason": {
            "description": "New reasons may come.",
            "examples": [each.value for each in WaitingReason],
        },
        "resume_at": {
            "anyOf": [_INSTANT, {"type": "null"}],
            "description": "Null: an event, not time, releases it.",
        },
    },
}


def outcome_schema() -> dict[str, Any]:
    """The schema as a JSON value (draft 2020-12)."""
    made = wire_schema(Outcome, _DETAILS)
    waiting = made["$defs"]["Waiting"]
    # As `outcome_to_wire` spells it.
    waiting["required"] = [name.rstrip("_") for name in waiting["required"]]
    waiting["properties"] = {name.rstrip("_"): each for name, each in waiting["properties"].items()}
    return {
        "$schema": DIALECT,
        "$id": OUTCOME_SCHEMA_ID,
        "title": "Accounting outcome",
        "description": (
            "Value of accounting.sync-outcomes.v1, key company_id/shipment_id. CloudEvents 1.0 attributes are in the "
            "headers (binary mode). New fields may come; none is renamed."
        ),
        **made,
    }


def outcome_headers_schema() -> dict[str, Any]:
    """The schema of an outcome's headers as one object of texts, by name."""
    same = {"ce_specversion": "1.0", "ce_dataschema": OUTCOME_SCHEMA_ID, "content-type": "application/json"}
    told = {
        "ce_id": "The outcome's `outcome_id`.",
        "ce_source": "Who wrote it.",
        "ce_type": "Its `event_type`.",
        "ce_time": "Its `occurred_at`.",
        "ce_subject": "company_id/shipment_id",
        "traceparent": "W3C Trace Context: under which span what follows may be; absent where nobody traces it.",
    }
    properties: dict[str, Schema] = {name: {"const": value} for name, value in same.items()}
    properties |= {name: {"type": "string", "description": text} for name, text in told.items()}
    return {
        "$schema": DIALECT,
        "$id": "urn:shipledger:schema:outcome-headers:1",
        "title": "Headers of an outcome",
        "description": (
            "CloudEvents 1.0, Kafka binding, binary mode, as UTF-8. A reader may ignore them all. Outcomes of version "
            "0.1 lack `ce_dataschema`. New headers may come; none is renamed."
        ),
        "type": "object",
        "required": sorted({*same, *told} - {"ce_dataschema", "traceparent"}),
        "properties": properties,
    }
