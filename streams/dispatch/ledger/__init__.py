"""The durable work queue: its records, how they change, and the transactions that store them."""

from streams.dispatch.ledger.codec import encode_key, encode_value
from streams.dispatch.ledger.group_commit import Journal, PartitionLostError, Transactions
from streams.dispatch.ledger.intake import Taken, take
from streams.dispatch.ledger.ledger import DeadLetter, Ledger, Step
from streams.dispatch.ledger.records import Became, Claim, Hold, Intent, Rest, Row, RowKey, State, Target
from streams.dispatch.ledger.restore import restore
from streams.dispatch.ledger.transactions import PartitionProducer, ProducerSettings
from streams.dispatch.ledger.unit_of_work import Settlement, became

__all__ = [
    "Became",
    "Claim",
    "DeadLetter",
    "Hold",
    "Intent",
    "Journal",
    "Ledger",
    "PartitionLostError",
    "PartitionProducer",
    "ProducerSettings",
    "Rest",
    "Row",
    "RowKey",
    "Settlement",
    "State",
    "Step",
    "Taken",
    "Target",
    "Transactions",
    "became",
    "encode_key",
    "encode_value",
    "restore",
    "take",
]
