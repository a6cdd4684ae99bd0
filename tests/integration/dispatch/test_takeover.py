"""A take-over that the brokers, or another owner, disturb at each of its steps is given up and done again."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any

import pytest

from deploy.kafka import LocalKafka
from deploy.testbed.topics import fresh_topics
from streams.dispatch.ledger.restore import restore
from streams.dispatch.ledger.transactions import PartitionProducer, ProducerSettings
from streams.dispatch.ownership import takeover
from streams.dispatch.ownership.consumer import Dispatcher
from streams.dispatch.ownership.partition import Partition
from tests.integration.dispatch.dispatchers import GROUP, dispatching, outcomes_of, send
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

STEPS = ("start", "restore", "committed", "seek")
Disturb = Callable[[], Awaitable[None]]


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
    restoring = import_module("streams.dispatch.ledger.restore")  # The package has the function under this name.
    monkeypatch.setattr(restoring, "START_SECONDS", 2.0)
    monkeypatch.setattr(restoring, "ANSWER_SECONDS", 2.0)

    async def freeze() -> None:
        assert own_kafka.pid is not None
        os.kill(own_kafka.pid, signal.SIGSTOP)
        asyncio.get_running_loop().call_later(4, os.kill, own_kafka.pid, signal.SIGCONT)

    await take_over_and_answer(own_kafka.bootstrap_servers, disturbance, freeze)


async def test_another_owner_fences_it(kafka: Any, disturbance: Disturbance) -> None:
    settings = ProducerSettings({"bootstrap_servers": kafka.bootstrap_servers}, GROUP)

    async def fence() -> None:
        other = PartitionProducer(0, settings, Harness().metrics)
        await other.start()
        await other.stop()

    await take_over_and_answer(kafka.bootstrap_servers, disturbance, fence)
