"""Faust's transport on aiokafka, reading committed records only.

Faust reads uncommitted records unless its whole app runs in transactions (`AIOKafkaConsumerThread.
_create_worker_consumer`), and has no setting for it: what a sender aborts, or may still abort, would become a request.
The level is therefore set on the consumer that Faust has made, before it is started. The names with an underscore are
those of faust-streaming 0.15.3 and aiokafka 0.14.0; the tests on a real broker say whether they still do what they did.
"""

import asyncio

from aiokafka import AIOKafkaConsumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP, AppT


def committed_reads(app: AppT) -> Transport:
    """The transport for `app.transport`; to be set before anything else of the app is used."""
    return _CommittedTransport(app.conf.broker_consumer, app)


class _CommittedConsumerThread(AIOKafkaConsumerThread):
    def _create_consumer(self, loop: asyncio.AbstractEventLoop) -> AIOKafkaConsumer:
        consumer = super()._create_consumer(loop)
        consumer._isolation_level = "read_committed"  # noqa: SLF001  # see the module's docstring
        return consumer

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Look for a stall as Faust does, unless a sender's open transaction holds the partition: that is none."""
        if tp in self.assignment() and not self._is_held(tp):
            super().verify_event_path(now, tp)

    def _is_held(self, tp: TP) -> bool:
        consumer = self._ensure_consumer()
        stable, end = consumer.last_stable_offset(tp), consumer.highwater(tp)
        return stable is not None and end is not None and stable < end


class _CommittedConsumer(Consumer):
    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _CommittedConsumerThread(self, loop=self.loop, beacon=self.beacon)


class _CommittedTransport(Transport):
    Consumer = _CommittedConsumer
