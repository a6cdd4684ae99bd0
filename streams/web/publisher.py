"""The ports `RequestPublisher`, `LookPublisher` and `PausePublisher` on a producer of the API's own."""

import asyncio

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from mappers.model import COMMAND_HEADER, LOOK_AT, CompanyPause, LookAt, SyncRequest, encode_pause, encode_request
from streams.topics import COMPANY_PAUSES, SYNC_REQUESTS
from streams.tracing import PASS_ON, Tracing
from streams.web.ports import PauseReader, PublishError


class KafkaRequestPublisher:
    """Sends and waits for the broker; the producer is idempotent, started and stopped by its owner."""

    def __init__(
        self,
        producer: AIOKafkaProducer,
        topic: str = SYNC_REQUESTS,
        *,
        seconds: float = 5.0,
        tracing: Tracing = PASS_ON,
    ) -> None:
        """`seconds`: how long a person waits for Kafka before the call says that it is away."""
        self._producer = producer
        self._topic = topic
        self._seconds = seconds
        self._tracing = tracing

    async def publish(self, request: SyncRequest) -> None:
        """As the port says. Keyed by the organisation, as the gate's requests are."""
        traced = self._tracing.received(request, ())
        try:
            async with asyncio.timeout(self._seconds):
                await self._producer.send_and_wait(
                    self._topic, encode_request(traced), key=request.organisation.encode()
                )
        except (KafkaError, TimeoutError) as error:
            raise PublishError("Kafka did not take the request in time; it may arrive yet.") from error


class KafkaLookPublisher:
    """Sends with the requests, by the organisation, so that it comes to whoever owns its ledger."""

    def __init__(self, producer: AIOKafkaProducer, topic: str = SYNC_REQUESTS) -> None:
        self._producer = producer
        self._topic = topic

    async def publish(self, look: LookAt) -> None:
        """As the port `LookPublisher` says. How long to wait is the caller's to bound."""
        headers = [(COMMAND_HEADER, LOOK_AT.encode())]
        try:
            await self._producer.send_and_wait(
                self._topic, look.model_dump_json().encode(), key=look.organisation.encode(), headers=headers
            )
        except KafkaError as error:
            raise PublishError("Kafka did not take it.") from error


class KafkaPausePublisher:
    """Sends, and waits for the broker, and then for this worker to have heard it: whoever asks next is told so."""

    def __init__(
        self, producer: AIOKafkaProducer, pauses: PauseReader, topic: str = COMPANY_PAUSES, *, seconds: float = 5.0
    ) -> None:
        """`seconds`: how long a person waits for each of the two."""
        self._producer = producer
        self._pauses = pauses
        self._topic = topic
        self._seconds = seconds

    async def say(self, pause: CompanyPause) -> None:
        """As the port says."""
        try:
            async with asyncio.timeout(self._seconds):
                sent = await self._producer.send_and_wait(
                    self._topic, encode_pause(pause), key=pause.company_id.encode()
                )
        except (KafkaError, TimeoutError) as error:
            raise PublishError("Kafka did not take it in time; it may arrive yet.") from error
        try:
            async with asyncio.timeout(self._seconds):
                await self._pauses.has_read(sent.partition, sent.offset)
        except TimeoutError:
            return  # It is said; this worker hears it like the others.
