"""What comes of the stream: the requests and dead letters, and whether they are what they have to be."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self

from aiokafka import AIOKafkaConsumer

from mappers.model.sync_request import decode_request
from streams.topics import DEAD_LETTERS, SYNC_REQUESTS
from tests.faults.gate.status_changes import POISON, REQUESTED

PATIENCE = 60.0


@dataclass
class Results:
    """What a consumer has seen of the gate's two topics."""

    _consumer: AIOKafkaConsumer
    requests: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    revisions: dict[str, list[int | None]] = field(default_factory=lambda: defaultdict(list))
    dead_letters: Counter[bytes] = field(default_factory=Counter)

    @classmethod
    @asynccontextmanager
    async def watched(cls, servers: str) -> AsyncIterator[Self]:
        """From the topics' beginning."""
        async with AIOKafkaConsumer(
            SYNC_REQUESTS, DEAD_LETTERS, bootstrap_servers=servers, auto_offset_reset="earliest", retry_backoff_ms=50
        ) as consumer:
            yield cls(consumer)

    @property
    def repeated(self) -> int:
        """Requests that came more than once."""
        return sum(len(values) - 1 for values in self.requests.values())

    @property
    def missing(self) -> list[str]:
        """What has not come."""
        return sorted(REQUESTED - self.requests.keys()) + sorted(map(repr, POISON - self.dead_letters.keys()))

    def is_complete(self) -> bool:
        """Whether every change has become what it had to."""
        return not self.missing

    async def until(self, condition: Callable[[], bool]) -> None:
        """Read on until the condition holds."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    await self._read()
        except TimeoutError:
            raise AssertionError(f"{len(self.missing)} are missing: {self.missing[:20]}") from None

    async def until_requested(self, count: int) -> None:
        """Read on until there are more than so many requests."""
        await self.until(lambda: len(self.requests) > count)

    async def to_the_end(self) -> None:
        """Read what the topics hold now."""
        ends = await self._consumer.end_offsets(self._consumer.assignment())
        for partition, end in ends.items():
            while await self._consumer.position(partition) < end:
                await self._read()

    def assert_right(self) -> None:
        """Nothing missing, nothing of unknown origin, and a request that came again is the same request."""
        assert self.missing == []
        assert (set(self.requests), set(self.dead_letters)) == (REQUESTED, POISON)
        assert [event_id for event_id, values in self.requests.items() if len(set(values)) > 1] == []

    def assert_in_order(self) -> None:
        """Each shipment's revisions came first in ascending order."""
        for shipment_id, revisions in self.revisions.items():
            first = [revision or 0 for revision in dict.fromkeys(revisions)]
            assert first == sorted(first), shipment_id

    async def _read(self) -> None:
        for partition, records in (await self._consumer.getmany(timeout_ms=20)).items():
            for record in records:
                self._note(partition.topic, record.value)

    def _note(self, topic: str, value: bytes) -> None:
        if topic == DEAD_LETTERS:
            self.dead_letters[value] += 1
            return
        request = decode_request(value)
        self.requests[request.event_id].append(value)
        self.revisions[request.shipment_id].append(request.revision)
