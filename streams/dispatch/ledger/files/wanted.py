"""What a request that was answered wants done about files, and what the row remembers of those that were put. Pure."""

from datetime import datetime
from typing import Final

from mappers.inbound.attachments import Unwanted, wanted_attachments
from mappers.model import (
    AttachmentStatus,
    ChangedDocument,
    DocumentRef,
    PutFile,
    ReportedAttachment,
    SyncRequest,
    WantedAttachment,
)
from streams.dispatch.ledger.files.work import AttachmentWork, WantedFile

MOST_REMEMBERED: Final = 20
"""Files of a row: some 4 kB. Two contents of each of ten names; what is forgotten is not replaced any more."""


def wanted_files(request: SyncRequest, ref: DocumentRef, now: datetime) -> AttachmentWork | None:
    """The work; None where the shipment names no files."""
    wanted = wanted_attachments(request.shipment)
    if not wanted:
        return None
    document = ChangedDocument.of(ref)
    return AttachmentWork(request_id=request.request_id, document=document, files=tuple(map(_file, wanted)), due_at=now)


def remembering(known: tuple[PutFile, ...], file: PutFile) -> tuple[PutFile, ...]:
    """With this one as the newest; those of another document are forgotten."""
    others = (each for each in known if each.xero_id == file.xero_id and each != file)
    return (*others, file)[-MOST_REMEMBERED:]


def _file(wanted: WantedAttachment | Unwanted) -> WantedFile:
    if isinstance(wanted, WantedAttachment):
        return WantedFile(wanted=wanted)
    left = ReportedAttachment(name=wanted.name, status=AttachmentStatus.LEFT, problem=wanted.problem)
    return WantedFile(report=left)
