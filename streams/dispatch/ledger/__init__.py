"""The durable work queue: its records, how they change, and the transactions that store them."""

from streams.dispatch.ledger.codec import (
    OWNER_KEY,
    decode,
    decode_key,
    encode_key,
    encode_value,
    read_owners,
)
from streams.dispatch.ledger.files import AttachmentWork, WantedFile
from streams.dispatch.ledger.group_commit import GroupCommit, PartitionLostError, Submits, Transactions
from streams.dispatch.ledger.indexing import index, to_micros
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import DeadLetter, LedgerTransaction
from streams.dispatch.ledger.owners import Owner, Owners
from streams.dispatch.ledger.rates import AcceptedRate, ForgetRates
from streams.dispatch.ledger.records import (
    OWNER,
    Intent,
    NightlyWalk,
    NumberReservation,
    Row,
    RowKey,
    State,
    StoredBackoff,
    SyncedDocument,
    Target,
    WaitReason,
    WatchedSince,
    WatchPosition,
)
from streams.dispatch.ledger.remembered import remembered_document, update_warnings
from streams.dispatch.ledger.rows import UnreadableRecord, UnreadableRecords, instead_of, sent_rows
from streams.dispatch.ledger.transactions import PartitionProducer, ProducerSettings
from streams.dispatch.ledger.transitions import IntakeResult, Refusal
from streams.dispatch.ledger.update import BeginUpdate, LedgerUpdate

__all__ = [
    "OWNER",
    "OWNER_KEY",
    "AcceptedRate",
    "AttachmentWork",
    "BeginUpdate",
    "DeadLetter",
    "ForgetRates",
    "GroupCommit",
    "IntakeResult",
    "Intent",
    "Ledger",
    "LedgerTransaction",
    "LedgerUpdate",
    "NightlyWalk",
    "NumberReservation",
    "Owner",
    "Owners",
    "PartitionLostError",
    "PartitionProducer",
    "ProducerSettings",
    "Refusal",
    "Row",
    "RowKey",
    "State",
    "StoredBackoff",
    "Submits",
    "SyncedDocument",
    "Target",
    "Transactions",
    "UnreadableRecord",
    "UnreadableRecords",
    "WaitReason",
    "WantedFile",
    "WatchPosition",
    "WatchedSince",
    "decode",
    "decode_key",
    "encode_key",
    "encode_value",
    "index",
    "instead_of",
    "read_owners",
    "remembered_document",
    "sent_rows",
    "to_micros",
    "update_warnings",
]
