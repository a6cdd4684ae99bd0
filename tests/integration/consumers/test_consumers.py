"""docs/consumers.md's code, on a real broker: each final outcome once, whatever is repeated, taken back or strange."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from deploy.kafka.jars import ensure_jars
from deploy.kafka.java import Java, find_java
from deploy.testbed.groups import delete_groups
from deploy.testbed.topics import fresh_topics
from mappers.model.outcome import Outcome, Status, outcome_key
from mappers.outbound.outcome_json import encode_outcome, outcome_headers
from streams.topics import SYNC_OUTCOMES
from tests.brokers.broker import Broker
from tests.outcome_builders import make_outcome, rejected, waiting

pytestmark = pytest.mark.kafka

PAGE = Path(__file__).parents[3] / "docs" / "consumers.md"
PATIENCE = 60.0
CommandOf = Callable[[Path, str], list[str]]


def code(language: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 1
    return str(blocks[0])


def python_command(folder: Path, servers: str) -> list[str]:
    (folder / "consumer.py").write_text(code("python"), encoding="utf-8")
    return [sys.executable, str(folder / "consumer.py"), servers, str(folder / "outcomes.sqlite")]


def java_command(folder: Path, servers: str) -> list[str]:
    (folder / "Consumer.java").write_text(code("java"), encoding="utf-8")
    java = Java(find_java(os.environ), ensure_jars(os.environ))
    return java.command(str(folder / "Consumer.java"), servers, str(folder / "outcomes.txt"), log=folder / "java.log")


def of(shipment: str, status: Status = Status.PROCESSED) -> Outcome:
    return make_outcome(status, request=f"{shipment}/{status}", shipment_id=shipment)


async def publish(servers: str, outcomes: Sequence[Outcome], *, is_kept: bool = True) -> None:
    """In one transaction, as the dispatcher does it."""
    producer = AIOKafkaProducer(bootstrap_servers=servers, transactional_id="test-of-consumers")
    async with producer:
        await producer.begin_transaction()
        for each in outcomes:
            key = outcome_key(each.company_id, each.shipment_id)
            await producer.send(SYNC_OUTCOMES, encode_outcome(each), key=key, headers=outcome_headers(each))
        await (producer.commit_transaction() if is_kept else producer.abort_transaction())


async def strange(servers: str) -> None:
    """What is not ours: without headers, without a value, and no JSON."""
    async with AIOKafkaProducer(bootstrap_servers=servers) as producer:
        await producer.send(SYNC_OUTCOMES, None, key=b"k")
        await producer.send(SYNC_OUTCOMES, b"\xff", key=b"k", headers=[("ce_type", b"another.type")])


async def forget_positions(servers: str) -> None:
    """As if nothing had been committed: everything is delivered again."""
    admin = AIOKafkaAdminClient(bootstrap_servers=servers)
    await admin.start()
    try:
        async with asyncio.timeout(PATIENCE):
            while not await delete_groups(admin):  # noqa: ASYNC110  # The condition is the broker's.
                await asyncio.sleep(0.05)
    finally:
        await admin.close()


@asynccontextmanager
async def running(command: Sequence[str]) -> AsyncIterator[asyncio.StreamReader]:
    """What the process prints; it is killed in the end, at whatever it does then."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        process.kill()
        await process.wait()


async def said(command: Sequence[str], last: str) -> list[str]:
    """What it prints, up to the line `last`."""
    lines: list[str] = []
    async with running(command) as output, asyncio.timeout(PATIENCE):
        while not lines or lines[-1] != last:
            line = (await output.readline()).decode()
            assert line, f"it ended, after {lines}"
            lines.append(line.rstrip())
    return lines


@pytest.mark.parametrize("command_of", [python_command, java_command])
async def test_a_consumer_counts_each_end_once(kafka: Broker, tmp_path: Path, command_of: CommandOf) -> None:
    """The first run meets everything; the second has lost its position, and all of it comes again."""
    servers = kafka.bootstrap_servers
    await fresh_topics(servers, partitions=1)
    await publish(servers, [waiting(request="A", shipment_id="A"), of("A"), of("A"), rejected(shipment_id="B")])
    await publish(servers, [of("TAKEN-BACK")], is_kept=False)
    await strange(servers)
    await publish(servers, [of("A"), of("C", Status.SKIPPED), of("END-1")])
    command = command_of(tmp_path, servers)
    company = of("A").company_id
    first = [f"{company}/A PROCESSED", f"{company}/B REJECTED", f"{company}/C SKIPPED", f"{company}/END-1 PROCESSED"]
    assert await said(command, first[-1]) == first
    await forget_positions(servers)
    await publish(servers, [of("A"), of("END-2")])
    assert await said(command, f"{company}/END-2 PROCESSED") == [f"{company}/END-2 PROCESSED"]
