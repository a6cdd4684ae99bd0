"""The event `accounting.document_changed`: somebody did something in Xero to a document that a shipment became."""

from datetime import datetime
from enum import StrEnum
from typing import Literal, Self
from uuid import UUID, uuid5

import orjson
from pydantic import BaseModel, ConfigDict, Field

from mappers.model.outcome import DocumentRef, is_absent

# The project's own namespace, never to be changed: the same change must have the same id after any restart.
CHANGE_NAMESPACE = UUID("c1d5f6a4-2b7e-5d0c-9a63-7e0b8f4a1d26")


class ChangeKind(StrEnum):
    """What was done. Of one look at a document there may be several: edited, then sent, then paid."""

    EDITED = "edited"
    SENT = "sent"
    STATUS_CHANGED = "status_changed"
    """Approved, accepted, declined, invoiced: its Xero status is another, and none of the other kinds says why."""
    PART_PAID = "part_paid"
    PAID = "paid"
    UNPAID = "unpaid"
    """A payment was taken back: nothing is paid any more."""
    VOIDED = "voided"
    DELETED = "deleted"


class DocumentState(BaseModel):
    """A document at one moment. Amounts are decimal strings, as Xero replied them; what is not known is absent."""

    model_config = ConfigDict(frozen=True)

    xero_status: str
    number: str
    sub_total: str | None = Field(default=None, exclude_if=is_absent)
    total_tax: str | None = Field(default=None, exclude_if=is_absent)
    total: str | None = Field(default=None, exclude_if=is_absent)
    amount_paid: str | None = Field(default=None, exclude_if=is_absent)
    amount_credited: str | None = Field(default=None, exclude_if=is_absent)
    sent_to_contact: bool | None = Field(default=None, exclude_if=is_absent)


class ChangedDocument(BaseModel):
    """Which document it is. All amounts of the event are in its `currency`."""

    model_config = ConfigDict(frozen=True)

    type: Literal["invoice", "quote"]
    number: str
    xero_id: str
    currency: str
    url: str

    @classmethod
    def of(cls, ref: DocumentRef) -> Self:
        """The document of an outcome."""
        return cls(type=ref.type, number=ref.number, xero_id=ref.xero_id, currency=ref.currency, url=ref.url)


class DocumentChange(BaseModel):
    """One change of a document, as it is published.

    `occurred_at` is when it was noticed, `updated_at` when Xero last changed the document; absent where Xero did not
    say. `before` is what was known of it, from the last look or our own write.
    """

    model_config = ConfigDict(frozen=True)

    outcome_id: UUID
    event_type: Literal["accounting.document_changed"] = "accounting.document_changed"
    schema_version: Literal[1] = 1
    occurred_at: datetime
    company_id: str
    shipment_id: str
    change: ChangeKind
    document: ChangedDocument
    before: DocumentState
    after: DocumentState
    updated_at: datetime | None = Field(default=None, exclude_if=is_absent)


def change_id(xero_id: str, kind: ChangeKind, after: DocumentState, updated_at: datetime | None) -> UUID:
    """UUIDv5 of the document, the change, and the version of the document that shows it."""
    version = None if updated_at is None else updated_at.isoformat()
    state = after.model_dump(mode="json")
    name = orjson.dumps([xero_id, kind.value, version, state], option=orjson.OPT_SORT_KEYS)
    return uuid5(CHANGE_NAMESPACE, name.decode())
