"""The schema of accounting.sync-requests.v1, made from the model of a request."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from mappers.model import Problem, SyncRequest, Trigger
from mappers.outbound.outcome_schema import PROBLEM_DETAILS
from mappers.outbound.wire_schema import DIALECT, Schema, wire_schema

_DETAILS: Final[Mapping[type[BaseModel], Mapping[str, Schema]]] = {
    SyncRequest: {
        "request_id": {"description": "The same for the same event, shipment, revision and trigger."},
        "organisation": {"description": "The id of the Xero organisation (tenant): the record's key."},
        "occurred_at": {"description": "Of the event: orders changes that have no revision."},
        "trigger": {"enum": [each.value for each in Trigger]},
        "attempt": {"description": "Grows when Shipledger asks again by itself."},
        "shipment": {
            "description": "The event's snapshot; every number that is not a whole one is a decimal text.",
        },
        "faults": {"description": "Fields of the event that could not be read: rejected with these, never sent."},
        "warnings": {"description": "For whoever reads the answer."},
        "asked_at": {"description": "When somebody or something asked for it, by Kafka's clock."},
        "requested_by": {"description": "The person who pressed Send; absent where nobody in particular is known."},
    },
    Problem: PROBLEM_DETAILS,
}


def sync_request_schema() -> dict[str, Any]:
    """The schema as a JSON value (draft 2020-12)."""
    return {
        "$schema": DIALECT,
        "$id": "urn:shipledger:schema:sync-request:1",
        "title": "Sync request",
        "description": (
            "Value of accounting.sync-requests.v1, key: the Xero organisation. Between Shipledger's own parts: read it "
            "to watch, do not write it (Send to Accounting is the way to ask). New fields may come; none is renamed."
        ),
        **wire_schema(SyncRequest, _DETAILS),
    }
