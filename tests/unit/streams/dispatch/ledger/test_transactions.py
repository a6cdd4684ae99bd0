"""A ledger transaction ends in time, whichever of its steps the brokers leave without an answer."""

import asyncio
from typing import Any

import pytest
from aiokafka.structs import RecordMetadata, TopicPartition
from prometheus_client import CollectorRegistry

from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger_transaction import DeadLetter, LedgerTransaction
from streams.dispatch.ledger.transactions import PartitionProducer, ProducerSettings, _wire
from streams.ops.metrics import Metrics
from streams.topics import SYNC_REQUESTS, TopicNames
from streams.tracing import PASS_ON

STEPS = ("begin_transaction", "send", "acknowledgement", "send_offsets_to_transaction", "commit_transaction")
LIMIT = 0.05


class Brokers:
    """As much of a producer as a transaction uses; one step of it never ends."""

    def __init__(self, silent_at: str = "") -> None:
        self._silent_at = silent_at
        self.done: list[str] = []
        self.offsets: list[object] = []

    async def begin_transaction(self) -> None:
        await self._step("begin_transaction")

    async def send(self, topic: str, **_: Any) -> "asyncio.Future[RecordMetadata]":
        await self._step("send")
        return asyncio.ensure_future(self._acknowledged(topic))

    async def _acknowledged(self, topic: str) -> RecordMetadata:
        await self._step("acknowledgement")
        return RecordMetadata(topic, 0, TopicPartition(topic, 0), 41, None, 0, None)

    async def send_offsets_to_transaction(self, *offsets: object) -> None:
        self.offsets.append(offsets)
        await self._step("send_offsets_to_transaction")

    async def commit_transaction(self) -> None:
        await self._step("commit_transaction")

    async def _step(self, name: str) -> None:
        if name == self._silent_at:
            await asyncio.Event().wait()
        self.done.append(name)


async def commit(brokers: Brokers) -> None:
    """A transaction with every step."""
    settings = ProducerSettings({"bootstrap_servers": "127.0.0.1:1"}, "group", commit_timeout=LIMIT)
    producer = PartitionProducer(0, settings, Metrics(CollectorRegistry()))
    await producer._producer.stop()  # It never began.
    producer._producer = brokers
    transaction = LedgerTransaction(dead_letters=[DeadLetter(b"key", b"value", ())], next_offset=7)
    try:
        async with asyncio.timeout(20 * LIMIT):
            await producer.commit(transaction)
    finally:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()


@pytest.mark.parametrize("step", STEPS)
async def test_one_that_the_brokers_leave_without_an_answer_loses_the_partition_in_time(step: str) -> None:
    brokers = Brokers(silent_at=step)
    with pytest.raises(PartitionLostError) as lost:
        await commit(brokers)
    assert isinstance(lost.value.__cause__, TimeoutError)
    assert step not in brokers.done


async def test_one_that_is_answered_has_all_its_steps_in_their_order() -> None:
    brokers = Brokers()
    await commit(brokers)
    assert set(brokers.done) == set(STEPS)
    assert brokers.done[0] == "begin_transaction", "else the offset would be committed without the records"
    assert brokers.done[-1] == "commit_transaction", "the offset and every record come before it"
    assert brokers.offsets == [({TopicPartition(SYNC_REQUESTS, 0): 7}, "group")]


def test_a_dead_letter_with_neither_key_nor_value_is_one_that_the_client_sends() -> None:
    """It refuses what has neither, and the request would block its partition for ever."""
    letter = DeadLetter(None, None, ())
    ((_, fields),) = _wire(LedgerTransaction(dead_letters=[letter]), 0, TopicNames(), PASS_ON)
    assert fields["key"] is None
    assert fields["value"] == b""
