"""Reads single records from outside of any group: when what waits, or what came last, was put on Kafka."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from mappers.model import kafka_time

PEEK_SECONDS = 1.0
_STEPS_BACK = (8, 64, 512)


class Waiting(NamedTuple):
    """A record that waits; `since` is None where it has no time, or none could be read."""

    since: datetime | None


async def first_waiting(consumer: AIOKafkaConsumer, partition: TopicPartition, start: int, end: int) -> Waiting | None:
    """The first record between the offsets; None where there is none, only the markers of transactions."""
    with _assigned(consumer, partition, start):
        try:
            async with asyncio.timeout(PEEK_SECONDS):
                while await consumer.position(partition) < end:
                    found = await consumer.getmany(partition, timeout_ms=100, max_records=1)
                    if records := found.get(partition):
                        return Waiting(kafka_time(records[0].timestamp))
        except TimeoutError:
            return Waiting(None)  # Nothing speaks against one.
    return None


async def last_time(consumer: AIOKafkaConsumer, partition: TopicPartition, start: int, end: int) -> datetime | None:
    """When the last record between the offsets was put there; None where there is none.

    Read a few offsets back from the end, and further where they were markers alone. Raises TimeoutError.
    """
    for back in _STEPS_BACK:
        begin, found = max(start, end - back), None
        with _assigned(consumer, partition, begin):
            async with asyncio.timeout(PEEK_SECONDS):
                while await consumer.position(partition) < end:
                    polled = await consumer.getmany(partition, timeout_ms=100)
                    times = [kafka_time(record.timestamp) for record in polled.get(partition, ())]
                    found = max((each for each in (found, *times) if each is not None), default=None)
        if found is not None or begin == start:
            return found
    return None


@contextmanager
def _assigned(consumer: AIOKafkaConsumer, partition: TopicPartition, start: int) -> Iterator[None]:
    consumer.assign([partition])
    try:
        consumer.seek(partition, start)
        yield
    finally:
        # Not unsubscribed: aiokafka's fetcher ends for good where it meets that moment (0.14.0,
        # `Fetcher._fetch_requests_routine`), and every later look would wait in vain.
        consumer.pause(partition)
