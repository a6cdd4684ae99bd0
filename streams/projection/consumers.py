"""How the projection reaches Kafka. `connection` has aiokafka's arguments for servers and security."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.topics import FETCHED_AT_ONCE, partitions_there

GATHER_BYTES = 64 * 1024
GATHER_MILLISECONDS = 200
"""A broker answers a fetch once it has so many bytes, or after so long. Events come one by one, and each answer costs a
look at every partition, here and in the broker; a fifth of a second is nothing to people who look at the log."""


class Source(Protocol):
    """Where the records come from."""

    def consumer(self) -> AIOKafkaConsumer:
        """A consumer without a group and without topics, not started."""
        ...

    async def partitions(self, topics: Sequence[str]) -> list[TopicPartition]:
        """Every partition of the topics. Raises TopicsMissingError and aiokafka's errors."""
        ...


class KafkaSource:
    """The topics of a Kafka cluster."""

    def __init__(self, connection: Mapping[str, Any]) -> None:
        self._connection = dict(connection)

    def consumer(self) -> AIOKafkaConsumer:
        """See `Source`.

        `auto_offset_reset="none"`: an offset that is not there any more is an error to look at, never a silent jump.
        The metadata's age bounds how long new partitions go unnoticed.
        """
        return AIOKafkaConsumer(
            **self._connection,
            group_id=None,
            enable_auto_commit=False,
            isolation_level="read_committed",
            auto_offset_reset="none",
            metadata_max_age_ms=30_000,
            max_partition_fetch_bytes=FETCHED_AT_ONCE,
            fetch_min_bytes=GATHER_BYTES,
            fetch_max_wait_ms=GATHER_MILLISECONDS,
        )

    async def partitions(self, topics: Sequence[str]) -> list[TopicPartition]:
        """See `Source`."""
        return await partitions_there(self._connection, topics)


async def close(consumer: AIOKafkaConsumer) -> None:
    """Stop the consumer.

    One that was never assigned raises the cancellation of a task of its own (aiokafka 0.14, NoGroupCoordinator); only
    ours may end us.
    """
    try:
        await consumer.stop()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
