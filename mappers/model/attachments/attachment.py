"""A file on its way from a shipment to its document in Xero."""

import hashlib
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from mappers.model.outcome import is_absent

MOST_ATTACHMENTS: Final = 10
"""On one document (developer.xero.com, "Attachments")."""
LARGEST_ATTACHMENT: Final = 10_000_000
"""Bytes of one; the same page has said 3, 10 and 25 MB over the years, and 10 is what others build on."""


class WantedAttachment(BaseModel):
    """A file that the shipment wants on its document: `name` as the shipment says, `file_name` as Xero gets it."""

    model_config = ConfigDict(frozen=True)

    name: str
    file_name: str
    reference: str
    sha256: str | None = Field(default=None, exclude_if=is_absent)


class PutFile(BaseModel):
    """A file that we have put on the document, or are about to: what lies there under this name is ours to replace."""

    model_config = ConfigDict(frozen=True)

    xero_id: str
    """The document's."""
    file_name: str
    sha256: str
    size: int


class ListedFile(NamedTuple):
    """A file that Xero shows on a document; `size` is None where it does not say."""

    attachment_id: str
    file_name: str
    size: int | None


def sha256_of(content: bytes) -> str:
    """In hex."""
    return hashlib.sha256(content).hexdigest()
