"""The Kafka for development: what the demo and every other integration test stand on."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.kafka import LocalKafka, LocalKafkaError
from deploy.kafka.readiness import answers
from deploy.testbed.topics import fresh_topics
from streams.topics import DEAD_LETTERS, TOPICS
from tests.brokers.broker import Broker

_STARTER = """
import asyncio, sys
from pathlib import Path
from deploy.kafka import LocalKafka

async def main():
    kafka = LocalKafka(Path(sys.argv[1]))
    await kafka.start()
    print(kafka.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def _send(bootstrap_servers: str, *values: bytes) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all")
    await producer.start()
    try:
        for value in values:
            await producer.send_and_wait(DEAD_LETTERS, value, partition=0)
    finally:
        await producer.stop()


async def _read(bootstrap_servers: str, count: int, group: str | None = None) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        DEAD_LETTERS, bootstrap_servers=bootstrap_servers, group_id=group, auto_offset_reset="earliest"
    )
    try:
        async with asyncio.timeout(20):
            await consumer.start()
            return [bytes((await consumer.getone()).value) for _ in range(count)]
    finally:
        await consumer.stop()


def _processes_of_session(session: int) -> set[int]:
    """The live processes of the session that the process `session` leads (field 6 of /proc/PID/stat, proc(5))."""
    members = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, owner = stat.read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended while we looked.
        if int(owner) == session and state != "Z":
            members.add(int(stat.parent.name))
    return members


async def _until_gone(session: int) -> None:
    async with asyncio.timeout(20):
        while True:
            if not _processes_of_session(session):
                return
            await asyncio.sleep(0.05)


async def test_a_killed_broker_keeps_messages_format_and_address_and_stopping_leaves_no_process(tmp_path: Path) -> None:
    kafka = LocalKafka(tmp_path)
    await kafka.start()
    address, first_pid = kafka.bootstrap_servers, kafka.pid
    identity = (tmp_path / "topics" / "meta.properties").read_text()
    await fresh_topics(address, partitions=1)
    await _send(address, b"before the crash")

    kafka.kill()
    assert kafka.pid is None
    assert not await answers(address)
    again = LocalKafka(tmp_path)
    await again.start()

    assert again.bootstrap_servers == address
    assert again.pid is not None
    assert again.pid != first_pid
    assert (tmp_path / "topics" / "meta.properties").read_text() == identity
    await _send(address, b"after the crash")
    assert await _read(address, 2) == [b"before the crash", b"after the crash"]

    session = again.pid
    assert session in _processes_of_session(session)
    await again.stop()
    await _until_gone(session)
    assert not (tmp_path / "kafka.pid").exists()


async def test_a_broker_does_not_outlive_a_killed_starter(tmp_path: Path) -> None:
    starter = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _STARTER, str(tmp_path), stdout=subprocess.PIPE, start_new_session=True
    )
    assert starter.stdout is not None
    async with asyncio.timeout(60):
        broker = int(await starter.stdout.readline())
    assert broker in _processes_of_session(broker)

    starter.send_signal(signal.SIGKILL)
    await starter.wait()

    try:
        await _until_gone(broker)
    finally:
        if broker in _processes_of_session(broker):
            os.kill(broker, signal.SIGKILL)


async def test_a_second_broker_on_the_same_folder_is_refused_with_the_port_that_is_taken(own_kafka: LocalKafka) -> None:
    rival = LocalKafka(own_kafka.data_dir)
    with pytest.raises(LocalKafkaError, match=own_kafka.bootstrap_servers.rpartition(":")[2]) as refusal:
        await rival.start()
    assert refusal.value.code == "kafka_port_taken"


async def test_a_broker_that_cannot_start_says_what_its_log_says(tmp_path: Path) -> None:
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics" / "meta.properties").write_text("version=1\nnode.id=7\ncluster.id=AAAAAAAAAAAAAAAAAAAAAA\n")
    with pytest.raises(LocalKafkaError, match="Stored node id 7") as refusal:
        await LocalKafka(tmp_path).start()
    assert refusal.value.code == "kafka_did_not_start"


async def test_fresh_topics_leave_neither_messages_nor_committed_offsets(kafka: Broker) -> None:
    address = kafka.bootstrap_servers
    await fresh_topics(address)
    await _send(address, b"one", b"two")
    assert await _read(address, 2, group="reader") == [b"one", b"two"]

    await fresh_topics(address)
    await _send(address, b"three")

    assert await _read(address, 1, group="reader") == [b"three"]


async def test_fresh_topics_send_away_a_member_that_a_killed_worker_left(kafka: Broker) -> None:
    address = kafka.bootstrap_servers
    await fresh_topics(address)
    left = AIOKafkaConsumer(
        DEAD_LETTERS,
        bootstrap_servers=address,
        group_id="reader",
        group_instance_id="killed",
        session_timeout_ms=60_000,
    )
    await left.start()
    # A static member that stops does not leave its group: for the broker it is as if it had been killed.
    await left.stop()

    await fresh_topics(address)
    await _send(address, b"for the new one")

    assert await _read(address, 1, group="reader") == [b"for the new one"]


async def test_fresh_topics_have_the_partitions_that_were_asked_for(kafka: Broker) -> None:
    await fresh_topics(kafka.bootstrap_servers, partitions=3)
    consumer = AIOKafkaConsumer(*(spec.name for spec in TOPICS), bootstrap_servers=kafka.bootstrap_servers)
    await consumer.start()
    try:
        counts = {spec.name: len(consumer.partitions_for_topic(spec.name) or ()) for spec in TOPICS}
    finally:
        await consumer.stop()
    assert counts == {spec.name: 3 for spec in TOPICS}
