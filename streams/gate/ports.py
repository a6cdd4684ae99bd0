"""What the gate needs of others, and the record it is handed."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mappers.inbound import PoisonReason
from streams.ops import EventResult, Invariant

KafkaHeaders = Sequence[tuple[str, bytes | None]]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the status changes, as it stands on Kafka. `recorded_at` is its time there, in UTC."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: KafkaHeaders = ()
    recorded_at: datetime | None = None


class RecordTooLargeError(Exception):
    """The broker, or the producer for it, takes no record of this size; no retry will change that."""


class Publisher(Protocol):
    """Puts records on topics; records with one key arrive in the order in which they were handed over."""

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: KafkaHeaders) -> Awaitable[None]:
        """Hand a record over. What is returned must be awaited: it is done when the record is on all in-sync replicas.

        It raises RecordTooLargeError; every other exception, of either, means that it is not known whether the broker
        has the record.
        """


class GateMetrics(Protocol):
    """Counts; label values are closed sets."""

    def event(self, result: EventResult) -> None:
        """Count one event."""

    def event_without_key(self) -> None:
        """Count one event whose record has no key, and so no order among its shipment's events."""

    def dead_letter(self, reason: PoisonReason) -> None:
        """Count one dead letter by its reason."""

    def invariant_violated(self, invariant: Invariant) -> None:
        """Count a broken invariant."""
