"""The dispatcher on a real Kafka: transactions, fences, take-overs."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.testbed.topics import fresh_topics
from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest, encode_request
from mappers.outbound.outcome_json import decode_outcome
from streams.dispatch.ownership.consumer import Dispatcher
from streams.topics import SYNC_OUTCOMES, SYNC_REQUESTS
from tests.unit.streams.dispatch.harness import SETTINGS, Harness
from tests.unit.streams.dispatch.requests import numbered

pytestmark = pytest.mark.kafka
PARTITIONS = 4


@asynccontextmanager
async def dispatching(harness: Harness, bootstrap: str, instance: str) -> AsyncIterator[Dispatcher]:
    """A dispatcher at work, killed at the end without leaving the group."""
    failures: list[BaseException] = []
    context = replace(harness.context(), settings=replace(SETTINGS, instance_id=instance))
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
        assert failures == []


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


async def test_requests_become_outcomes(kafka: Any) -> None:
    """Five hundred requests: five hundred documents, five hundred outcomes."""
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = Harness()
    async with outcomes_of(kafka.bootstrap_servers) as outcomes, dispatching(harness, kafka.bootstrap_servers, "one"):
        await send(kafka.bootstrap_servers, [numbered(index) for index in range(500)])
        ended = await outcomes.ended(500)
    assert {each.status for each in ended} == {"PROCESSED"}
    assert len(harness.numbers()) == 500


async def test_a_restarted_owner_goes_on_where_the_ledger_ends(kafka: Any) -> None:
    """Killed again and again while requests flow: every request answered once, every document made once."""
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    harness = Harness()
    requests = [numbered(index) for index in range(300)]
    async with outcomes_of(kafka.bootstrap_servers) as outcomes:
        for round_number in range(3):
            async with dispatching(harness, kafka.bootstrap_servers, "one"):
                await send(kafka.bootstrap_servers, requests[round_number * 100 : round_number * 100 + 100])
                await outcomes.ended(round_number * 100 + 20)
        async with dispatching(harness, kafka.bootstrap_servers, "one"):
            ended = await outcomes.ended(300)
    assert Counter(each.request_id for each in ended).most_common(1)[0][1] == 1
    assert len(harness.numbers()) == 300
    assert Counter(harness.numbers()).most_common(1)[0][1] == 1
