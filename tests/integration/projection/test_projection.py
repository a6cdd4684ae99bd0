"""The projection on a real Kafka: everything once, from the disk's own offsets, rebuilt where the topic is another."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from deploy.kafka import LocalKafka
from deploy.kafka.ports import free_ports
from deploy.testbed.topics import fresh_topics
from mappers.model.outcome import Outcome, outcome_key
from mappers.outbound.outcome_json import encode_outcome, outcome_headers
from streams.projection.follower import Follower
from streams.projection.rocksdb import RocksKeyValue
from streams.projection.service import ProjectionService
from streams.projection.store import ProjectionStore
from streams.topics import STATUS_CHANGES, SYNC_OUTCOMES
from tests.brokers.broker import Broker
from tests.builders import COMPANY_ID, encode, make_event
from tests.integration.projection.projection_process import make_follower
from tests.outcome_builders import make_outcome, rejected

PATIENCE = 30.0


@pytest.fixture
async def servers(kafka: Broker) -> str:
    await fresh_topics(kafka.bootstrap_servers)
    return kafka.bootstrap_servers


@pytest.fixture
async def producer(servers: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all")
    await producer.start()
    yield producer
    await producer.stop()


async def publish(producer: AIOKafkaProducer, outcomes: Iterable[Outcome]) -> None:
    for outcome in outcomes:
        key = outcome_key(outcome.company_id, outcome.shipment_id)
        await producer.send(SYNC_OUTCOMES, encode_outcome(outcome), key=key, headers=outcome_headers(outcome))
    await producer.flush()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  # The condition is in a store, not in an event.
            await asyncio.sleep(0.01)


@asynccontextmanager
async def following(servers: str, folder: Path) -> AsyncIterator[tuple[ProjectionStore, Follower]]:
    store = ProjectionStore(RocksKeyValue(folder))
    follower = make_follower(servers, store)
    service = ProjectionService(follower, store)
    await service.start()
    try:
        await until(lambda: not follower.why_not_ready())
        yield store, follower
    finally:
        await service.stop()


def status_of(store: ProjectionStore, shipment_id: str) -> str | None:
    log = store.log(COMPANY_ID, shipment_id)
    return log.sync_status if log is not None else None


async def test_outcomes_and_snapshots_are_readable_when_they_have_arrived(
    servers: str, producer: AIOKafkaProducer, tmp_path: Path
) -> None:
    async with following(servers, tmp_path / "log") as (store, _follower):
        await producer.send_and_wait(STATUS_CHANGES, encode(make_event(shipment_id="A")), key=b"southern-beef/A")
        await publish(producer, [make_outcome(shipment_id="A")])
        await until(lambda: status_of(store, "A") == "PROCESSED" and store.snapshot(COMPANY_ID, "A") is not None)
        snapshot = store.snapshot(COMPANY_ID, "A")
        assert snapshot is not None
        assert (snapshot.revision, snapshot.shipment["invoice_number"]) == (7, "INV-2026-0042")


async def test_poison_is_stepped_over(servers: str, producer: AIOKafkaProducer, tmp_path: Path) -> None:
    for value in (b"\xff", b"", b"[]", b'{"status":"PROCESSED"}', encode(make_event(company_id="nobody"))):
        await producer.send_and_wait(STATUS_CHANGES, value, partition=0)
        await producer.send_and_wait(SYNC_OUTCOMES, value, partition=0)
    await producer.send_and_wait(STATUS_CHANGES, None, key=b"k", partition=0)
    await producer.send_and_wait(SYNC_OUTCOMES, None, key=b"k", partition=0)
    await producer.send_and_wait(SYNC_OUTCOMES, encode_outcome(make_outcome(shipment_id="A")), partition=0)
    async with following(servers, tmp_path / "log") as (store, _follower):
        assert status_of(store, "A") == "PROCESSED"


async def test_a_restart_reads_only_what_is_new(servers: str, producer: AIOKafkaProducer, tmp_path: Path) -> None:
    await publish(producer, [make_outcome(shipment_id=f"S{number}", request=str(number)) for number in range(40)])
    async with following(servers, tmp_path / "log") as (_store, follower):
        assert follower.folded == 40
    await publish(producer, [rejected(shipment_id="S0", request="new", after=1)])
    async with following(servers, tmp_path / "log") as (store, follower):
        assert follower.folded == 1
        assert status_of(store, "S0") == "REJECTED"


async def test_an_empty_disk_is_rebuilt_from_the_topics(
    servers: str, producer: AIOKafkaProducer, tmp_path: Path
) -> None:
    await publish(producer, [make_outcome(shipment_id=f"S{number}", request=str(number)) for number in range(40)])
    async with following(servers, tmp_path / "one") as (one, _), following(servers, tmp_path / "two") as (two, _):
        assert [one.log(COMPANY_ID, f"S{number}") for number in range(40)] == [
            two.log(COMPANY_ID, f"S{number}") for number in range(40)
        ]
        assert status_of(two, "S39") == "PROCESSED"


@pytest.mark.parametrize("records", [1, 30], ids=["a shorter topic", "a longer topic"])
async def test_a_topic_that_was_made_anew_is_noticed_and_the_log_rebuilt(
    servers: str, producer: AIOKafkaProducer, tmp_path: Path, records: int
) -> None:
    """Offsets alone do not show it where the new topic is longer; the last record's digest does."""
    await publish(producer, [make_outcome(shipment_id="old", request=str(number), after=number) for number in range(9)])
    async with following(servers, tmp_path / "log") as (store, _follower):
        assert status_of(store, "old") == "PROCESSED"
    await fresh_topics(servers)
    new = [rejected(shipment_id=f"new-{number}", request=str(number)) for number in range(records)]
    for outcome in new:
        for partition in range(4):
            await producer.send_and_wait(SYNC_OUTCOMES, encode_outcome(outcome), partition=partition)
    async with following(servers, tmp_path / "log") as (store, _follower):
        assert status_of(store, "old") is None
        assert {status_of(store, outcome.shipment_id) for outcome in new} == {"REJECTED"}


