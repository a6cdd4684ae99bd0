"""What the demo does with Kafka: publishes status changes and reads dead letters."""

import asyncio
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

# The contract's names (architecture §6); the demo shares no code with the product.
STATUS_CHANGES = "shipment.status-changes.v1"
DEAD_LETTERS = "shipment.dead-letters.v1"


class Records:
    """A producer and a follower of the dead letters. Use as a context manager."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", enable_idempotence=True)
        self._consumer = AIOKafkaConsumer(
            DEAD_LETTERS, bootstrap_servers=bootstrap_servers, auto_offset_reset="earliest"
        )
        self._reasons: dict[str, list[str]] = {}
        self._following: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._producer.start()
        await self._consumer.start()
        self._following = asyncio.create_task(self._follow())
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _failure: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self._consumer.stop()
        await self._producer.stop()

    async def publish(self, key: str, value: bytes) -> None:
        """Return when the broker has the status change."""
        await self._producer.send_and_wait(STATUS_CHANGES, value=value, key=key.encode())

    def reasons(self, key: str) -> tuple[str, ...]:
        """Why records of that key went aside, oldest first."""
        return tuple(self._reasons.get(key, ()))

    async def _follow(self) -> None:
        async for record in self._consumer:
            reason = dict(record.headers).get("dlq.reason", b"").decode()
            self._reasons.setdefault((record.key or b"").decode(), []).append(reason)
