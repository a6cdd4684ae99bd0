"""Reads a partition's ledger back from its compacted topic."""

from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.dispatch.ledger.codec import decode
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.records import Record, RecordKey
from streams.topics import DOCUMENT_LEDGER


async def restore(partition: int, connection: Mapping[str, Any]) -> Ledger:
    """The ledger up to the end that was stable when the reading began.

    The caller has already started the partition's transactional producer: whatever a former owner left open is
    aborted, and nobody else can add to it. Positions are compared, because control records take offsets too.
    Raises ValueError for a record that this version cannot read: to go on without it could repeat a document.
    """
    topic = TopicPartition(DOCUMENT_LEDGER, partition)
    consumer = AIOKafkaConsumer(
        **connection, isolation_level="read_committed", enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        consumer.assign([topic])
        await consumer.seek_to_beginning(topic)
        end = (await consumer.end_offsets([topic]))[topic]
        records: dict[RecordKey, Record | None] = {}
        while await consumer.position(topic) < end:
            for message in (await consumer.getmany(topic, timeout_ms=500)).get(topic, []):
                key, record = decode(message.key, message.value)
                records[key] = record
    finally:
        await consumer.stop()
    ledger = Ledger()
    ledger.apply(records)
    return ledger
