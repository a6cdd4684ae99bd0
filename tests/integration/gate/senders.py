"""Senders of status changes that use transactions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer

from streams.topics import STATUS_CHANGES
from tests.integration.gate.harness import GateHarness, record


@asynccontextmanager
async def sender(harness: GateHarness) -> AsyncIterator[AIOKafkaProducer]:
    """A sender whose status changes stand in transactions."""
    producer = AIOKafkaProducer(
        bootstrap_servers=harness.servers, transactional_id="a-sender", retry_backoff_ms=10, max_batch_size=1_000
    )
    async with producer:
        yield producer


async def put(producer: AIOKafkaProducer, *numbers: int, revision: int = 1) -> None:
    """Send in the open transaction."""
    for number in numbers:
        await producer.send_and_wait(STATUS_CHANGES, partition=0, **record(number, revision=revision))


async def put_and_abort(producer: AIOKafkaProducer, *numbers: int, revision: int = 1) -> None:
    """Send in a transaction that ends without effect."""
    await producer.begin_transaction()
    await put(producer, *numbers, revision=revision)
    await producer.abort_transaction()


async def put_and_commit(producer: AIOKafkaProducer, *numbers: int, revision: int = 1) -> None:
    """Send in a transaction of its own."""
    async with producer.transaction():
        await put(producer, *numbers, revision=revision)