async def test_new_partitions_are_followed(servers: str, producer: AIOKafkaProducer, tmp_path: Path) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    await publish(producer, [make_outcome(shipment_id="A")])
    async with following(servers, tmp_path / "log"):
        await admin.create_partitions({SYNC_OUTCOMES: NewPartitions(6)})
    await admin.close()
    later = AIOKafkaProducer(bootstrap_servers=servers)
    await later.start()
    await later.send_and_wait(SYNC_OUTCOMES, encode_outcome(rejected(shipment_id="B", request="2")), partition=5)
    await later.stop()
    async with following(servers, tmp_path / "log") as (store, _follower):
        assert (status_of(store, "A"), status_of(store, "B")) == ("PROCESSED", "REJECTED")


async def test_an_outcome_of_an_aborted_transaction_is_never_shown(servers: str, tmp_path: Path) -> None:
    """Only what is committed counts: the ledger and the outcome are one transaction."""
    producer = AIOKafkaProducer(bootstrap_servers=servers, transactional_id="test", retry_backoff_ms=10)
    await producer.start()
    key = outcome_key(COMPANY_ID, "A")
    await producer.begin_transaction()
    await producer.send_and_wait(SYNC_OUTCOMES, encode_outcome(rejected(shipment_id="A")), key=key)
    await producer.abort_transaction()
    async with producer.transaction():
        await producer.send_and_wait(SYNC_OUTCOMES, encode_outcome(make_outcome(shipment_id="A")), key=key)
    await producer.stop()
    async with following(servers, tmp_path / "log") as (store, _follower):
        log = store.log(COMPANY_ID, "A")
        assert log is not None
        assert [entry.status for entry in log.entries] == ["PROCESSED"]


async def test_missing_topics_are_waited_for_and_named(servers: str, tmp_path: Path) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    await admin.delete_topics([SYNC_OUTCOMES])
    # A broker that is still at it would show the topic to the follower, which then looks again half a minute later.
    async with asyncio.timeout(30):
        while SYNC_OUTCOMES in await admin.list_topics():  # noqa: ASYNC110  # The broker tells only who asks.
            await asyncio.sleep(0.05)
    store = ProjectionStore(RocksKeyValue(tmp_path / "log"))
    follower = make_follower(servers, store)
    service = ProjectionService(follower, store)
    await service.start()
    try:
        await until(lambda: f"missing: {SYNC_OUTCOMES}" in follower.why_not_ready())
        await fresh_topics(servers)
        await until(lambda: not follower.why_not_ready())
    finally:
        await service.stop()
        await admin.close()


def behind(follower: Follower) -> list[str]:
    """The partitions with records that the last look saw and that are not folded yet."""
    return [name for name, progress in follower.progress().items() if progress.has_work and name != "polling"]


async def test_the_followed_positions_are_the_ends_of_the_topics(
    servers: str, producer: AIOKafkaProducer, tmp_path: Path
) -> None:
    await publish(producer, [make_outcome(shipment_id=f"S{number}", request=str(number)) for number in range(40)])
    async with following(servers, tmp_path / "log") as (store, follower):
        positions = store.positions()
        assert sum(position.next for position in positions.values()) == 40
        assert {TopicPartition(*each).topic for each in positions} == {SYNC_OUTCOMES}
        assert behind(follower) == []


async def test_without_a_broker_the_log_can_be_read_and_readiness_says_why_it_is_old(
    servers: str, producer: AIOKafkaProducer, tmp_path: Path
) -> None:
    await publish(producer, [make_outcome(shipment_id="A")])
    async with following(servers, tmp_path / "log"):
        pass
    port = next(free_ports(random.Random(0)))  # noqa: S311  # A port, not a secret.
    store = ProjectionStore(RocksKeyValue(tmp_path / "log"))
    follower = make_follower(f"127.0.0.1:{port}", store)
    service = ProjectionService(follower, store)
    await service.start()
    await until(lambda: "KafkaConnectionError" in follower.why_not_ready())
    assert status_of(store, "A") == "PROCESSED"
    assert behind(follower) == []
    async with asyncio.timeout(PATIENCE):
        await service.stop()


async def test_a_broker_that_crashes_and_comes_back_is_followed_on(own_kafka: LocalKafka, tmp_path: Path) -> None:
    servers = own_kafka.bootstrap_servers
    await fresh_topics(servers)
    async with following(servers, tmp_path / "log") as (store, _follower):
        own_kafka.kill()
        await own_kafka.start()
        producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all")
        await producer.start()
        await publish(producer, [make_outcome(shipment_id="A")])
        await producer.stop()
        await until(lambda: status_of(store, "A") == "PROCESSED")
