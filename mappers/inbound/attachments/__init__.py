"""The files that a shipment refers to: which are wanted, what they are called, and from where they may come."""

from mappers.inbound.attachments.file_names import file_name_for
from mappers.inbound.attachments.references import (
    FilePlace,
    Reference,
    UnusableReferenceError,
    WebPlace,
    place_of,
    reference_in,
)
from mappers.inbound.attachments.sources import is_allowed, source_in
from mappers.inbound.attachments.wanted import ATTACHMENTS, Unwanted, wanted_attachments

__all__ = [
    "ATTACHMENTS",
    "FilePlace",
    "Reference",
    "UnusableReferenceError",
    "Unwanted",
    "WebPlace",
    "file_name_for",
    "is_allowed",
    "place_of",
    "reference_in",
    "source_in",
    "wanted_attachments",
]
