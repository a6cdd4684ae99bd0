"""What people do in Xero to documents of ours, as an event that others read."""

from mappers.model.changes.document_change import (
    ChangedDocument,
    ChangeKind,
    DocumentChange,
    DocumentState,
    change_id,
)
from mappers.model.changes.document_drift import Difference, DocumentDrift, DriftKind, drift_id
from mappers.model.changes.look_at import COMMAND_HEADER, LOOK_AT, LOOKS_AT_MOST, LookAt, NoticedDocument

__all__ = [
    "COMMAND_HEADER",
    "LOOKS_AT_MOST",
    "LOOK_AT",
    "ChangeKind",
    "ChangedDocument",
    "Difference",
    "DocumentChange",
    "DocumentDrift",
    "DocumentState",
    "DriftKind",
    "LookAt",
    "NoticedDocument",
    "change_id",
    "drift_id",
]
