"""What differs between the ledger and Xero: the event that tells it, and its words for people."""

from mappers.outbound.drift.event import (
    DRIFT_TYPE,
    decode_drift,
    drift_headers,
    drift_schema,
    drift_to_wire,
    encode_drift,
)
from mappers.outbound.drift.words import DRIFT_CODES, drift_cause, drift_message, drift_remedy

__all__ = [
    "DRIFT_CODES",
    "DRIFT_TYPE",
    "decode_drift",
    "drift_cause",
    "drift_headers",
    "drift_message",
    "drift_remedy",
    "drift_schema",
    "drift_to_wire",
    "encode_drift",
]
