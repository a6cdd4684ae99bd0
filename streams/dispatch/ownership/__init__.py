"""Which partitions are ours: polling, rebalances, take-over, intake, and the loss of a partition."""

from streams.dispatch.ownership.consumer import Dispatcher
from streams.dispatch.ownership.ledger_topic import LedgerTopic
from streams.dispatch.ownership.restore import restore
from streams.dispatch.ownership.stores import HeldStore, PartitionStores

__all__ = [
    "Dispatcher",
    "HeldStore",
    "LedgerTopic",
    "PartitionStores",
    "restore",
]
