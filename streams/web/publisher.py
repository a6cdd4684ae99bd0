"""The port `RequestPublisher` on a producer of the API's own."""

import asyncio

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from mappers.model import SyncRequest, encode_request
from streams.topics import SYNC_REQUESTS
from streams.web.ports import PublishError


class KafkaRequestPublisher:
    """Sends and waits for the broker; the producer is idempotent, started and stopped by its owner."""

    def __init__(self, producer: AIOKafkaProducer, topic: str = SYNC_REQUESTS, *, seconds: float = 5.0) -> None:
        """`seconds`: how long a person waits for Kafka before the call says that it is away."""
        self._producer = producer
        self._topic = topic
        self._seconds = seconds

    async def publish(self, request: SyncRequest) -> None:
        """As the port says. Keyed by the organisation, as the gate's requests are."""
        try:
            async with asyncio.timeout(self._seconds):
                await self._producer.send_and_wait(
                    self._topic, encode_request(request), key=request.organisation.encode()
                )
        except (KafkaError, TimeoutError) as error:
            raise PublishError("Kafka did not take the request in time; it may arrive yet.") from error
