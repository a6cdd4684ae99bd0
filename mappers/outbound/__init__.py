"""What people and services read: outcomes as JSON, links into Xero, and the catalogue of errors."""

from mappers.outbound.links import document_ref
from mappers.outbound.outcome_json import decode_outcome, encode_outcome, outcome_headers, outcome_to_wire
from mappers.outbound.xero_messages import is_number_taken, refusals, xero_warnings

__all__ = [
    "decode_outcome",
    "document_ref",
    "encode_outcome",
    "is_number_taken",
    "outcome_headers",
    "outcome_to_wire",
    "refusals",
    "xero_warnings",
]
