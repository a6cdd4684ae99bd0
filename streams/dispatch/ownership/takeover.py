"""Taking a partition over: fence the former owner, read the ledger, find where the input goes on (architecture §4)."""

import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import UnknownTopicOrPartitionError

from streams.dispatch.context import LaneContext
from streams.dispatch.ledger import (
    OWNER,
    DeadLetter,
    Ledger,
    LedgerTransaction,
    PartitionProducer,
    ProducerSettings,
    Transactions,
)
from streams.dispatch.ownership.foreign import ForeignRecords
from streams.dispatch.ownership.intake import RequestIntake, partition_of
from streams.dispatch.ownership.ledger_topic import LedgerTopic
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.ownership.restore import restore
from streams.dispatch.ownership.stores import HeldStore, PartitionStores
from streams.dispatch.settings import CLIENT_END
from streams.ops import Part, bounded
from streams.topics import SYNC_REQUESTS, TopicNames

log = structlog.get_logger(__name__)

START_SECONDS, ANSWER_SECONDS = 15.0, 10.0


class InputLostError(Exception):
    """Requests that were never taken may be gone from the input topic: a person decides how to go on."""


class PartitionsChangedError(Exception):
    """The topics have another number of partitions than when the ledger was written: a person has to put it right."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What an owner has to give up at its end."""

    store: HeldStore
    producer: PartitionProducer

    async def stop(self) -> None:
        """Give it up, the store first: somebody else may wait for it. Bounded in time, and raises nothing."""
        self.store.close()
        await self.producer.stop()


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Makes owned partitions. The order of its steps keeps requests from being lost or repeated."""

    connection: Mapping[str, Any]
    consumer: AIOKafkaConsumer
    context: LaneContext
    version: str
    topic: LedgerTopic
    stores: PartitionStores

    @property
    def _topics(self) -> TopicNames:
        return self.context.settings.topics

    async def partition(self, number: int, on_step: Callable[[], None]) -> tuple[Partition, Holdings]:
        """The partition, restored and fenced; `on_step` is told of each step. Every wait is bounded.

        Raises InputLostError, PartitionsChangedError, PartitionLostError, StoreError, ValueError, TimeoutError,
        OSError, or Kafka's errors.
        """
        async with AsyncExitStack() as undo:
            partition, holdings = await self._take_over(number, on_step, undo)
            undo.pop_all()
        return partition, holdings

    async def _take_over(
        self, number: int, on_step: Callable[[], None], undo: AsyncExitStack
    ) -> tuple[Partition, Holdings]:
        started = time.monotonic()
        settings = ProducerSettings(
            connection=self.connection,
            group_id=self.context.settings.group_id,
            commit_timeout=self.context.settings.commit_timeout,
            topics=self._topics,
        )
        producer = PartitionProducer(number, settings, self.context.metrics, self.context.tracing)
        undo.push_async_callback(producer.stop)
        sys.audit("shipledger.take_over", "begun")
        await producer.start()
        sys.audit("shipledger.take_over", "fenced")
        on_step()
        held = await self.stores.open(number, await self.topic.trust(number), on_step)
        undo.callback(held.close)
        sys.audit("shipledger.take_over", "opened")
        place = TopicPartition(self._topics.document_ledger, number)
        foreign = ForeignRecords(place, self.version, self.context.metrics, self.context.clock)
        with self.stores.restoring():
            ledger = await restore(
                held, number, self.connection, self.context.clock, on_step, foreign.is_ours, place.topic
            )
        sys.audit("shipledger.take_over", "restored")
        partitions = self._partitions()
        check_homes(ledger, number, partitions, self._topics.sync_requests)
        start_offset = await self._start_offset(number)
        on_step()
        owner = uuid.uuid4().hex
        intake = RequestIntake(number, partitions, self.version, self.context.metrics, self.context.clock, place.topic)
        partition = Partition(number, start_offset, ledger, producer, intake, self.context, owner)
        await begin(self.context, ledger, producer, foreign.letters, owner, on_step)
        took = time.monotonic() - started
        self.context.metrics.restored(Part.DISPATCH, took)
        log.info(
            "partition_taken_over",
            partition=number,
            offset=start_offset,
            rebuilt=held.was_rebuilt,
            seconds=round(took, 3),
        )
        return partition, Holdings(held, producer)

    def _partitions(self) -> int:
        numbers = self.consumer.partitions_for_topic(self._topics.sync_requests)
        if not numbers:
            raise UnknownTopicOrPartitionError(
                f"the partitions of {self._topics.sync_requests} are not known at present"
            )
        return len(numbers)

    async def _start_offset(self, number: int) -> int:
        """The offset committed now, or the beginning. Read after fencing, which ended the last transaction."""
        topic = TopicPartition(self._topics.sync_requests, number)
        async with self._asking() as consumer:
            first = (await bounded(consumer.beginning_offsets([topic]), ANSWER_SECONDS, "the first offset"))[topic]
            end = (await bounded(consumer.end_offsets([topic]), ANSWER_SECONDS, "the end offset"))[topic]
            committed = await bounded(consumer.committed(topic), ANSWER_SECONDS, "the committed offset")
        known = None if committed is None else int(committed)
        return start_offset(number, first=int(first), end=int(end), committed=known, topic=topic.topic)

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[AIOKafkaConsumer]:
        """A client for these questions alone: it knows the group, and is no member of it.

        Where a broker fell silent its connection stays open, and whoever gives a question up sooner than the client
        does leaves that connection for the next question. The consumer of the requests asked over it for ever, as
        nothing is fetched before a partition is taken over.
        """
        group = self.context.settings.group_id
        consumer = AIOKafkaConsumer(**self.connection, group_id=group, enable_auto_commit=False)
        try:
            await bounded(consumer.start(), START_SECONDS, "the start of the consumer that asks for offsets")
            yield consumer
        finally:
            with suppress(Exception):
                await bounded(consumer.stop(), CLIENT_END, "the end of the consumer that asks for offsets")


async def begin(
    context: LaneContext,
    ledger: Ledger,
    producer: Transactions,
    letters: list[DeadLetter],
    owner: str,
    on_step: Callable[[], None],
) -> None:
    """Write down that there is a new owner, before it does anything else, and what its ledger had aside.

    Nothing is written before it is known who is paused: where that cannot be read, the partition begins anew. Raises
    TimeoutError then, and PartitionLostError.
    """
    await bounded(context.pauses.caught_up(), ANSWER_SECONDS, "the reading of the pauses")
    on_step()
    sys.audit("shipledger.take_over", "placed")
    at = context.clock()
    transaction = LedgerTransaction(records={OWNER: ledger.marked(owner)}, dead_letters=letters)
    step = ledger.submit(transaction)
    position = await producer.commit(transaction)
    if position is not None:
        await ledger.committed(step, position, at)
    sys.audit("shipledger.take_over", "marked")
    on_step()


def start_offset(number: int, *, first: int, end: int, committed: int | None, topic: str = SYNC_REQUESTS) -> int:
    """Where the input goes on. Raises InputLostError where requests may be gone that were never taken."""
    where = f"{topic}[{number}]"
    if committed is None and first > 0:
        raise InputLostError(
            f"{where}: nothing is committed, and offsets 0 to {first - 1} are deleted already. Either the group's "
            "offsets expired while no worker ran, or the group's name was changed, or the topic's retention is "
            f"shorter than the outage was. {_WHAT_TO_DO}"
        )
    if committed is not None and committed < first:
        raise InputLostError(
            f"{where}: offsets {committed} to {first - 1} were deleted before they were taken. {_WHAT_TO_DO}"
        )
    if committed is not None and committed > end:
        raise InputLostError(
            f"{where}: the committed offset is {committed}, but the topic ends at {end}: it was deleted and made anew, "
            f"or brokers lost records. Requests below {committed} may be new ones that nobody has taken. {_WHAT_TO_DO}"
        )
    return first if committed is None else committed


_WHAT_TO_DO = (
    "Stop the workers. Set the group's offset for this partition to the topic's first offset "
    "(kafka-consumer-groups.sh --reset-offsets --to-earliest), start them, and find the shipments of the lost time in "
    "the status topic and replay them (shipledger replay): what was answered is recognised, nothing is written twice."
)


def check_homes(ledger: Ledger, number: int, partitions: int, topic: str = SYNC_REQUESTS) -> None:
    """Raise PartitionsChangedError where an organisation of this ledger would get its requests elsewhere now.

    It would have two lanes, each with half of its documents.
    """
    for organisation in sorted(ledger.homes()):
        home = partition_of(organisation, partitions)
        if home != number:
            raise PartitionsChangedError(
                f"The ledger of partition {number} has shipments of organisation {organisation}, whose requests now go "
                f"to partition {home} of {partitions}: the number of partitions of {topic} was changed, which "
                "must not be done in use. Make all topics of Shipledger with the former number of partitions again, "
                "under their names, and copy the records of the status topic, the ledger and the requests into them."
            )
