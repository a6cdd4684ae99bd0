"""What the group's coordinator tells of a rebalance, handed on so that no fault in it is swallowed."""

import sys
from typing import Protocol

from aiokafka import ConsumerRebalanceListener, TopicPartition


class Rebalanced(Protocol):
    """Whom a rebalance concerns."""

    def pause(self, partitions: set[TopicPartition]) -> None:
        """Read nothing from these partitions until their ledgers are restored."""
        ...

    async def revoked(self) -> None:
        """Others may own the partitions soon."""
        ...

    def assigned(self, partitions: set[TopicPartition]) -> None:
        """These are ours, and no others."""
        ...

    def fail(self, error: BaseException) -> None:
        """End the process."""
        ...


class RebalanceListener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka publishes no type for it.
    """aiokafka swallows what a listener raises, so every fault goes to `fail`."""

    def __init__(self, rebalanced: Rebalanced) -> None:
        self._rebalanced = rebalanced

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        """Let what is under way end."""
        try:
            if revoked:
                sys.audit("shipledger.partitions_revoked")
                await self._rebalanced.revoked()
        except Exception as error:  # noqa: BLE001  # See the class.
            self._rebalanced.fail(error)

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        """Pause first, then go on with what is ours."""
        # The first statement, before any await: aiokafka may hand out records of new partitions while we await.
        self._rebalanced.pause(assigned)
        try:
            self._rebalanced.assigned(assigned)
        except Exception as error:  # noqa: BLE001  # See the class.
            self._rebalanced.fail(error)
