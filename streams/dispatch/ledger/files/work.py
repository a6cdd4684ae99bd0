"""The ledger's record of a shipment's files that are not all on its document: what is still to be done."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from mappers.model import ChangedDocument, ReportedAttachment, WantedAttachment


class WantedFile(BaseModel):
    """One file, and how it stands; `wanted` is None for an entry of the shipment that cannot be used."""

    model_config = ConfigDict(frozen=True)

    wanted: WantedAttachment | None = None
    report: ReportedAttachment | None = None
    """None before the first try."""

    @property
    def is_open(self) -> bool:
        """Whether there is something to be done about it."""
        return self.wanted is not None and (self.report is None or not self.report.is_final)


class AttachmentWork(BaseModel):
    """Made in the transaction that answers the request, and forgotten in the one that tells of the last file.

    `tries` counts those that were begun: what ends the process with each try comes to an end too.
    """

    model_config = ConfigDict(frozen=True)

    request_id: UUID
    document: ChangedDocument
    files: tuple[WantedFile, ...]
    tries: int = 0
    due_at: AwareDatetime
    schema_version: Literal[1] = 1

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to be done."""
        return not any(each.is_open for each in self.files)
