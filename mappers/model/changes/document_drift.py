"""The event `accounting.document_drifted`: what Xero has is not what the ledger knows, and nobody has told it."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid5

import orjson
from pydantic import BaseModel, ConfigDict, Field

from mappers.model.changes.document_change import ChangedDocument
from mappers.model.outcome import is_absent

# The project's own namespace, never to be changed.
DRIFT_NAMESPACE = UUID("5b0f3f0e-94c7-5a2d-8d0b-3c7a6e21f9d4")


class DriftKind(StrEnum):
    """In what they differ."""

    MISSING = "missing"
    """Xero does not know the document."""
    DELETED = "deleted"
    VOIDED = "voided"
    AMOUNT = "amount"
    CURRENCY = "currency"
    NUMBER = "number"
    REFERENCE_TWICE = "reference_twice"
    """Another document of ours has the same customer, reference, currency and total."""


class Difference(BaseModel):
    """One difference: what the ledger knows and what Xero has, as texts; absent where there is nothing to show."""

    model_config = ConfigDict(frozen=True)

    kind: DriftKind
    ledger: str | None = Field(default=None, exclude_if=is_absent)
    xero: str | None = Field(default=None, exclude_if=is_absent)


class DocumentDrift(BaseModel):
    """In what a document differs, as of the newest comparison, as it is published. No differences: no longer in any."""

    model_config = ConfigDict(frozen=True)

    outcome_id: UUID
    event_type: Literal["accounting.document_drifted"] = "accounting.document_drifted"
    schema_version: Literal[1] = 1
    occurred_at: datetime
    company_id: str
    shipment_id: str
    document: ChangedDocument
    differences: tuple[Difference, ...]


def drift_id(xero_id: str, differences: tuple[Difference, ...], night: datetime) -> UUID:
    """UUIDv5 of the document, its differences, and the beginning of the night in which they were found, or gone."""
    told = [each.model_dump(mode="json") for each in differences]
    return uuid5(
        DRIFT_NAMESPACE, orjson.dumps([xero_id, night.isoformat(), told], option=orjson.OPT_SORT_KEYS).decode()
    )
