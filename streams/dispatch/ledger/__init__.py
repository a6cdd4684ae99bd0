"""The durable work queue: its records, how they change, and the transactions that store them."""

from streams.dispatch.ledger.codec import decode, encode_key, encode_value
from streams.dispatch.ledger.group_commit import GroupCommit, PartitionLostError, Transactions
from streams.dispatch.ledger.ledger import DeadLetter, Ledger, LedgerTransaction
from streams.dispatch.ledger.rates import COMMAND_HEADER, ForgetRates
from streams.dispatch.ledger.records import (
    AcceptedRate,
    Intent,
    NumberReservation,
    Row,
    RowKey,
    State,
    StoredBackoff,
    SyncedDocument,
    Target,
    WaitReason,
)
from streams.dispatch.ledger.restore import restore
from streams.dispatch.ledger.transactions import PartitionProducer, ProducerSettings
from streams.dispatch.ledger.transitions import IntakeResult, Refusal
from streams.dispatch.ledger.update import (
    BeginUpdate,
    LedgerUpdate,
    remembered_document,
    synced_document,
    update_warnings,
)

__all__ = [
    "COMMAND_HEADER",
    "AcceptedRate",
    "BeginUpdate",
    "DeadLetter",
    "ForgetRates",
    "GroupCommit",
    "IntakeResult",
    "Intent",
    "Ledger",
    "LedgerTransaction",
    "LedgerUpdate",
    "NumberReservation",
    "PartitionLostError",
    "PartitionProducer",
    "ProducerSettings",
    "Refusal",
    "Row",
    "RowKey",
    "State",
    "StoredBackoff",
    "SyncedDocument",
    "Target",
    "Transactions",
    "WaitReason",
    "decode",
    "encode_key",
    "encode_value",
    "remembered_document",
    "restore",
    "synced_document",
    "update_warnings",
]
