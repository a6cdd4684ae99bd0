"""A take-over that the brokers, or another owner, disturb at each of its steps is given up and done again."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from deploy.kafka import LocalKafka
from deploy.testbed.topics import fresh_topics
from streams.dispatch.ledger.transactions import PartitionProducer, ProducerSettings
from streams.dispatch.ownership import takeover
from streams.dispatch.ownership.consumer import Dispatcher
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.ownership.restore import restore
from tests.integration.dispatch.dispatchers import GROUP, dispatching, outcomes_of, send
from tests.unit.streams.dispatch.harness import SETTINGS, Harness
from tests.unit.streams.dispatch.requests import numbered

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

STEPS = ("start", "restore", "committed", "seek")
Disturb = Callable[[], Awaitable[None]]


def freeze(broker: LocalKafka, seconds: float) -> None:
    """Stop the broker's process for so long; its connections stay."""
    assert broker.pid is not None
    os.kill(broker.pid, signal.SIGSTOP)
    asyncio.get_running_loop().call_later(seconds, os.kill, broker.pid, signal.SIGCONT)


class Disturbance:
    """Disturbs one step, once: ahead of it, or just before its end for a step that cannot wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.step = ""
        self.disturb: Disturb | None = None
        self.done = 0
        self._running: set[asyncio.Task[None]] = set()
        start, offset = PartitionProducer.start, takeover.TakeOver._start_offset
        reading = Dispatcher._start_reading

        async def disturbed_start(producer: PartitionProducer) -> None:
            await self._meet("start")
            await start(producer)

        async def disturbed_restore(*arguments: Any) -> Any:
            await self._meet("restore")
            return await restore(*arguments)

        async def disturbed_offset(*arguments: Any) -> int:
            await self._meet("committed")
            return await offset(*arguments)

        def disturbed_reading(dispatcher: Dispatcher, partition: Partition) -> None:
            task = asyncio.get_running_loop().create_task(self._meet("seek"))
            self._running.add(task)
            reading(dispatcher, partition)

        monkeypatch.setattr(PartitionProducer, "start", disturbed_start)
        monkeypatch.setattr(takeover, "restore", disturbed_restore)
        monkeypatch.setattr(takeover.TakeOver, "_start_offset", disturbed_offset)
        monkeypatch.setattr(Dispatcher, "_start_reading", disturbed_reading)

    def expect(self, step: str, disturb: Disturb) -> None:
        """Disturb the step when it is met next."""
        self.step, self.disturb = step, disturb

    async def _meet(self, step: str) -> None:
        if step == self.step and self.disturb is not None:
            disturb, self.disturb = self.disturb, None
            await disturb()
            self.done += 1


async def take_over_and_answer(bootstrap: str, disturbance: Disturbance, disturb: Disturb) -> None:
    """A new owner for each step; the requests are there already."""
    await fresh_topics(bootstrap, 1)
    harness = Harness()
    async with outcomes_of(bootstrap) as outcomes:
        for turn, step in enumerate(STEPS):
            await send(bootstrap, [numbered(index) for index in range(turn * 10, turn * 10 + 10)])
            disturbance.expect(step, disturb)
            async with dispatching(harness, bootstrap, "one"):
                await outcomes.ended(turn * 10 + 10, 60)
            assert disturbance.done == turn + 1
    assert len(harness.numbers()) == 10 * len(STEPS)


@pytest.fixture
def disturbance(monkeypatch: pytest.MonkeyPatch) -> Disturbance:
    return Disturbance(monkeypatch)


async def test_the_broker_is_away(own_kafka: LocalKafka, disturbance: Disturbance) -> None:
    restarts: set[asyncio.Task[None]] = set()

    async def kill() -> None:
        own_kafka.kill()
        restarts.add(asyncio.create_task(own_kafka.start()))

    await take_over_and_answer(own_kafka.bootstrap_servers, disturbance, kill)


async def test_the_broker_is_frozen(
    own_kafka: LocalKafka, disturbance: Disturbance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For longer than a step may last."""
    monkeypatch.setattr(takeover, "ANSWER_SECONDS", 2.0)
    monkeypatch.setattr("streams.dispatch.ledger.transactions.START_SECONDS", 2.0)
    restoring = import_module("streams.dispatch.ownership.restore")
    monkeypatch.setattr(restoring, "START_SECONDS", 2.0)
    monkeypatch.setattr(restoring, "ANSWER_SECONDS", 2.0)

    async def disturb() -> None:
        freeze(own_kafka, 4)

    await take_over_and_answer(own_kafka.bootstrap_servers, disturbance, disturb)


async def test_another_owner_fences_it(kafka: Any, disturbance: Disturbance) -> None:
    settings = ProducerSettings({"bootstrap_servers": kafka.bootstrap_servers}, GROUP)

    async def fence() -> None:
        other = PartitionProducer(0, settings, Harness().metrics)
        await other.start()
        await other.stop()

    await take_over_and_answer(kafka.bootstrap_servers, disturbance, fence)


async def test_the_broker_is_frozen_at_each_step_of_a_transaction(
    own_kafka: LocalKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For longer than a commit may last: the transaction is in doubt, and the partition begins anew."""
    await fresh_topics(own_kafka.bootstrap_servers, 1)
    harness = Harness()
    harness.settings = replace(SETTINGS, commit_timeout=1.5)
    armed: list[str] = []

    def freezing(name: str) -> Any:
        step = getattr(AIOKafkaProducer, name)

        async def frozen_step(producer: AIOKafkaProducer, *arguments: Any, **fields: Any) -> Any:
            if name in armed and producer._txn_manager is not None:
                armed.remove(name)
                freeze(own_kafka, 3)
            return await step(producer, *arguments, **fields)

        return frozen_step

    steps = ("begin_transaction", "send", "send_offsets_to_transaction", "commit_transaction")
    for step in steps:
        monkeypatch.setattr(AIOKafkaProducer, step, freezing(step))
    bootstrap = own_kafka.bootstrap_servers
    async with outcomes_of(bootstrap) as outcomes, dispatching(harness, bootstrap, "one"):
        for turn, step in enumerate(steps):
            armed.append(step)
            await send(bootstrap, [numbered(index) for index in range(turn * 10, turn * 10 + 10)])
            await outcomes.ended(turn * 10 + 10, 60)
            assert armed == []
    assert len(harness.numbers()) == 40
