"""Dead letters as an operator sees them: read from their topic, and sent again as they were, on a real Kafka."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from deploy.testbed.topics import fresh_topics
from mappers.inbound import SentAgain, sent_again_header
from streams.topics import DEAD_LETTERS, DOCUMENT_LEDGER, PRODUCER_ROOM, STATUS_CHANGES, SYNC_REQUESTS
from streams.web.pages.dead_letters import KafkaDeadLetters
from streams.web.ports import PublishError
from streams.writing import RenewingProducer, renewing_producer
from tests.brokers.broker import Broker

RECORDED_AT = 1_795_009_600_000
AGAIN = SentAgain(by="Olaf", at=datetime(2026, 11, 20, 6, 0, tzinfo=UTC))


@pytest.fixture
async def producer(kafka: Broker) -> AsyncIterator[AIOKafkaProducer]:
    await fresh_topics(kafka.bootstrap_servers, 2)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers, enable_idempotence=True)
    await producer.start()
    yield producer
    await producer.stop()


@pytest.fixture
async def again(kafka: Broker) -> AsyncIterator[RenewingProducer]:
    """By which letters are sent again."""
    producer = renewing_producer({"bootstrap_servers": kafka.bootstrap_servers}, PRODUCER_ROOM)
    yield producer
    await producer.stop()


async def put(producer: AIOKafkaProducer, partition: int, value: bytes, **headers: str) -> None:
    pairs = [("ce_type", b"x"), *((f"dlq.{name}", text.encode()) for name, text in headers.items())]
    await producer.send_and_wait(DEAD_LETTERS, value, key=b"southern-beef/A", partition=partition, headers=pairs)


async def test_the_newest_are_shown_and_one_is_sent_again_as_it_was(
    kafka: Broker, producer: AIOKafkaProducer, again: RenewingProducer
) -> None:
    for number in range(30):
        at = f"2026-11-20T03:{number:02}:00.000Z"
        told = {"reason": "not_json", "topic": STATUS_CHANGES, "failed_at": at, "recorded_at": "2026-11-18T13:46:40Z"}
        await put(producer, 0, b"{%d" % number, **told)
    await put(producer, 1, b"", reason="too_large", topic=STATUS_CHANGES, value_sha256="aa")
    letters = KafkaDeadLetters({"bootstrap_servers": kafka.bootstrap_servers}, again)
    found = await letters.newest()
    assert [each.value for each in found] == [*(f"{{{each}" for each in range(29, 9, -1)), ""]
    assert [bool(each.why_not_again) for each in found] == [False] * 20 + [True]
    assert found[0].company_id == "southern-beef"
    await letters.send_again(0, 7, AGAIN)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap_servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        consumer.assign([TopicPartition(STATUS_CHANGES, each) for each in range(2)])
        record = await consumer.getone()
    finally:
        await consumer.stop()
    assert (record.key, record.value) == (b"southern-beef/A", b"{7")
    assert record.headers == (("ce_type", b"x"), sent_again_header(AGAIN))
    assert record.timestamp == RECORDED_AT


async def test_a_letter_goes_where_it_came_from_or_nowhere(
    kafka: Broker, producer: AIOKafkaProducer, again: RenewingProducer
) -> None:
    """With a time ahead brokers would refuse it; what lies in the ledger is its owner's."""
    for topic in (SYNC_REQUESTS, DOCUMENT_LEDGER):
        await put(producer, 0, b"{", topic=topic, recorded_at="2999-01-01T00:00:00Z")
    letters = KafkaDeadLetters({"bootstrap_servers": kafka.bootstrap_servers}, again)
    await letters.send_again(0, 0, AGAIN)
    with pytest.raises(PublishError, match="Shipledger alone writes"):
        await letters.send_again(0, 1, AGAIN)
    large = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap_servers, max_request_size=2 * 1024 * 1024)
    await large.start()
    try:
        await put(large, 1, bytes(1024 * 1024), topic=SYNC_REQUESTS)
    finally:
        await large.stop()
    with pytest.raises(PublishError, match="larger than the topic takes"):
        await letters.send_again(1, 0, AGAIN)
    assert await ends(kafka, STATUS_CHANGES, SYNC_REQUESTS, DOCUMENT_LEDGER) == [0, 1, 0]


async def ends(kafka: Broker, *topics: str) -> list[int]:
    """How much is in each topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka.bootstrap_servers)
    await consumer.start()
    try:
        return [
            sum((await consumer.end_offsets([TopicPartition(topic, each) for each in range(2)])).values())
            for topic in topics
        ]
    finally:
        await consumer.stop()


@pytest.mark.usefixtures("producer")
async def test_what_is_not_there_is_not_sent(kafka: Broker, again: RenewingProducer) -> None:
    letters = KafkaDeadLetters({"bootstrap_servers": kafka.bootstrap_servers}, again)
    assert await letters.newest() == []
    assert await letters.one(0, 0) is None
    assert await letters.one(9, 0) is None
    with pytest.raises(PublishError, match="no dead letter"):
        await letters.send_again(0, 0, AGAIN)


async def test_while_kafka_is_away_it_says_so(again: RenewingProducer) -> None:
    letters = KafkaDeadLetters({"bootstrap_servers": "127.0.0.1:1"}, again)
    with pytest.raises(PublishError, match="did not answer"):
        await letters.newest()
