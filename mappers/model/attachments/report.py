"""The event `accounting.document_attachments`: which files are on a document, and why others are not."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid5

import orjson
from pydantic import BaseModel, ConfigDict, Field

from mappers.model.changes import ChangedDocument
from mappers.model.outcome import is_absent
from mappers.model.problem import Problem

# The project's own namespace, never to be changed.
ATTACHMENTS_NAMESPACE = UUID("b7a9c1de-3c0f-5d8e-9a63-0d5f7e1c2b48")


class AttachmentStatus(StrEnum):
    """Where a file stands."""

    ATTACHED = "attached"
    WAITING = "waiting"
    """It could not be put there yet, and is tried again."""
    LEFT = "left"
    """It is not tried again before the shipment is sent again."""


class ReportedAttachment(BaseModel):
    """One file. `file_name` and `sha256` are those on the document; `problem` says why one is not there."""

    model_config = ConfigDict(frozen=True)

    name: str
    status: AttachmentStatus
    file_name: str | None = Field(default=None, exclude_if=is_absent)
    sha256: str | None = Field(default=None, exclude_if=is_absent)
    size: int | None = Field(default=None, exclude_if=is_absent)
    problem: Problem | None = Field(default=None, exclude_if=is_absent)

    @property
    def is_final(self) -> bool:
        """Whether nothing more is done about it."""
        return self.status is not AttachmentStatus.WAITING


class DocumentAttachments(BaseModel):
    """All files of a shipment as they stand now, as it is published; `request_id` is the request that wanted them."""

    model_config = ConfigDict(frozen=True)

    outcome_id: UUID
    event_type: Literal["accounting.document_attachments"] = "accounting.document_attachments"
    schema_version: Literal[1] = 1
    occurred_at: datetime
    company_id: str
    shipment_id: str
    request_id: UUID
    document: ChangedDocument
    attachments: tuple[ReportedAttachment, ...]


def attachments_id(request_id: UUID, xero_id: str, attachments: tuple[ReportedAttachment, ...]) -> UUID:
    """UUIDv5 of the request, the document, and how its files stand."""
    told = [each.model_dump(mode="json") for each in attachments]
    name = orjson.dumps([str(request_id), xero_id, told], option=orjson.OPT_SORT_KEYS)
    return uuid5(ATTACHMENTS_NAMESPACE, name.decode())
