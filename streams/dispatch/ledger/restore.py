"""Reads a partition's ledger back from its compacted topic."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.dispatch.ledger.codec import decode
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.records import Record, RecordKey
from streams.ops import bounded
from streams.topics import DOCUMENT_LEDGER

START_SECONDS = 15.0
POLL_SECONDS = 0.5
ANSWER_SECONDS = 10.0
STOP_SECONDS = 3.0
SILENT_POLLS = 30
"""Polls in a row that bring nothing and do not move the position, after which the reading is given up."""


async def restore(partition: int, connection: Mapping[str, Any], on_step: Callable[[], None] = lambda: None) -> Ledger:
    """The ledger up to the end that was stable when the reading began; `on_step` is told of each step of it.

    The caller has already started the partition's transactional producer: whatever a former owner left open is
    aborted, and nobody else can add to it. Positions are compared, because control records take offsets too.
    Raises ValueError for a record that this version cannot read: to go on without it could repeat a document; and
    TimeoutError, OSError or Kafka's errors where the brokers do not answer.
    """
    topic = TopicPartition(DOCUMENT_LEDGER, partition)
    consumer = AIOKafkaConsumer(
        **connection, isolation_level="read_committed", enable_auto_commit=False, auto_offset_reset="earliest"
    )
    try:
        await bounded(consumer.start(), START_SECONDS, "the start of the ledger's consumer")
        consumer.assign([topic])
        records = await _read(consumer, topic, on_step)
    finally:
        with contextlib.suppress(Exception):
            await bounded(consumer.stop(), STOP_SECONDS, "the end of the ledger's consumer")
    ledger = Ledger()
    ledger.apply(records)
    return ledger


async def _read(
    consumer: AIOKafkaConsumer, topic: TopicPartition, on_step: Callable[[], None]
) -> dict[RecordKey, Record | None]:
    await bounded(consumer.seek_to_beginning(topic), ANSWER_SECONDS, "the ledger's first offset")
    end = (await bounded(consumer.end_offsets([topic]), ANSWER_SECONDS, "the ledger's end"))[topic]
    records: dict[RecordKey, Record | None] = {}
    position, silent = -1, 0
    while (now_at := await bounded(consumer.position(topic), ANSWER_SECONDS, "the ledger's position")) < end:
        silent = silent + 1 if now_at == position else 0
        if silent > SILENT_POLLS:
            raise TimeoutError(f"the ledger's topic gave nothing from {position} on; its end is {end}")
        position = now_at
        polled = await bounded(
            consumer.getmany(topic, timeout_ms=int(POLL_SECONDS * 1000)), ANSWER_SECONDS, "the ledger's next records"
        )
        for message in polled.get(topic, []):
            key, record = decode(message.key, message.value)
            records[key] = record
        on_step()
    return records
