"""Taking a partition over: fence the former owner, read the ledger, find where the input goes on (architecture §4)."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.dispatch.context import LaneContext
from streams.dispatch.ledger import PartitionProducer, ProducerSettings, restore
from streams.dispatch.ownership.intake import RequestIntake
from streams.dispatch.ownership.partition import Partition
from streams.ops import Part
from streams.topics import SYNC_REQUESTS

log = structlog.get_logger(__name__)


class InputLostError(Exception):
    """Requests that were never taken are gone from the input topic (retention): a person decides how to go on."""


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Makes owned partitions. The order of its steps keeps requests from being lost or repeated."""

    connection: Mapping[str, Any]
    consumer: AIOKafkaConsumer
    context: LaneContext
    version: str

    async def partition(self, number: int) -> tuple[Partition, PartitionProducer]:
        """The partition, restored and fenced. Raises InputLostError, ValueError, or Kafka's errors."""
        started = time.monotonic()
        settings = ProducerSettings(connection=self.connection, group_id=self.context.settings.group_id)
        producer = PartitionProducer(number, settings, self.context.metrics)
        await producer.start()
        try:
            ledger = await restore(number, self.connection)
            start_offset = await self._start_offset(number)
        except BaseException:
            await producer.stop()
            raise
        partitions = len(self.consumer.partitions_for_topic(SYNC_REQUESTS) or ())
        intake = RequestIntake(number, partitions, self.version, self.context.metrics, self.context.clock)
        took = time.monotonic() - started
        self.context.metrics.restored(Part.DISPATCH, took)
        log.info(
            "partition_taken_over", partition=number, offset=start_offset, rows=len(ledger.rows), seconds=round(took, 3)
        )
        return Partition(number, start_offset, ledger, producer, intake, self.context), producer

    async def _start_offset(self, number: int) -> int:
        """The offset committed now, or the beginning. Read after fencing, which ended the last transaction."""
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
