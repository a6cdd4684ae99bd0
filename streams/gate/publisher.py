"""The port `Publisher` on Faust's own producer, so that Faust flushes it before it commits."""

from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError
from faust import App
from faust.exceptions import ProducerSendError

from streams.gate.ports import KafkaHeaders, RecordTooLargeError


class FaustPublisher:
    """Sends with acks=all and waits for the broker. aiokafka retries by itself; what it gives up on is raised."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def publish(self, topic: str, key: bytes | None, value: bytes | None, headers: KafkaHeaders) -> None:
        """As the port says."""
        producer = await self._app.maybe_start_producer()
        try:
            await producer.send_and_wait(topic, key, value, partition=None, timestamp=None, headers=list(headers))
        except (MessageSizeTooLargeError, RecordListTooLargeError) as refusal:
            raise RecordTooLargeError(str(refusal)) from refusal
        except ProducerSendError as failure:
            if isinstance(failure.__cause__, MessageSizeTooLargeError | RecordListTooLargeError):
                raise RecordTooLargeError(str(failure.__cause__)) from failure
            raise
