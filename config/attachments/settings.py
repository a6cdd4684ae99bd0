"""The files of shipments that are put on documents; from where they may come is said by `attachments_from`."""

import ssl
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator

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
    ssl_cafile: Path | None = Field(
        default=None, description="PEM file of the authority of the places; unset: the system's"
    )

    @field_validator("ssl_cafile")
    @classmethod
    def _is_readable(cls, value: Path | None) -> Path | None:
        if value is not None:
            try:
                ssl.create_default_context(cafile=str(value))
            except OSError as error:
                raise ValueError(f"{value} cannot be used: {error.strerror or error}") from None
        return value

    def tls(self) -> ssl.SSLContext:
        """How the places of files prove who they are."""
        return ssl.create_default_context(cafile=None if self.ssl_cafile is None else str(self.ssl_cafile))
