"""Whatever ends the gate in mid-stream, and whenever: no event is lost, and what is repeated is the same request."""

import asyncio
import logging
import random
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import TopicPartition

from deploy.kafka import LocalKafka
from deploy.testbed.topics import fresh_topics
from tests.brokers.broker import Broker
from tests.faults.gate.results import PATIENCE, Results
from tests.faults.gate.status_changes import CHANGES, EVENTS, REQUESTED, below, committed, publish

KILLS = 2
COMMITS_APART = 1.5  # Three times the gate's interval.

log = logging.getLogger(__name__)


class Child:
    """The gate in a process of its own, until its end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def end(self, number: signal.Signals = signal.SIGKILL) -> int:
        """Send the signal; returns the exit code."""
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    def assert_runs(self) -> None:
        assert self._process.returncode is None, f"the gate ended with {self._process.returncode}"


class Children:
    """One gate after the other, on one data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[Child] = []

    async def start(self, servers: str, withheld: str = "") -> Child:
        """The request of the event `withheld` never reaches the broker."""
        command = (sys.executable, "-m", "tests.faults.gate.gate_process", servers, str(self._folder), withheld)
        child = Child(await asyncio.create_subprocess_exec(*command))
        self._started.append(child)
        return child

    async def end(self) -> None:
        for child in self._started:
            await child.end()


@pytest.fixture
async def children(tmp_path: Path) -> AsyncIterator[Children]:
    """None of them outlives the test."""
    children = Children(tmp_path)
    yield children
    await children.end()


async def all_committed(servers: str) -> None:
    """Wait until the gate has committed the whole stream."""
    async with asyncio.timeout(PATIENCE):
        while sum((await committed(servers)).values()) < EVENTS:  # noqa: ASYNC110  # The broker tells only who asks.
            await asyncio.sleep(0.1)


async def last_committed(servers: str) -> dict[TopicPartition, int]:
    """The offsets that the gate has committed when it commits no more."""
    async with asyncio.timeout(PATIENCE):
        before: dict[TopicPartition, int] = {}
        now = await committed(servers)
        while now != before or not sum(now.values()):
            await asyncio.sleep(COMMITS_APART)
            before, now = now, await committed(servers)
    return now


@pytest.mark.parametrize("seed", [20261126])
async def test_a_gate_that_is_killed_twice_loses_nothing(kafka: Broker, children: Children, seed: int) -> None:
    """The moments of the kills follow from the seed in the test's id."""
    moments = random.Random(seed)  # noqa: S311  # Moments to kill at, not secrets.
    servers = kafka.bootstrap_servers
    await fresh_topics(servers)
    await publish(servers, CHANGES)
    async with Results.watched(servers) as results:
        for kill in range(KILLS):
            child = await children.start(servers)
            await results.until_requested(kill * EVENTS // 3 + moments.randrange(EVENTS // 3))
            await child.end()
        child = await children.start(servers)
        await results.until(results.is_complete)
        await all_committed(servers)
        child.assert_runs()
        await child.end()
        await results.to_the_end()
    results.assert_right()
    results.assert_in_order()
    assert max(map(len, results.requests.values())) <= 1 + KILLS
    log.info("%d requests were repeated", results.repeated)


async def test_an_event_whose_request_never_arrives_is_not_committed_and_comes_again(
    kafka: Broker, children: Children
) -> None:
    """All other requests are acknowledged, those behind it in its partition included."""
    servers = kafka.bootstrap_servers
    await fresh_topics(servers)
    stands = await publish(servers, CHANGES)
    withheld = CHANGES[100].event_id
    partition, offset = stands[withheld]
    async with Results.watched(servers) as results:
        child = await children.start(servers, withheld)
        await results.until_requested(EVENTS // 5)
        assert (await last_committed(servers))[partition] <= offset
        await child.end()
        await results.to_the_end()
        assert withheld in results.missing
        child = await children.start(servers)
        await results.until(results.is_complete)
        await child.end()
    results.assert_right()


async def test_a_gate_that_is_terminated_has_committed_what_it_did_and_nothing_else(
    kafka: Broker, children: Children
) -> None:
    servers = kafka.bootstrap_servers
    await fresh_topics(servers)
    stands = await publish(servers, CHANGES)
    async with Results.watched(servers) as results:
        child = await children.start(servers)
        await results.until_requested(EVENTS // 4)
        assert await child.end(signal.SIGTERM) == 0
        done = set(below(await committed(servers), stands)) & REQUESTED
        await results.until(lambda: results.requests.keys() >= done)
        assert results.requests.keys() == done
        assert len(done) < len(REQUESTED), "the stream was over before the signal"
        child = await children.start(servers)
        await results.until(results.is_complete)
        assert await child.end(signal.SIGTERM) == 0
    results.assert_right()
    results.assert_in_order()
    assert results.repeated == 0


async def test_a_broker_that_is_killed_and_comes_back_costs_no_event(own_kafka: LocalKafka, children: Children) -> None:
    servers = own_kafka.bootstrap_servers
    await fresh_topics(servers)
    await publish(servers, CHANGES[: EVENTS // 2])
    async with Results.watched(servers) as results:
        child = await children.start(servers)
        await results.until_requested(EVENTS // 8)
        own_kafka.kill()
        await own_kafka.start()
        await publish(servers, CHANGES[EVENTS // 2 :])
        await results.until(results.is_complete)
        child.assert_runs()
        await child.end()
    results.assert_right()
    results.assert_in_order()
    log.info("%d requests were repeated", results.repeated)
