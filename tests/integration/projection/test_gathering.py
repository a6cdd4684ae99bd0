"""Records that come one by one are fetched together: a look at every partition for each would cost most of a worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.testbed.topics import fresh_topics
from streams.projection.consumers import KafkaSource, close
from streams.topics import SYNC_OUTCOMES
from tests.brokers.broker import Broker

pytestmark = pytest.mark.kafka
RECORDS, FEW, PATIENCE = 40, 10, 30.0
PLACE = TopicPartition(SYNC_OUTCOMES, 0)


@asynccontextmanager
async def at_the_beginning(servers: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = KafkaSource({"bootstrap_servers": servers}).consumer()
    await consumer.start()
    try:
        consumer.assign([PLACE])
        consumer.seek(PLACE, 0)
        yield consumer
    finally:
        await close(consumer)


async def send_one_by_one(servers: str) -> None:
    async with AIOKafkaProducer(bootstrap_servers=servers, acks="all") as producer:
        for number in range(RECORDS):
            await producer.send_and_wait(PLACE.topic, str(number).encode(), partition=PLACE.partition)


async def test_records_that_come_one_by_one_are_fetched_together(kafka: Broker) -> None:
    """Each is acknowledged before the next one is sent, which takes some milliseconds; a fetch gathers for 200."""
    await fresh_topics(kafka.bootstrap_servers)
    async with at_the_beginning(kafka.bootstrap_servers) as consumer, asyncio.timeout(PATIENCE):
        sending = asyncio.create_task(send_one_by_one(kafka.bootstrap_servers))
        polls: list[int] = []
        while sum(polls) < RECORDS:
            found = await consumer.getmany(timeout_ms=1000)
            polls += [len(records) for records in found.values()]
        await sending
    assert sum(polls) == RECORDS
    assert len(polls) <= FEW
