"""Records by Java's client, and batches byte by byte as no client would send them."""

import asyncio
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest

from deploy.kafka.jars import ensure_jars
from deploy.kafka.java import Java, find_java
from tests.kafka_bytes import varint

_SOURCE = Path(__file__).with_name("JavaSender.java")
TOO_LARGE = 10
"""MESSAGE_TOO_LARGE (Kafka protocol, "Error Codes")."""
_MEGABYTE = bytes(1_000_000)


async def send_by_java(bootstrap: str, records: Sequence[tuple[str, str, str, bytes]], folder: Path) -> None:
    """Each is topic, compression, key and value; Java runs the one file that it is given."""
    java = Java(find_java(os.environ), ensure_jars(os.environ))
    command = java.command(str(_SOURCE), bootstrap, log=folder / "java.log")
    lines = b"".join(b"\t".join([topic.encode(), codec.encode(), key.encode(), value]) + b"\n"
                     for topic, codec, key, value in records)  # fmt: skip
    running = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await asyncio.wait_for(running.communicate(lines), 60)
    assert running.returncode == 0, output.decode(errors="replace")[-3000:]


async def put(bootstrap: str, topic: str, *batches: bytes) -> list[int]:
    """Put batches on partition 0 as they are; returns Kafka's error code for each, 0 where it has it."""
    client = AIOKafkaClient(bootstrap_servers=bootstrap)
    try:
        await client.bootstrap()
        await client.add_topic(topic)
        leader = client.cluster.leader_for_partition(TopicPartition(topic, 0))
        codes = []
        for batch in batches:
            reply = await client.send(leader, ProduceRequest(None, -1, 30_000, [(topic, [(0, batch)])]))
            codes.append(reply.topics[0][1][0][1])
        return codes
    finally:
        await client.close()


def bomb(megabytes: int) -> bytes:
    """The gzip of one record of zeros, never whole in memory: `body` of a batch with one record."""
    size = megabytes * len(_MEGABYTE)
    head = b"\0" + varint(0) + varint(0) + varint(1) + b"k" + varint(size)
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(varint(len(head) + size + 1) + head)
    packed += b"".join(packer.compress(_MEGABYTE) for _ in range(megabytes))
    return packed + packer.compress(varint(0)) + packer.flush()
