"""How the pauses are read from Kafka. `connection` has aiokafka's arguments for servers and security."""

from collections.abc import Mapping
from typing import Any, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.topics import COMPANY_PAUSES, FETCHED_AT_ONCE, partitions_there


class PauseSource(Protocol):
    """Where the records come from."""

    def consumer(self) -> Any:
        """A consumer (aiokafka's) without a group and without topics, not started."""
        ...

    async def partitions(self) -> list[TopicPartition]:
        """Every partition of the topic. Raises TopicsMissingError and aiokafka's errors."""
        ...


class KafkaPauseSource:
    """The topic of a Kafka cluster."""

    def __init__(self, connection: Mapping[str, Any], topic: str = COMPANY_PAUSES) -> None:
        self._connection = dict(connection)
        self._topic = topic

    def consumer(self) -> AIOKafkaConsumer:
        """See `PauseSource`. Nobody writes there in transactions, and a foreign one must not hide the end."""
        return AIOKafkaConsumer(
            **self._connection,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="none",
            metadata_max_age_ms=30_000,
            max_partition_fetch_bytes=FETCHED_AT_ONCE,
        )

    async def partitions(self) -> list[TopicPartition]:
        """See `PauseSource`."""
        return await partitions_there(self._connection, [self._topic])
