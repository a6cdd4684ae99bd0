"""A shipment's files as the ledger remembers them: what is still to be done, and what was put on the document."""

from streams.dispatch.ledger.files.wanted import remembering, wanted_files
from streams.dispatch.ledger.files.work import AttachmentWork, WantedFile

__all__ = ["AttachmentWork", "WantedFile", "remembering", "wanted_files"]
