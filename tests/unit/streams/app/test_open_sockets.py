"""Whatever a client of Kafka gives up, no socket of it stays open: not even until the garbage is collected."""

import asyncio
import gc
from collections.abc import Iterator
from pathlib import Path

import aiokafka.client
import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.client import AIOKafkaClient

from streams.app.reconnects import tame_clients
from streams.ops import bounded
from tests.unit.streams.app.half_a_broker import API_VERSIONS, METADATA, HalfABroker, half_a_broker

TROUBLES = 20


def open_sockets() -> int:
    """Those of this process, the ends of the server included."""
    return sum(1 for each in Path("/proc/self/fd").iterdir() if _is_socket(each))


def _is_socket(descriptor: Path) -> bool:
    try:
        return str(descriptor.readlink()).startswith("socket:")
    except OSError:
        return False


async def closed(before: int) -> None:
    """Wait until there are no more sockets than before."""
    async with asyncio.timeout(60):
        while open_sockets() > before:  # noqa: ASYNC110  # The kernel has no event for it.
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _as_in_a_worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(aiokafka.client, "create_conn", aiokafka.client.create_conn)
    tame_clients()
    gc.disable()
    yield
    gc.enable()


async def connected(broker: HalfABroker) -> AIOKafkaClient:
    client = AIOKafkaClient(bootstrap_servers=broker.address)
    await client.bootstrap()
    return client


async def test_a_start_that_is_given_up_leaves_none() -> None:
    """Between the connection and its first answer, as with a broker that is frozen."""
    async with half_a_broker(API_VERSIONS) as broker:
        before = open_sockets()
        kept: list[object] = []
        for _ in range(TROUBLES):
            consumer = AIOKafkaConsumer(bootstrap_servers=broker.address)
            start = asyncio.create_task(consumer.start())
            await broker.has_been_asked(METADATA, len(kept) + 1)
            start.cancel()
            with pytest.raises(asyncio.CancelledError) as error:
                await start
            kept.append(error)  # What failed is often kept for a while, and its frames with it.
            await bounded(consumer.stop(), 30, "the end")
        assert broker.asked.count(METADATA) == TROUBLES
        broker.all_answered.set()  # It hears of the end of a connection when it reads again.
        await closed(before)


async def test_a_connection_that_comes_about_when_its_client_is_closed_is_closed() -> None:
    async with half_a_broker(API_VERSIONS, METADATA) as broker:
        before = open_sockets()
        for _ in range(TROUBLES):
            client = await connected(broker)
            broker.answers = ()
            asked = broker.asked.count(API_VERSIONS)
            late = asyncio.create_task(client.ready(0))
            await broker.has_been_asked(API_VERSIONS, asked + 1)
            await client.close()
            broker.all_answered.set()
            broker.answers = (API_VERSIONS, METADATA)
            assert not await late
            broker.all_answered.clear()
        await closed(before)
