"""The topic of what was told in memory, and aiokafka's clients of it as far as they are used."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, cast

from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from streams.notes import KafkaMemory
from streams.writing import RenewingProducer
from tests.builders import COMPANY_ID

NAME = "accounting.attention-notes.v1"


@dataclass(frozen=True)
class Record:
    """A record as aiokafka hands it out, and where a producer says that it is."""

    partition: int
    offset: int
    key: bytes | None
    value: Any


class NoteTopic:
    """Two partitions, and brokers that can be away."""

    def __init__(self) -> None:
        self.records: dict[int, list[Record]] = {0: [], 1: []}
        self.is_away = False
        self.answers_are_lost = False
        """Whether records are taken, and their sender never hears of it."""
        self.begun = 0
        self.companies = [COMPANY_ID, "northern-lamb"]

    def on_poll(self) -> None:
        """For a test to let time pass."""

    def memory(self) -> KafkaMemory:
        """Another worker's memory."""
        producer = RenewingProducer(lambda: cast("Any", _Producer(self)))
        return KafkaMemory(lambda: _Consumer(self), producer, self.partitions, NAME, self.companies)

    def put(self, key: bytes | None, value: Any) -> Record:
        """Put any record there; a key's records are in one partition."""
        records = self.records[sum(key or b"") % 2]
        records.append(Record(sum(key or b"") % 2, len(records), key, value))
        return records[-1]

    async def partitions(self) -> list[TopicPartition]:
        self.refuse_if_away()
        return [TopicPartition(NAME, number) for number in self.records]

    def refuse_if_away(self) -> None:
        if self.is_away:
            raise KafkaConnectionError("no broker answers")


class _Producer:
    def __init__(self, topic: NoteTopic) -> None:
        self._topic = topic

    async def start(self) -> None:
        self._topic.refuse_if_away()

    async def stop(self) -> None:
        return

    async def send(self, topic: str, value: bytes, *, key: bytes, **_: Any) -> "asyncio.Future[Record]":
        assert topic == NAME
        self._topic.refuse_if_away()
        answer: asyncio.Future[Record] = asyncio.get_running_loop().create_future()
        sent = self._topic.put(key, value)
        if self._topic.answers_are_lost:
            answer.set_exception(KafkaConnectionError("the answer was lost"))
        else:
            answer.set_result(sent)
        return answer


class _Consumer:
    def __init__(self, topic: NoteTopic) -> None:
        self._topic = topic
        self._positions: defaultdict[TopicPartition, int] = defaultdict(int)
        self._assigned: list[TopicPartition] = []

    async def start(self) -> None:
        self._topic.refuse_if_away()
        self._topic.begun += 1

    async def stop(self) -> None:
        return

    def assign(self, partitions: list[TopicPartition]) -> None:
        self._assigned = partitions

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._positions[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self._positions[partition]

    async def beginning_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 0)

    async def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        self._topic.refuse_if_away()
        return {each: len(self._topic.records[each.partition]) for each in partitions}

    async def getmany(self, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[Record]]:
        """One record a partition at a time."""
        del timeout_ms, max_records
        await asyncio.sleep(0)
        self._topic.on_poll()
        found: dict[TopicPartition, list[Record]] = {}
        for each in self._assigned:
            if some := self._topic.records[each.partition][self._positions[each] :][:1]:
                found[each] = some
                self._positions[each] += 1
        return found
