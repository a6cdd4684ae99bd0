"""The files of shipments that are put on documents."""

from config.attachments.settings import AttachmentSettings

__all__ = ["AttachmentSettings"]
