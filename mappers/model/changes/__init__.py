"""What people do in Xero to documents of ours, as an event that others read."""

from mappers.model.changes.document_change import (
    ChangedDocument,
    ChangeKind,
    DocumentChange,
    DocumentState,
    change_id,
)

__all__ = [
    "ChangeKind",
    "ChangedDocument",
    "DocumentChange",
    "DocumentState",
    "change_id",
]
