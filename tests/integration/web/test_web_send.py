"""Send to Accounting on a real Kafka: from a status change to the request on its topic."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from aiokafka import AIOKafkaConsumer
from aiokafka.partitioner import DefaultPartitioner
from prometheus_client import CollectorRegistry

from deploy.kafka import LocalKafka
from deploy.testbed.topics import fresh_topics
from mappers.model.sync_request import SyncRequest, decode_request
from streams.ops.health import Liveness, Readiness
from streams.projection.rocksdb import RocksKeyValue
from streams.projection.service import ProjectionService
from streams.projection.store import ProjectionStore
from streams.topics import PRODUCER_ROOM, STATUS_CHANGES, SYNC_REQUESTS
from streams.web.app import HealthParts, WebParts, build_app
from streams.web.http.server import WebServer
from streams.web.ports import PublishError
from streams.web.publisher import KafkaRequestPublisher
from streams.writing import RenewingProducer, renewing_producer
from tests.brokers.broker import Broker
from tests.builders import COMPANY_ID, ORGANISATION, encode, make_company, make_event, make_request
from tests.fakes.pauses import AT, SaidPauses
from tests.integration.projection.projection_process import make_follower

PATIENCE = 30.0
PARTITIONS = 4
TOKEN = "a-token-of-the-test"
API = f"/api/v1/companies/{COMPANY_ID}"

Client = ClientSession


class NoDryRuns:
    """This test asks for none."""

    async def run(self, request: SyncRequest) -> Mapping[str, Any]:
        raise AssertionError(request)


@pytest.fixture
async def servers(kafka: Broker) -> str:
    await fresh_topics(kafka.bootstrap_servers, PARTITIONS)
    return kafka.bootstrap_servers


@pytest.fixture
async def producer(servers: str) -> AsyncIterator[RenewingProducer]:
    producer = renewing_producer({"bootstrap_servers": servers}, PRODUCER_ROOM)
    await producer.start()
    yield producer
    await producer.stop()


@pytest.fixture
async def client(servers: str, producer: RenewingProducer, tmp_path: Path) -> AsyncIterator[Client]:
    """The API over a projection that follows the broker, as the composition root wires them."""
    store = ProjectionStore(RocksKeyValue(tmp_path / "log"))
    follower = make_follower(servers, store)
    readiness = Readiness()
    readiness.register("projection", follower.why_not_ready)
    numbers = iter(range(100))
    app = build_app(
        WebParts(
            health=HealthParts(
                token=TOKEN, liveness=Liveness(time.monotonic), readiness=readiness, registry=CollectorRegistry()
            ),
            companies={COMPANY_ID: make_company()},
            logs=store,
            snapshots=store,
            lists=store.lists,
            following=follower,
            publisher=KafkaRequestPublisher(producer),
            dry_run=NoDryRuns(),
            new_event_id=lambda: f"sync-now-{next(numbers)}",
            pauses=(pauses := SaidPauses()),
            pause_publisher=pauses,
            clock=lambda: AT,
        )
    )
    service = ProjectionService(follower, store)
    await service.start()
    server = WebServer(app, host="127.0.0.1", port=0)
    await server.start()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with Client(f"http://127.0.0.1:{server.port}", headers=headers) as client:
        yield client
    await server.stop()
    await service.stop()


async def until_status(client: Client, path: str, status: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await client.get(path)).status != status:  # noqa: ASYNC110  # The condition is behind HTTP.
            await asyncio.sleep(0.01)


async def test_a_shipment_whose_status_was_seen_can_be_sent_to_accounting(
    client: Client, producer: RenewingProducer, servers: str
) -> None:
    await until_status(client, "/readyz", 200)
    await producer.send_and_wait(STATUS_CHANGES, encode(make_event(shipment_id="A")), key=b"southern-beef/A")
    await until_status(client, f"{API}/shipments/A/integration-log", 200)
    answer = await client.post(f"{API}/send-to-accounting", json={"shipments": ["A"]})
    assert answer.status == 202
    (accepted,) = (await answer.json())["accepted"]
    consumer = AIOKafkaConsumer(SYNC_REQUESTS, bootstrap_servers=servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(PATIENCE):
            record = await consumer.getone()
    finally:
        await consumer.stop()
    request = decode_request(record.value)
    assert str(request.request_id) == accepted["request_id"]
    assert (request.shipment_id, request.revision, request.organisation) == ("A", 7, ORGANISATION)
    assert record.key == ORGANISATION.encode()
    partitions = list(range(PARTITIONS))
    assert record.partition == DefaultPartitioner()(record.key, partitions, partitions)


async def test_a_request_that_kafka_does_not_take_in_time_is_an_error_for_the_person(own_kafka: LocalKafka) -> None:
    await fresh_topics(own_kafka.bootstrap_servers, PARTITIONS)
    impatient = {"bootstrap_servers": own_kafka.bootstrap_servers, "request_timeout_ms": 1_000}
    producer = renewing_producer(impatient, PRODUCER_ROOM)
    await producer.start()
    publisher = KafkaRequestPublisher(producer, seconds=0.5)
    await KafkaRequestPublisher(producer).publish(make_request())
    own_kafka.kill()
    began = time.monotonic()
    with pytest.raises(PublishError, match="may arrive yet"):
        await publisher.publish(make_request())
    assert time.monotonic() - began < PATIENCE
    await producer.stop()
