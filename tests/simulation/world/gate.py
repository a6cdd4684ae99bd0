"""The gate's decision over aiokafka's own consumer: Faust reads in a thread with a loop of its own, not in our time.

As the real one: decide and send in order, acknowledge in offset order what is on the broker, commit now and then.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import CommitFailedError, KafkaError

from mappers.model import Company, kafka_time
from streams.gate.handler import GateHandler
from streams.gate.ports import GateMetrics, KafkaHeaders, Record
from streams.gate.settings import GateSettings


class ProducerPublisher:
    """The port `Publisher` on aiokafka's producer."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: KafkaHeaders) -> Awaitable[None]:
        """As the port says."""
        sent: Awaitable[None] = await self._producer.send(topic, key=key, value=value, headers=list(headers))
        return sent


class Gate:
    """`run` until cancelled; any error of it ends the process, as with the real one."""

    def __init__(
        self,
        settings: GateSettings,
        companies: Mapping[str, Company],
        metrics: GateMetrics,
        clock: Callable[[], datetime],
    ) -> None:
        connection = {"bootstrap_servers": settings.bootstrap_servers}
        self._topic = settings.topics.status_changes
        self._consumer = AIOKafkaConsumer(
            **connection,
            group_id=settings.group,
            group_instance_id=settings.instance_id,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            session_timeout_ms=int(settings.session_timeout * 1000),
            heartbeat_interval_ms=int(settings.heartbeat_interval * 1000),
        )
        self._producer = AIOKafkaProducer(**connection, acks="all")
        self._handler = GateHandler(
            settings, companies, ProducerPublisher(self._producer), metrics, structlog.get_logger("gate"), clock
        )

    async def run(self) -> None:
        """Begin, and go on."""
        await self._producer.start()
        await self._consumer.start()
        self._consumer.subscribe([self._topic])
        while True:
            polled = await self._consumer.getmany(timeout_ms=200, max_records=20)
            for partition, records in polled.items():
                sending = [await self._handler.handle(_record(each)) for each in records]
                await asyncio.gather(*(each for each in sending if each is not None))
                await self._acknowledge(partition, records[-1].offset + 1)

    async def _acknowledge(self, partition: TopicPartition, offset: int) -> None:
        """What is not committed is read again: by us after a rebalance, or by whoever owns it then.

        Like Faust, which knows since it was assigned a partition what others have committed there, we never go back: a
        record may have been sent for so long that another owner has read on meanwhile.
        """
        try:
            if offset > (await self._consumer.committed(partition) or 0):
                await self._consumer.commit({partition: offset})
        except (CommitFailedError, KafkaError, KeyError, ValueError):
            return

    async def stop(self) -> None:
        """Leave."""
        await self._consumer.stop()
        await self._producer.stop()


def _record(record: Any) -> Record:
    return Record(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
        recorded_at=kafka_time(record.timestamp),
    )
