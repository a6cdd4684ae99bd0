"""Whether anything can be read between a committed offset and the end of its partition.

Marks of transactions and aborted records take offsets too, and no consumer is ever given them: a group that has read
everything stays that much before the end, for as long as nothing else is sent.
"""

from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

_FETCH_MS = 500
_FETCHES = 4


class ReadableRecords:
    """Reads, for nobody, what a group has not read yet."""

    def __init__(self, connection: Mapping[str, Any]) -> None:
        self._connection = connection
        self._consumer: AIOKafkaConsumer

    async def start(self) -> None:
        """Connect."""
        self._consumer = AIOKafkaConsumer(
            **self._connection, group_id=None, enable_auto_commit=False, isolation_level="read_committed"
        )
        await self._consumer.start()

    async def stop(self) -> None:
        """Disconnect."""
        await self._consumer.stop()

    async def drained(
        self, offsets: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
    ) -> set[TopicPartition]:
        """The partitions where nothing can be read from their offset to their end; one that is slow is not among them.

        Raises KafkaError.
        """
        if not offsets:
            return set()
        self._consumer.assign(list(offsets))
        try:
            for partition, offset in offsets.items():
                self._consumer.seek(partition, offset)
            return await self._read(set(offsets), ends)
        finally:
            # Otherwise it would go on to fetch.
            self._consumer.unsubscribe()

    async def _read(self, unknown: set[TopicPartition], ends: Mapping[TopicPartition, int]) -> set[TopicPartition]:
        drained: set[TopicPartition] = set()
        for _ in range(_FETCHES):
            unknown -= (await self._consumer.getmany(*unknown, timeout_ms=_FETCH_MS)).keys()
            drained |= {each for each in unknown if await self._consumer.position(each) >= ends[each]}
            unknown -= drained
            if not unknown:
                break
        return drained
