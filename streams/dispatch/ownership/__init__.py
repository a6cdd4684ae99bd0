"""Which partitions are ours: polling, rebalances, take-over, intake, and the loss of a partition."""

from streams.dispatch.ownership.consumer import Dispatcher

__all__ = [
    "Dispatcher",
]
