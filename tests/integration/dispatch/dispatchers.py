"""Dispatchers on a real Kafka, in the test's own process: what goes in, and what comes out."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest, encode_request
from mappers.outbound.outcome_json import decode_outcome
from streams.dispatch.ownership.consumer import Dispatcher
from streams.topics import SYNC_OUTCOMES, SYNC_REQUESTS
from tests.unit.streams.dispatch.harness import SETTINGS, Harness

PARTITIONS = 4
GROUP = SETTINGS.group_id


@asynccontextmanager
async def dispatching(
    harness: Harness, bootstrap: str, instance: str, expected: list[BaseException] | None = None
) -> AsyncIterator[Dispatcher]:
    """A dispatcher at work, stopped at the end without waiting for what is under way.

    `expected` is told of what would end its process; without it nothing may.
    """
    failures: list[BaseException] = [] if expected is None else expected
    settings = replace(harness.settings, instance_id=instance, ledger_folder=harness.folder / instance)
    context = replace(harness.context(), settings=settings)
    dispatcher = Dispatcher(
        {"bootstrap_servers": bootstrap},
        context,
        "test",
        failures.append,
        session_timeout=6.0,
        heartbeat_interval=0.5,
    )
    task = asyncio.create_task(dispatcher.run())
    try:
        yield dispatcher
    finally:
        task.cancel()
        await asyncio.wait([task])
        await dispatcher.stop(0)
        assert expected is not None or failures == []


async def send(bootstrap: str, requests: list[SyncRequest]) -> None:
    """Put requests on the topic as the gate does."""
    async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        for request in requests:
            key = request.organisation.encode()
            await producer.send(SYNC_REQUESTS, key=key, value=encode_request(request))
        await producer.flush()


class Outcomes:
    """Reads the outcome topic as a downstream service does."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self.all: list[Outcome] = []

    async def ended(self, count: int, seconds: float = 30) -> list[Outcome]:
        """Wait for so many terminal outcomes."""
        async with asyncio.timeout(seconds):
            while len(self._ended()) < count:
                polled: dict[TopicPartition, list[Any]] = await self._consumer.getmany(timeout_ms=100)
                self.all += [decode_outcome(each.value) for group in polled.values() for each in group]
        return self._ended()

    def _ended(self) -> list[Outcome]:
        return [each for each in self.all if each.status != "WAITING"]


@asynccontextmanager
async def outcomes_of(bootstrap: str) -> AsyncIterator[Outcomes]:
    """The outcomes from the start of the topic."""
    async with AIOKafkaConsumer(
        SYNC_OUTCOMES, bootstrap_servers=bootstrap, auto_offset_reset="earliest", isolation_level="read_committed"
    ) as consumer:
        yield Outcomes(consumer)


async def committed(bootstrap: str) -> dict[int, int]:
    """What the dispatchers' group has committed, by partition."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(GROUP)
    finally:
        await admin.close()
    return {each.partition: stored.offset for each, stored in offsets.items() if each.topic == SYNC_REQUESTS}


async def ends(bootstrap: str, partitions: int = PARTITIONS) -> dict[int, int]:
    """The ends of the requests topic, by partition."""
    async with AIOKafkaConsumer(bootstrap_servers=bootstrap) as consumer:
        found = await consumer.end_offsets([TopicPartition(SYNC_REQUESTS, each) for each in range(partitions)])
    return {each.partition: offset for each, offset in found.items()}
