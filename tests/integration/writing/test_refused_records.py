"""A real broker takes what follows a record that it refused."""

from collections.abc import AsyncIterator

import pytest
from aiokafka.errors import MessageSizeTooLargeError

from deploy.testbed.topics import fresh_topics, set_topic
from streams.topics import PRODUCER_ROOM, STATUS_CHANGES
from streams.web.ports import FedEvent, RecordTooLargeError
from streams.web.publisher import KafkaStatusChangePublisher
from streams.writing import RenewingProducer, renewing_producer
from tests.brokers.broker import Broker

SMALL, TOO_LARGE = b"{}", b"x" * 20_000


@pytest.fixture
async def producer(kafka: Broker) -> AsyncIterator[RenewingProducer]:
    await fresh_topics(kafka.bootstrap_servers, 1)
    await set_topic(kafka.bootstrap_servers, STATUS_CHANGES, {"max.message.bytes": "10000"})
    producer = renewing_producer({"bootstrap_servers": kafka.bootstrap_servers}, PRODUCER_ROOM)
    yield producer
    await producer.stop()


async def test_what_follows_a_refused_record_in_its_partition_is_taken(producer: RenewingProducer) -> None:
    offsets = []
    for _ in range(3):
        offsets.append((await producer.send_and_wait(STATUS_CHANGES, SMALL)).offset)
        with pytest.raises(MessageSizeTooLargeError):
            await producer.send_and_wait(STATUS_CHANGES, TOO_LARGE)
    assert offsets == [0, 1, 2]


async def test_an_event_too_large_for_its_topic_costs_no_later_call(producer: RenewingProducer) -> None:
    publisher = KafkaStatusChangePublisher(producer, seconds=20.0)
    small, large = FedEvent(b"southern-beef/A", SMALL), FedEvent(b"southern-beef/B", TOO_LARGE)
    taken, refused = await publisher.publish([small, large])
    assert (taken, type(refused)) == (None, RecordTooLargeError)
    assert await publisher.publish([small, small]) == [None, None]
