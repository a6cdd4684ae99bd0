"""The request the gate hands to the dispatcher: `accounting.sync-requests.v1`, key: the Xero organisation."""

from enum import StrEnum
from typing import Any, Final, Literal
from uuid import UUID, uuid5

import orjson
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mappers.model.problem import Problem

# The project's own namespace, never to be changed: a redelivered event must make the same request again.
REQUEST_NAMESPACE = UUID("2b1c3a52-7a86-5d55-8d0e-51f6c3a4e901")

LARGEST_REQUEST: Final = 900_000
"""In bytes, whoever makes it: it has to leave room for the ledger row around it below the broker's limit (1 MiB)."""


class Trigger(StrEnum):
    """Why a request was made."""

    STATUS = "status"
    SYNC_NOW = "sync_now"
    RELEASED = "released"


class SyncRequest(BaseModel):
    """A snapshot of a shipment that is to be in Xero.

    `shipment` is the event's `shipment` object with every non-integer number as a decimal string, so that no reader
    goes through float. `occurred_at` is the event's, not the request's: it orders versions that have no revision.
    `faults` are fields of the event that could not be read: such a request is rejected with them, never sent;
    `warnings` are for whoever reads the answer to one that is sent.
    `traceparent` is the trace that it belongs to (W3C Trace Context); None where nobody traces it.
    `asked_at` is when somebody or something asked for the request, by Kafka's clock; None where that is not known.
    `requested_by` is the person who pressed Send; None where nobody in particular is known to have.
    """

    model_config = ConfigDict(frozen=True)

    request_id: UUID
    schema_version: Literal[1] = 1
    event_id: str
    company_id: str
    shipment_id: str
    organisation: str
    revision: int | None
    occurred_at: AwareDatetime
    status: str
    trigger: Trigger
    attempt: int = 1
    shipment: dict[str, Any]
    faults: tuple[Problem, ...] = Field(default=(), exclude_if=lambda faults: not faults)
    warnings: tuple[Problem, ...] = Field(default=(), exclude_if=lambda warnings: not warnings)
    asked_at: AwareDatetime | None = Field(default=None, exclude_if=lambda asked_at: asked_at is None)
    traceparent: str | None = Field(default=None, exclude_if=lambda traceparent: traceparent is None)
    requested_by: str | None = Field(default=None, exclude_if=lambda requested_by: requested_by is None)


def request_id(*, event_id: str, company_id: str, shipment_id: str, revision: int | None, trigger: Trigger) -> UUID:
    """UUIDv5 of (event_id, company, shipment, revision, trigger), architecture §3."""
    return uuid5(REQUEST_NAMESPACE, orjson.dumps([event_id, company_id, shipment_id, revision, trigger]).decode())


def encode_request(request: SyncRequest) -> bytes:
    """Canonical JSON bytes of the request."""
    return request.model_dump_json().encode()


def decode_request(value: bytes) -> SyncRequest:
    """Read a request back. Raises pydantic.ValidationError for bytes that our gate did not write."""
    return SyncRequest.model_validate_json(value)
