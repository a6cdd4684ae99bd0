"""Faust's transport on aiokafka, reading committed records only.

Faust reads uncommitted records unless its whole app runs in transactions (`AIOKafkaConsumerThread.
_create_worker_consumer`), and has no setting for it: what a sender aborts, or may still abort, would become a request.
The level is therefore set on the consumer that Faust has made, before it is started. The names with an underscore are
those of faust-streaming 0.15.3 and aiokafka 0.14.0; the tests on a real broker say whether they still do what they did.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine, Iterable
from typing import Any

from aiokafka import AIOKafkaConsumer
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, Consumer, Transport
from faust.types import TP, AppT, Message
from mode.services import WaitResults

from streams.gate.first_step import Begun
from streams.gate.silent_connections import ImpatientProducer

READ_AHEAD = 4_000_000
"""Bytes of events that are read and not acknowledged yet, beside the window's: beyond, nothing more is read.

Faust bounds its buffer in events alone (4,096, whatever their size).
"""
_LOOK_EVERY = 0.02


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
    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109  # Faust's name.
        """What Faust reads next; nothing while too much is read that is not acknowledged.

        It looks again and again, instead of being told: a rebalance drops events of which nobody tells.
        """
        deadline = time.monotonic() + timeout
        while has_too_much(self._unacked_messages):
            if self.should_stop or time.monotonic() >= deadline:
                return
            await asyncio.sleep(_LOOK_EVERY)
        async for each in super().getmany(timeout):
            yield each

    async def wait_first(self, *coros: Any, timeout: Any = None) -> WaitResults:  # noqa: ASYNC109  # Mode's name.
        """As Mode does: return when the first of these ends, or the service.

        Faust waits so for each message until it is in the agent's queue, beside the beginning of a rebalance. There
        mostly is room, so it is done with its first step; four tasks and a wait for it cost more than the gate's work.
        """
        if self.should_stop or not all(map(asyncio.iscoroutine, coros)):
            return await super().wait_first(*coros, timeout=timeout)
        others = coros[1:]
        try:
            begun = Begun(coros[0])
        except BaseException:
            _leave(others)
            raise
        if not begun.is_done:
            return await super().wait_first(begun, *others, timeout=timeout)
        _leave(others)
        return WaitResults([], [begun.result()], stopped=False)

    def _new_consumer_thread(self) -> AIOKafkaConsumerThread:
        return _CommittedConsumerThread(self, loop=self.loop, beacon=self.beacon)


class _CommittedTransport(Transport):
    Consumer = _CommittedConsumer
    Producer = ImpatientProducer


def has_too_much(messages: Iterable[Message]) -> bool:
    """Whether the messages have more bytes than may be read ahead."""
    return sum(len(each.value or b"") for each in tuple(messages) if not each.acked) > READ_AHEAD


def _leave(coroutines: Iterable[Coroutine[Any, Any, Any]]) -> None:
    """They were never begun, and nobody will."""
    for each in coroutines:
        each.close()
