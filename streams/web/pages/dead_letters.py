"""The newest dead letters, read from their topic when somebody looks, and one of them sent again."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, Final, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from mappers.inbound import SentAgain, redriven, sent_again_header, why_not_again
from mappers.model import kafka_time, outcome_key, sent_kafka_time
from streams.reading import poison_of
from streams.topics import FETCHED_AT_ONCE, TopicNames, TopicsMissingError, partitions_there
from streams.web.pages.lately import Lately
from streams.web.pages.letter import Letter, letter_of
from streams.web.ports import PublishError
from streams.writing import RenewingProducer

NEWEST: Final = 20
"""Of each partition: a letter may be two megabytes."""
_SECONDS: Final = 8.0
_POLL_MS: Final = 500


class DeadLetters(Protocol):
    """The topic of dead letters."""

    async def newest(self) -> list[Letter]:
        """The newest, newest first. Raises PublishError where Kafka does not answer in time."""
        ...

    async def of_shipment(self, company_id: str, shipment_id: str) -> list[Letter] | None:
        """Those of the newest that have the shipment's key, as of half a minute ago; None where that is not known."""
        ...

    async def one(self, partition: int, offset: int) -> Letter | None:
        """The letter at this place. Raises PublishError as `newest` does."""
        ...

    async def send_again(self, partition: int, offset: int, again: SentAgain) -> None:
        """Put what is in it on the topic that it came from, as it was, with who sends it. Raises PublishError."""
        ...


class NoDeadLetters:
    """There is no Kafka to ask."""

    async def newest(self) -> list[Letter]:
        """As the port says."""
        return []

    async def of_shipment(self, company_id: str, shipment_id: str) -> list[Letter] | None:
        """As the port says."""
        del company_id, shipment_id
        return []

    async def one(self, partition: int, offset: int) -> Letter | None:
        """As the port says."""
        del partition, offset
        return None

    async def send_again(self, partition: int, offset: int, again: SentAgain) -> None:
        """As the port says."""
        del again
        raise PublishError(f"there is no letter at {partition}/{offset}")


class KafkaDeadLetters:
    """One look at a time; the producer is started and stopped by its owner."""

    def __init__(
        self,
        client_arguments: Mapping[str, Any],
        producer: RenewingProducer,
        topics: TopicNames | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        topics = topics or TopicNames()
        self._topic, self._open = topics.dead_letters, topics.open_to_others
        self._arguments = client_arguments
        self._producer = producer
        self._looking = asyncio.Lock()
        self._lately = Lately(self.newest, monotonic)

    async def newest(self) -> list[Letter]:
        """As the port says."""
        async with self._looking, self._consumer() as (consumer, partitions):
            first, ends = await consumer.beginning_offsets(partitions), await consumer.end_offsets(partitions)
            found: list[Letter] = []
            for each in partitions:
                begin = max(first[each], ends[each] - NEWEST)
                found += [letter_of(record, self._open) async for record in _between(consumer, each, begin, ends[each])]
        return sorted(found, key=lambda letter: (letter.failed_at, letter.offset), reverse=True)

    async def of_shipment(self, company_id: str, shipment_id: str) -> list[Letter] | None:
        """As the port says."""
        known = await self._lately.letters()
        key = outcome_key(company_id, shipment_id).decode()
        return None if known is None else [each for each in known if each.key == key]

    async def one(self, partition: int, offset: int) -> Letter | None:
        """As the port says."""
        record = await self._record(partition, offset)
        return None if record is None else replace(letter_of(record, self._open), content=record.value or b"")

    async def send_again(self, partition: int, offset: int, again: SentAgain) -> None:
        """As the port says."""
        record = await self._record(partition, offset)
        if record is None:
            raise PublishError(f"There is no dead letter at partition {partition}, offset {offset}.")
        if why := why_not_again(record.headers, self._open):
            raise PublishError(f"It cannot be sent again: {why}.")
        before = redriven(record.headers, kafka_time(record.timestamp))
        try:
            async with asyncio.timeout(_SECONDS):
                await self._producer.send_and_wait(
                    before.topic,
                    record.value,
                    key=record.key,
                    headers=[*before.headers, sent_again_header(again)],
                    timestamp_ms=sent_kafka_time(before.recorded_at, again.at),
                )
        except MessageSizeTooLargeError as error:
            raise PublishError("It is larger than the topic takes: have the shipping system send it anew.") from error
        except (KafkaError, TimeoutError) as error:
            raise PublishError("Kafka did not take it in time; it may arrive yet.") from error

    async def _record(self, partition: int, offset: int) -> Any | None:
        place = TopicPartition(self._topic, partition)
        try:
            async with self._looking, self._consumer(place) as (consumer, _):
                first, ends = await consumer.beginning_offsets([place]), await consumer.end_offsets([place])
                if not first[place] <= offset < ends[place]:
                    return None
                async for record in _between(consumer, place, offset, offset + 1):
                    return record
        except LookupError:
            return None
        return None

    @asynccontextmanager
    async def _consumer(
        self, needed: TopicPartition | None = None
    ) -> AsyncIterator[tuple[AIOKafkaConsumer, list[TopicPartition]]]:
        """A consumer of every partition, for eight seconds at most. Raises LookupError where `needed` is not one."""
        try:
            async with asyncio.timeout(_SECONDS):
                partitions = await partitions_there(self._arguments, [self._topic])
                if needed is not None and needed not in partitions:
                    raise LookupError(needed)
                consumer = AIOKafkaConsumer(
                    **self._arguments,
                    isolation_level="read_committed",
                    enable_auto_commit=False,
                    max_partition_fetch_bytes=FETCHED_AT_ONCE,
                )
                try:
                    await consumer.start()
                    consumer.assign(partitions)
                    yield consumer, partitions
                finally:
                    await _close(consumer)
        except (KafkaError, TopicsMissingError, TimeoutError, OSError) as error:
            raise PublishError("Kafka did not answer in time.") from error


async def _close(consumer: AIOKafkaConsumer) -> None:
    """Stop it. One that never fetched raises the cancellation of a task of its own (aiokafka 0.14,
    NoGroupCoordinator); only ours may end us.
    """
    try:
        await consumer.stop()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise


async def _between(consumer: AIOKafkaConsumer, place: TopicPartition, begin: int, end: int) -> AsyncIterator[Any]:
    """The readable records from `begin` to before `end`; what a transaction left between them is stepped over."""
    if begin >= end:
        return
    consumer.seek(place, begin)
    while await consumer.position(place) < end:
        polled = await consumer.getmany(place, timeout_ms=_POLL_MS, max_records=NEWEST)
        for record in polled.get(place, ()):
            if record.offset >= end:
                return
            if poison_of(record.value) is None:
                yield record
