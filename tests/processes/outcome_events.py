"""What is in the topic of the outcomes, as a service reads it."""

import json
from typing import Any

from aiokafka import AIOKafkaConsumer

from deploy.testbed.stack import Stack


async def outcome_events(stack: Stack, kind: bytes) -> list[dict[str, Any]]:
    """Every committed event of the kind."""
    consumer = AIOKafkaConsumer(
        stack.topics.sync_outcomes,
        bootstrap_servers=stack.bootstrap_servers,
        isolation_level="read_committed",
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        found = []
        for partition, end in ends.items():
            while await consumer.position(partition) < end:
                batch = await consumer.getmany(partition, timeout_ms=1000)
                found += [record for records in batch.values() for record in records]
    finally:
        await consumer.stop()
    return [json.loads(each.value) for each in found if dict(each.headers)["ce_type"] == kind]
