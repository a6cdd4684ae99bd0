"""What the gate needs of others, and the record it is handed."""

from collections.abc import Sequence
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
    """Puts a record on a topic."""

    async def publish(self, topic: str, key: bytes | None, value: bytes | None, headers: KafkaHeaders) -> None:
        """Return when the broker has the record on all in-sync replicas.

        Raises RecordTooLargeError; every other exception means that it is not known whether the broker has it.
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
