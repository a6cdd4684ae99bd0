"""Faust's own events and messages, on a consumer that keeps what is acknowledged."""

from dataclasses import dataclass, field
from typing import Any, cast

import faust
from faust.types import TP, AppT, EventT
from faust.types.tuples import ConsumerMessage, Message

from streams.topics import STATUS_CHANGES


@dataclass
class AckingConsumer:
    """Keeps the offsets of each partition in the order in which they were acknowledged."""

    acked: dict[int, list[int]] = field(default_factory=dict)

    @property
    def consumer(self) -> "AckingConsumer":
        """An app, as far as an event asks it."""
        return self

    def ack(self, message: Message) -> bool:
        message.acked = True
        self.acked.setdefault(message.partition, []).append(message.offset)
        return True

    def event(self, offset: int, partition: int = 0, *, value: bytes | None = b"{}", **fields: Any) -> EventT[bytes]:
        """An event that one agent has been given."""
        details: dict[str, Any] = {"timestamp": 1763608522.5, "headers": None, "key": b"k"} | fields
        message = ConsumerMessage(
            topic=STATUS_CHANGES,
            partition=partition,
            offset=offset,
            timestamp_type=0,
            value=value,
            checksum=None,
            tp=TP(STATUS_CHANGES, partition),
            **details,
        )
        message.incref()
        return faust.Event(cast("AppT", self), message.key, value, None, message)

    def end_body(self, event: EventT[bytes]) -> None:
        """What Faust does when the agent's body is through with the event, or was cancelled in it."""
        event.message.ack(cast("Any", self))
