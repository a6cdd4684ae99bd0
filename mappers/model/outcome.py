"""The result of a request: the contract's outcome event (6.2) and its ids."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field

from mappers.model.problem import Problem

# The project's own namespace, never to be changed: outcome ids must come out the same after any restart.
OUTCOME_NAMESPACE = UUID("6f0a2d0e-8c57-5c39-9f4e-3f1d2a7b9c10")


class Status(StrEnum):
    """The outcome's status; every one but WAITING is terminal."""

    PROCESSED = "PROCESSED"
    REJECTED = "REJECTED"
    WAITING = "WAITING"
    SKIPPED = "SKIPPED"


class Action(StrEnum):
    """What was done in Xero for a PROCESSED request."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    RECOVERED = "recovered"


class WaitingReason(StrEnum):
    """Why a request waits."""

    OUT_OF_QUOTA = "out_of_quota"
    DISCONNECTED = "disconnected"
    UNAVAILABLE = "unavailable"
    PAUSED = "paused"


def is_absent(value: object) -> bool:
    """What was stored before a field existed is written again as it was: without it."""
    return value is None


class DocumentRef(BaseModel):
    """The document a shipment became. Amounts are decimal strings in `currency`, as Xero replied them.

    `sub_total` and `total_tax` are absent where Xero did not say, and in what versions before them wrote.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["invoice", "quote"]
    number: str
    xero_id: str
    xero_status: str
    sub_total: str | None = Field(default=None, exclude_if=is_absent)
    total_tax: str | None = Field(default=None, exclude_if=is_absent)
    total: str
    currency: str
    url: str
    content_hash: str


class Waiting(BaseModel):
    """Why a request waits. `resume_at` is UTC, None where an event and not time releases it.

    `reason` is a WaitingReason; any text is read, for another version may have written the outcome.
    """

    model_config = ConfigDict(frozen=True)

    reason: str
    resume_at: datetime | None = None
    for_: tuple[str, ...] = ()  # On the wire the key is `for`: see `outcome_to_wire`.


class Outcome(BaseModel):
    """One line of the integration log."""

    model_config = ConfigDict(frozen=True)

    outcome_id: UUID
    event_type: Literal["accounting.sync_outcome"] = "accounting.sync_outcome"
    schema_version: Literal[1] = 1
    occurred_at: datetime
    company_id: str
    shipment_id: str
    revision: int | None
    request_id: UUID
    event_id: str
    trigger: str
    attempt: int = 1
    status: Status
    action: Action | None = None
    document: DocumentRef | None = None
    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    waiting: Waiting | None = None
    requested_by: str | None = Field(default=None, exclude_if=is_absent)


def outcome_id(request_id: UUID, status: Status) -> UUID:
    """UUIDv5 of (request id, status), so that a repeated answer is the same outcome (architecture §3)."""
    return uuid5(OUTCOME_NAMESPACE, f"{request_id}/{status}")


def outcome_key(company_id: str, shipment_id: str) -> bytes:
    """The Kafka key of a shipment's events and outcomes: `company_id/shipment_id`."""
    return f"{company_id}/{shipment_id}".encode()
