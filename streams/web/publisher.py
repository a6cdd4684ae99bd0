"""The ports that put something on a topic, on a producer of the API's own: requests, status changes, looks, pauses."""

import asyncio
from collections.abc import Sequence
from typing import Final

from aiokafka.errors import KafkaError, MessageSizeTooLargeError, RecordListTooLargeError, TopicAuthorizationFailedError

from mappers.model import (
    COMMAND_HEADER,
    LARGEST_REQUEST,
    LOOK_AT,
    CompanyPause,
    LookAt,
    SyncRequest,
    encode_pause,
    encode_request,
)
from streams.topics import COMPANY_PAUSES, STATUS_CHANGES, SYNC_REQUESTS
from streams.tracing import PASS_ON, Tracing
from streams.web.ports import FedEvent, PauseReader, PublishError, RecordTooLargeError
from streams.writing import RenewingProducer

_TOO_LARGE: Final = (MessageSizeTooLargeError, RecordListTooLargeError)


class KafkaRequestPublisher:
    """Sends and waits for the broker; the producer is idempotent, started and stopped by its owner."""

    def __init__(
        self,
        producer: RenewingProducer,
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
        value = encode_request(self._tracing.received(request, ()))
        if len(value) > LARGEST_REQUEST:
            # The gate's limit: what is larger would be let in here, and could not be stored further on.
            raise _larger_than_a_request(f"{len(value)} bytes, more than {LARGEST_REQUEST}")
        try:
            async with asyncio.timeout(self._seconds):
                await self._producer.send_and_wait(self._topic, value, key=request.organisation.encode())
        except _TOO_LARGE as error:
            raise _larger_than_a_request(f"{len(value)} bytes, more than its topic takes") from error
        except (KafkaError, TimeoutError) as error:
            raise PublishError("Kafka did not take the request in time; it may arrive yet.") from error


class KafkaStatusChangePublisher:
    """Hands events over in their order, so that a shipment's stay in theirs, and waits for all of them at once."""

    def __init__(self, producer: RenewingProducer, topic: str = STATUS_CHANGES, *, seconds: float = 5.0) -> None:
        """`seconds`: how long a caller waits for Kafka, however many events there are."""
        self._producer = producer
        self._topic = topic
        self._seconds = seconds

    async def publish(self, events: Sequence[FedEvent]) -> list[PublishError | None]:
        """As the port says. A delivery that is given up on here goes on in the producer."""
        handed: list[asyncio.Future[None]] = []
        try:
            async with asyncio.timeout(self._seconds):
                for each in events:
                    handed.append(await self._hand_over(each))  # noqa: PERF401  # What was handed over before a timeout counts.
                if handed:
                    await asyncio.wait(handed)
        except TimeoutError:
            pass
        ends = [_end_of(each) for each in handed]
        return [*ends, *(_not_in_time() for _ in events[len(ends) :])]

    async def _hand_over(self, event: FedEvent) -> asyncio.Future[None]:
        try:
            sent: asyncio.Future[None] = await self._producer.send(
                self._topic, event.value, key=event.key, headers=event.headers
            )
        except KafkaError as error:  # What the client refuses by itself.
            sent = asyncio.get_running_loop().create_future()
            sent.set_exception(error)
        sent.add_done_callback(_take_note)
        return sent


def _take_note(sent: asyncio.Future[None]) -> None:
    """A failure that comes when nobody waits any more is not one that nobody looked at."""
    if not sent.cancelled():
        sent.exception()


def _end_of(sent: asyncio.Future[None]) -> PublishError | None:
    if not sent.done() or sent.cancelled():
        return _not_in_time()
    match sent.exception():
        case None:
            return None
        case MessageSizeTooLargeError() | RecordListTooLargeError():
            return RecordTooLargeError("Kafka takes no record of this size.")
        case TopicAuthorizationFailedError():
            return PublishError("Kafka does not let Shipledger write status changes: operations give it the right.")
        case _:
            return _not_in_time()


def _not_in_time() -> PublishError:
    return PublishError("Kafka did not take the event in time; it may arrive yet.")


def _larger_than_a_request(what: str) -> RecordTooLargeError:
    return RecordTooLargeError(f"The shipment is too large to be sent: its request would have {what}.")


class KafkaLookPublisher:
    """Sends with the requests, by the organisation, so that it comes to whoever owns its ledger."""

    def __init__(self, producer: RenewingProducer, topic: str = SYNC_REQUESTS) -> None:
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
        self, producer: RenewingProducer, pauses: PauseReader, topic: str = COMPANY_PAUSES, *, seconds: float = 5.0
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
