"""The topic of the pauses in memory, and a consumer of it: what a follower needs of aiokafka's."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from mappers.model.company import CompanyPause, encode_pause
from streams.topics import COMPANY_PAUSES


@dataclass(frozen=True)
class Record:
    """A record as aiokafka hands it out."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int = 1_780_000_000_000


class PauseTopic:
    """Two partitions, and brokers that can be away. The port `PauseSource`."""

    def __init__(self) -> None:
        self.records: dict[int, list[Record]] = {0: [], 1: []}
        self.is_away = False
        self.withheld = False
        """Whether the brokers say that records are there, and hand none out."""
        self.asked = 0
        self.consumers = 0

    def on_poll(self) -> None:
        """For a test to let time pass."""

    def say(self, pause: CompanyPause, partition: int = 0) -> int:
        """Put a pause there; returns its offset."""
        return self.put(pause.company_id.encode(), encode_pause(pause), partition)

    def put(self, key: bytes | None, value: bytes | None, partition: int = 0) -> int:
        """Put any record there."""
        records = self.records[partition]
        records.append(Record(partition, len(records), key, value))
        return len(records) - 1

    def consumer(self) -> Any:
        """As the port says."""
        self.consumers += 1
        return _Consumer(self)

    async def partitions(self) -> list[TopicPartition]:
        """As the port says."""
        self.refuse_if_away()
        return [TopicPartition(COMPANY_PAUSES, number) for number in self.records]

    def refuse_if_away(self) -> None:
        """Raise what aiokafka raises where no broker answers."""
        if self.is_away:
            raise KafkaConnectionError("no broker answers")


class _Consumer:
    def __init__(self, topic: PauseTopic) -> None:
        self._topic = topic
        self._positions: defaultdict[TopicPartition, int] = defaultdict(int)
        self._assigned: list[TopicPartition] = []

    async def start(self) -> None:
        self._topic.refuse_if_away()

    async def stop(self) -> None:
        return

    def assign(self, partitions: list[TopicPartition]) -> None:
        self._assigned = partitions

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._positions[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self._positions[partition]

    async def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        self._topic.refuse_if_away()
        return dict.fromkeys(partitions, 0)

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        self._topic.refuse_if_away()
        self._topic.asked += 1
        return {each: len(self._topic.records[each.partition]) for each in partitions}

    async def getmany(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Record]]:
        """One record a partition at a time. Without brokers nothing comes and nothing is said, as of aiokafka."""
        del max_records
        await asyncio.sleep(0)
        self._topic.on_poll()
        found: dict[TopicPartition, list[Record]] = {}
        for each in self._assigned:
            some = self._topic.records[each.partition][self._positions[each] :][:1]
            if some and not self._topic.is_away and not self._topic.withheld:
                found[each] = some
                self._positions[each] += 1
        if not found:
            await asyncio.sleep(min(timeout_ms / 1000, 0.005))
        return found
