"""Files that belong to a shipment: what is wanted, what is on the document, and what is told of it."""

from mappers.model.attachments.attachment import (
    LARGEST_ATTACHMENT,
    MOST_ATTACHMENTS,
    ListedFile,
    PutFile,
    WantedAttachment,
    sha256_of,
)
from mappers.model.attachments.report import (
    AttachmentStatus,
    DocumentAttachments,
    ReportedAttachment,
    attachments_id,
)

__all__ = [
    "LARGEST_ATTACHMENT",
    "MOST_ATTACHMENTS",
    "AttachmentStatus",
    "DocumentAttachments",
    "ListedFile",
    "PutFile",
    "ReportedAttachment",
    "WantedAttachment",
    "attachments_id",
    "sha256_of",
]
