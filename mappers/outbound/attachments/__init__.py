"""What is told of a shipment's files: the event, and the entries of the catalogue of errors."""

from mappers.outbound.attachments.causes import attachment_cause, is_of_attachments, lacking
from mappers.outbound.attachments.entries import ATTACHMENT_ERRORS
from mappers.outbound.attachments.event import (
    ATTACHMENTS_TYPE,
    attachments_headers,
    attachments_schema,
    attachments_to_wire,
    decode_attachments,
    encode_attachments,
)

__all__ = [
    "ATTACHMENTS_TYPE",
    "ATTACHMENT_ERRORS",
    "attachment_cause",
    "attachments_headers",
    "attachments_schema",
    "attachments_to_wire",
    "decode_attachments",
    "encode_attachments",
    "is_of_attachments",
    "lacking",
]
