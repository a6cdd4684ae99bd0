"""The ports `RequestPublisher` and `PausePublisher` on a producer of the API's own."""

import asyncio

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from mappers.model import CompanyPause, SyncRequest, encode_pause, encode_request
from streams.topics import COMPANY_PAUSES, SYNC_REQUESTS
from streams.web.ports import PauseReader, PublishError


class KafkaRequestPublisher:
    """Sends and waits for the broker; the producer is idempotent, started and stopped by its owner."""

    def __init__(self, producer: AIOKafkaProducer, *, seconds: float = 5.0) -> None:
        """`seconds`: how long a person waits for Kafka before the call says that it is away."""
        self._producer = producer
        self._seconds = seconds

    async def publish(self, request: SyncRequest) -> None:
        """As the port says. Keyed by the organisation, as the gate's requests are."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._producer.send_and_wait(
                    SYNC_REQUESTS, encode_request(request), key=request.organisation.encode()
                )
        except (KafkaError, TimeoutError) as error:
            raise PublishError("Kafka did not take the request in time; it may arrive yet.") from error


class KafkaPausePublisher:
    """Sends, and waits for the broker, and then for this worker to have heard it: whoever asks next is told so."""

    def __init__(self, producer: AIOKafkaProducer, pauses: PauseReader, *, seconds: float = 5.0) -> None:
        """`seconds`: how long a person waits for each of the two."""
        self._producer = producer
        self._pauses = pauses
        self._seconds = seconds

    async def say(self, pause: CompanyPause) -> None:
        """As the port says."""
        try:
            async with asyncio.timeout(self._seconds):
                sent = await self._producer.send_and_wait(
                    COMPANY_PAUSES, encode_pause(pause), key=pause.company_id.encode()
                )
        except (KafkaError, TimeoutError) as error:
            raise PublishError("Kafka did not take it in time; it may arrive yet.") from error
        try:
            async with asyncio.timeout(self._seconds):
                await self._pauses.has_read(sent.partition, sent.offset)
        except TimeoutError:
            return  # It is said; this worker hears it like the others.
