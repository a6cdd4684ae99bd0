"""The consumer of the projection."""

from collections.abc import Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer


def log_consumer(connection: Mapping[str, Any]) -> AIOKafkaConsumer:
    """A consumer without a group. `connection` has aiokafka's arguments for servers and security.

    `auto_offset_reset="none"`: an offset that is not there any more is an error to look at, never a silent jump. The
    metadata's age bounds how long new partitions go unnoticed.
    """
    return AIOKafkaConsumer(
        **connection,
        group_id=None,
        enable_auto_commit=False,
        isolation_level="read_committed",
        auto_offset_reset="none",
        metadata_max_age_ms=30_000,
    )
