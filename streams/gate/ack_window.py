"""Which events may be acknowledged: those of a partition strictly in offset order, when what they caused is durable.

Several events are on their way to the broker at a time. Faust commits over gaps among what is acknowledged (measured:
acknowledging in the order of completion lost events), so an acknowledged event has to mean that all before it are done.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from faust.types import TP, EventT, Message

from streams.gate.settings import WindowLimits
from streams.ops import EventResult, Invariant

Sending = asyncio.Future[EventResult]
"""Done when what an event caused is on the broker."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """An event and what it waits for; None where it caused nothing."""

    event: EventT[bytes]
    sending: Sending | None

    @property
    def is_settled(self) -> bool:
        """Not merely done: a failure is told by a callback of its own, which another one may come before."""
        return self.sending is None or (
            self.sending.done() and not self.sending.cancelled() and self.sending.exception() is None
        )


class AckWindow:
    """The events that are taken and not acknowledged yet, by partition, bounded in number and in bytes."""

    def __init__(
        self,
        limits: WindowLimits,
        on_failure: Callable[[Message, BaseException], None],
        on_violation: Callable[[Invariant], None],
    ) -> None:
        """`on_failure` is called once, with the first event that could not be dealt with; nothing is acknowledged from
        then on. `on_violation` is told of an event that somebody else acknowledged before what it caused was durable.
        """
        self._limits = limits
        self._on_failure = on_failure
        self._on_violation = on_violation
        self._taken: defaultdict[TP, deque[_Taken]] = defaultdict(deque)
        self._events = 0
        self._bytes = 0
        self._freed = asyncio.Event()
        self._broken = False

    def hold(self, event: EventT[bytes]) -> None:
        """Take the acknowledgement out of Faust's hands; to be called before anything else is done with the event.

        Faust counts down when the agent's body is through with an event, however it ends (`StreamIterator.after`). With
        one more to count, that is never the last.
        """
        event.message.incref()

    def add(self, event: EventT[bytes], sending: Sending | None) -> None:
        """Acknowledge the held event when `sending` is done and all before it are acknowledged."""
        message = event.message
        self._taken[message.tp].append(_Taken(event, sending))
        self._events += 1
        self._bytes += len(message.value or b"")
        if self._broken:
            _withdraw(message)
        if sending is None:
            self._advance(message.tp)
        else:
            sending.add_done_callback(partial(self._sent, event))

    def give_up(self, event: EventT[bytes]) -> None:
        """Acknowledge neither the held event nor any after it in its partition: it was cut off before it was sent."""
        self._taken[event.message.tp].append(_Taken(event, asyncio.get_running_loop().create_future()))
        _withdraw(event.message)

    def fail(self, event: EventT[bytes], error: BaseException) -> None:
        """Acknowledge nothing more: the event could not be dealt with."""
        if self._broken:
            return
        self._broken = True
        for taken in self._taken.values():
            for each in taken:
                _withdraw(each.event.message)
        _withdraw(event.message)
        self._on_failure(event.message, error)

    async def room(self) -> None:
        """Wait until another event may be taken; for ever, where the window is broken."""
        while self._broken or self._is_full():
            self._freed.clear()
            await self._freed.wait()

    def _is_full(self) -> bool:
        return self._events >= self._limits.events or self._bytes >= self._limits.bytes

    def _sent(self, event: EventT[bytes], sending: Sending) -> None:
        if sending.cancelled():
            self.fail(event, asyncio.CancelledError())
        elif (error := sending.exception()) is not None:
            self.fail(event, error)
        else:
            self._advance(event.message.tp)

    def _advance(self, partition: TP) -> None:
        taken = self._taken[partition]
        while taken and taken[0].is_settled and not self._broken:
            event = taken.popleft().event
            self._events -= 1
            self._bytes -= len(event.message.value or b"")
            if event.message.acked:
                self._on_violation(Invariant.DURABLE_BEFORE_ACK)
            event.ack()
            self._freed.set()


def _withdraw(message: Message) -> None:
    """Faust leaves a message alone that counts as acknowledged, and does not wait for it when it stops."""
    message.acked = True
