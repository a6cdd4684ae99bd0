"""The port `Publisher` on Faust's own producer, so that Faust flushes it before it commits.

Order is kept without an idempotent producer. aiokafka's sender has one batch of a partition on its way at a time: it
leaves the partition out (`_muted_partitions`) until the request is answered, and puts a batch that it will try again
back in front of the others before it lets the partition in (aiokafka 0.14.0: `Sender._send_produce_req`,
`MessageAccumulator.reenqueue`). A batch that it gives up on ends the gate; what was sent after it is sent once more.
"""

from collections.abc import Awaitable

from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from faust import App
from faust.exceptions import ProducerSendError

from streams.gate.ports import KafkaHeaders, RecordTooLargeError

_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)


class FaustPublisher:
    """Sends with acks=all. aiokafka retries by itself; what it gives up on is raised."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def gather_for(self, seconds: float) -> None:
        """So long a record waits from now on for others to go in one request with it.

        aiokafka has one such time for all there is to send (`linger_ms`); it counts for what is begun after this.
        """
        producer = await self._app.maybe_start_producer()
        producer._producer._message_accumulator._linger_time = seconds  # noqa: SLF001  # See above.

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: KafkaHeaders) -> Awaitable[None]:
        """As the port says."""
        producer = await self._app.maybe_start_producer()
        try:
            sent = await producer.send(topic, key, value, partition=None, timestamp=None, headers=list(headers))
        except ProducerSendError as failure:
            if not isinstance(failure.__cause__, _TOO_LARGE):
                raise
            # The client refuses what is above its own limit before it asks the broker.
            return _refused(failure.__cause__)
        return _acknowledged(sent)


async def _acknowledged(sent: Awaitable[object]) -> None:
    try:
        await sent
    except _TOO_LARGE as refusal:
        raise RecordTooLargeError(str(refusal)) from refusal


async def _refused(refusal: Exception) -> None:
    raise RecordTooLargeError(str(refusal)) from refusal
