"""Taking a partition over: fence the former owner, read the ledger, find where the input goes on (architecture §4)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.dispatch.context import World
from streams.dispatch.ledger import PartitionProducer, ProducerSettings, restore
from streams.dispatch.ownership.intake import Arrivals
from streams.dispatch.ownership.partition import Partition
from streams.ops import Part
from streams.topics import SYNC_REQUESTS

log = structlog.get_logger(__name__)


class InputLostError(Exception):
    """Requests that were never taken are gone from the input topic (retention): a human decides how to go on."""


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Makes owned partitions. The order of its steps is what keeps requests from being lost or repeated."""

    connection: Mapping[str, Any]
    consumer: AIOKafkaConsumer
    world: World
    version: str

    async def partition(self, number: int) -> tuple[Partition, PartitionProducer]:
        """The partition, restored and fenced. Raises InputLostError, ValueError, or Kafka's errors."""
        started = time.monotonic()
        settings = ProducerSettings(connection=self.connection, group_id=self.world.settings.group_id)
        producer = PartitionProducer(number, settings, self.world.metrics)
        await producer.start()
        try:
            ledger = await restore(number, self.connection)
            begin = await self._begin(number)
        except BaseException:
            await producer.stop()
            raise
        partitions = len(self.consumer.partitions_for_topic(SYNC_REQUESTS) or ())
        arrivals = Arrivals(number, partitions, self.version, self.world.metrics, self.world.clock)
        took = time.monotonic() - started
        self.world.metrics.restored(Part.DISPATCH, took)
        log.info("partition_taken_over", partition=number, offset=begin, rows=len(ledger.rows), seconds=round(took, 3))
        return Partition(number, begin, ledger, producer, arrivals, self.world), producer

    async def _begin(self, number: int) -> int:
        """The offset committed now, or the beginning. Read after the fence, which settled the last transaction."""
        topic = TopicPartition(SYNC_REQUESTS, number)
        first = int((await self.consumer.beginning_offsets([topic]))[topic])
        committed = await self.consumer.committed(topic)
        if committed is None:
            return first
        if committed < first:
            raise InputLostError(
                f"{SYNC_REQUESTS}[{number}]: offsets {committed} to {first - 1} were deleted before they were taken. "
                "Find the shipments in the status topic and replay them, then set the group's offset to go on."
            )
        return int(committed)
