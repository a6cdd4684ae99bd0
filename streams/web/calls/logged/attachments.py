"""How a shipment's files stand, as the API answers it. New fields may come; none is renamed."""

from typing import Any

from pydantic import BaseModel, Field

from mappers.model import ShipmentLog


class AttachmentProblem(BaseModel):
    """Why a file is not on the document; docs/errors.md explains the codes, and new ones may come."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    field: str | None
    value: str | None
    message: str
    hint: str


class LoggedAttachment(BaseModel):
    """One file; what is not known of it is absent."""

    name: str = Field(description="As the shipment calls it.")
    status: str = Field(description="attached, waiting (it is tried again) or left; new ones may come.")
    file_name: str = Field(default="", description="What it is called in Xero.")
    sha256: str = Field(default="", description="Of its bytes, in hex.")
    size: int = Field(default=0, description="Of its bytes.", json_schema_extra={"format": "int64"})
    problem: AttachmentProblem = Field(default=None, description="Absent where it is on the document.")  # type: ignore[assignment]  # Absent, never null.


def attachments_of(log: ShipmentLog) -> dict[str, Any]:
    """The files as part of an answer; absent where nothing was said of any."""
    return {} if log.attachments is None else {"attachments": log.attachments.event["attachments"]}
