"""On a broker that makes whatever topic it is asked about, as Kafka's own settings have it, we make none by asking."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiokafka.admin.client
import aiokafka.client
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import UnknownTopicOrPartitionError
from aiokafka.protocol.metadata import MetadataRequest

from config.kafka import KafkaSettings
from streams.app.kafka import check_topics
from streams.projection.consumers import close
from streams.topics import TopicNames, TopicsMissingError, cluster_of, make_no_topics
from tests.brokers.secured import SecuredKafka

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(autouse=True)
def _clients_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (aiokafka.client, aiokafka.admin.client):
        monkeypatch.setattr(module, "MetadataRequest", MetadataRequest)


async def missing(servers: str, *topics: str) -> tuple[str, ...]:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        return (await cluster_of(admin, topics)).missing
    finally:
        await admin.close()


@asynccontextmanager
async def producer(servers: str) -> AsyncIterator[AIOKafkaProducer]:
    client = AIOKafkaProducer(bootstrap_servers=servers, request_timeout_ms=1_000)
    await client.start()
    try:
        yield client
    finally:
        await client.stop()


async def test_clients_as_they_are_make_one_and_ours_do_not(secured_kafka: SecuredKafka) -> None:
    """Both with the same broker, so that it is known to be one that does."""
    servers = secured_kafka.bootstrap_servers
    async with producer(servers) as client:
        await client.send_and_wait("asked-for-by-theirs", b"value")
    make_no_topics()
    async with producer(servers) as client:
        with pytest.raises(UnknownTopicOrPartitionError):
            await client.send_and_wait("asked-for-by-ours", b"value")
    reader = AIOKafkaConsumer("subscribed-by-ours", bootstrap_servers=servers, request_timeout_ms=1_000)
    try:
        with pytest.raises(UnknownTopicOrPartitionError):
            await reader.start()
    finally:
        await close(reader)
    names = "asked-for-by-theirs", "asked-for-by-ours", "subscribed-by-ours"
    assert await missing(servers, *names) == names[1:]


async def test_a_worker_that_looks_for_its_topics_makes_none(secured_kafka: SecuredKafka) -> None:
    settings = KafkaSettings(bootstrap_servers=secured_kafka.bootstrap_servers, topic_prefix="never-made.")
    for _ in range(2):
        with pytest.raises(TopicsMissingError, match="Topics are missing: never-made"):
            await check_topics(settings)
    names = TopicNames.behind("never-made.").all
    assert await missing(secured_kafka.bootstrap_servers, *names) == names
