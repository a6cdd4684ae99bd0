"""A producer that goes on after a record was refused.

An idempotent producer numbers its batches, and a broker takes only the next number from it (KIP-98). aiokafka 0.14
counts a batch that the broker refused, as too large or for want of a right, and one that expired without a leader: what
follows in that partition is refused as out of order for as long as the producer lives. Java's client begins to count
anew (KIP-360); aiokafka has no way to, so another producer takes its place.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

log = structlog.get_logger(__name__)

STOP_SECONDS: Final = 1.0


class RenewingProducer:
    """Sends as aiokafka's producer does, in the same words.

    After a failure what is under way is left to the producer that has it: it goes on until the brokers answer, or
    until `stop`.
    """

    def __init__(self, make: Callable[[], AIOKafkaProducer], *, stop_seconds: float = STOP_SECONDS) -> None:
        """`make` makes an idempotent producer, not started; `stop_seconds` is what `stop` waits at most."""
        self._make = make
        self._stop_seconds = stop_seconds
        self._producer: AIOKafkaProducer | None = None
        self._making = asyncio.Lock()
        self._ending: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect; otherwise the first record does. Raises KafkaError or OSError."""
        await self._running()

    async def stop(self) -> None:
        """Have what is under way delivered, for a moment, and close. Raises nothing."""
        if self._producer is not None:
            self._end(self._producer)
        if self._ending:
            await asyncio.wait(self._ending, timeout=self._stop_seconds)

    async def send(
        self,
        topic: str,
        value: bytes | None = None,
        *,
        key: bytes | None = None,
        headers: Sequence[tuple[str, bytes]] = (),
        timestamp_ms: int | None = None,
    ) -> asyncio.Future[Any]:
        """Hand the record over; the future is done when the broker answered. Raises KafkaError or OSError."""
        producer = await self._running()
        try:
            sent: asyncio.Future[Any] = await producer.send(
                topic, value, key=key, headers=list(headers), timestamp_ms=timestamp_ms
            )
        except MessageSizeTooLargeError:
            raise  # By the client's own limit: it is not numbered yet.
        except KafkaError as failure:
            self._renew(producer, failure)
            raise
        sent.add_done_callback(partial(self._has_ended, producer))
        return sent

    async def send_and_wait(self, topic: str, value: bytes | None = None, **fields: Any) -> Any:
        """As `send`, and its answer. Whoever does not wait for it any longer takes nothing back."""
        return await asyncio.shield(await self.send(topic, value, **fields))

    async def _running(self) -> AIOKafkaProducer:
        async with self._making:
            if self._producer is None:
                made = self._make()
                try:
                    await made.start()
                except BaseException:
                    await made.stop()
                    raise
                self._producer = made
            return self._producer

    def _has_ended(self, producer: AIOKafkaProducer, sent: asyncio.Future[Any]) -> None:
        failure = None if sent.cancelled() else sent.exception()
        if failure is not None:
            self._renew(producer, failure)

    def _renew(self, producer: AIOKafkaProducer, failure: BaseException) -> None:
        if producer is self._producer:
            log.warning("producer_renewed", error=repr(failure)[:300])
            self._end(producer)

    def _end(self, producer: AIOKafkaProducer) -> None:
        self._producer = None
        ending = asyncio.create_task(_stopped(producer))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)


def renewing_producer(connection: Mapping[str, Any], largest: int) -> RenewingProducer:
    """One that waits for all brokers that have a partition; `largest` is how many bytes one request may have."""
    fields = {**connection, "acks": "all", "enable_idempotence": True, "max_request_size": largest}
    return RenewingProducer(partial(AIOKafkaProducer, **fields))


async def _stopped(producer: AIOKafkaProducer) -> None:
    with suppress(Exception):
        await producer.stop()
