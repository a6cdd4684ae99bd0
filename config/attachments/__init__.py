"""The files of shipments that are put on documents: their limits, and the scope that they need."""

from config.attachments.scopes import scopes_for
from config.attachments.settings import AttachmentSettings

__all__ = ["AttachmentSettings", "scopes_for"]
