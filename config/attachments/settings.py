"""The files of shipments that are put on documents; from where they may come is said by `attachments_from`."""

import ssl

from pydantic import BaseModel, ConfigDict, Field

from config.authority import AuthorityFile, trusting
from mappers.model import LARGEST_ATTACHMENT
from streams.dispatch.settings import FilesSettings

_FILES = FilesSettings()


class AttachmentSettings(BaseModel):
    """`SHIPLEDGER_ATTACHMENTS__…`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    day_share: float = Field(
        default=_FILES.day_share,
        gt=0.0,
        le=0.8,
        description="most of an organisation's calls a day that files may take; writes go first",
    )
    max_bytes: int = Field(
        default=LARGEST_ATTACHMENT, ge=1, le=LARGEST_ATTACHMENT, description="a longer file is left, with a warning"
    )
    timeout_seconds: float = Field(
        default=_FILES.read_seconds, gt=0.0, le=300.0, description="until all of a file is there; it is tried again"
    )
    ssl_cafile: AuthorityFile = Field(
        default=None, description="PEM file of the authority of the places; unset: the system's"
    )

    def tls(self) -> ssl.SSLContext:
        """How the places of files prove who they are."""
        return trusting(self.ssl_cafile)
