"""The rows of the two tables, and their bytes on disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from mappers.model import Status

KEPT_ENTRIES: Final = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a shipment's log. `outcome` is the contract's object (6.2) as it is answered over HTTP.

    `at` is the outcome's `occurred_at` in microseconds since 1970 and `offset` its place in the partition: together
    they order the lines of a shipment, the offset deciding between two of one instant.
    """

    at: int
    offset: int
    outcome: Mapping[str, Any]

    @property
    def status(self) -> Status:
        """The outcome's status."""
        return Status(self.outcome["status"])


@dataclass(frozen=True, slots=True)
class ShipmentLog:
    """The newest entries of a shipment's log, newest first."""

    entries: tuple[Entry, ...] = ()

    @property
    def latest(self) -> Entry | None:
        """The entry that says how the shipment stands: the newest that is not SKIPPED, else the newest.

        A skipped request (an older revision, a superseded one) says nothing about the document that is in Xero.
        """
        return next(
            (entry for entry in self.entries if entry.status is not Status.SKIPPED), next(iter(self.entries), None)
        )

    @property
    def sync_status(self) -> str | None:
        """The guide's "Sync Status": the status of `latest`; null before the first outcome."""
        return self.latest.status.value if self.latest is not None else None

    @property
    def synced_at(self) -> str | None:
        """The guide's "Date and Time" beside the Sync Status: when that status was reached, RFC 3339 in UTC."""
        return str(self.latest.outcome["occurred_at"]) if self.latest is not None else None

    @property
    def outcomes(self) -> tuple[Mapping[str, Any], ...]:
        """The contract's objects, newest first."""
        return tuple(entry.outcome for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The newest known state of a shipment, as its status change had it. `occurred_at` is the event's own, in UTC."""

    company_id: str
    shipment_id: str
    revision: int | None
    occurred_at: datetime
    status: str
    shipment: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a partition is folded.

    `next` is the offset to read next, `last` that of the last record seen, and `mark` that record's digest, by which a
    topic that was deleted and made anew is told from the one that was folded. Null marks: nothing was seen yet.
    """

    next: int
    last: int | None = None
    mark: str | None = None


def encode_log(log: ShipmentLog) -> bytes:
    """The row's bytes."""
    return orjson.dumps([[entry.at, entry.offset, entry.outcome] for entry in log.entries])


def decode_log(value: bytes | None) -> ShipmentLog:
    """The row back; an absent one is the empty log."""
    return ShipmentLog(tuple(Entry(*stored) for stored in orjson.loads(value))) if value is not None else ShipmentLog()


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """The row's bytes; ids are in its key too, but a row is complete by itself."""
    return orjson.dumps(
        {
            "company_id": snapshot.company_id,
            "shipment_id": snapshot.shipment_id,
            "revision": snapshot.revision,
            "occurred_at": snapshot.occurred_at.astimezone(UTC),
            "status": snapshot.status,
            "shipment": snapshot.shipment,
        }
    )


def decode_snapshot(value: bytes) -> Snapshot:
    """The row back."""
    stored = orjson.loads(value)
    return Snapshot(**{**stored, "occurred_at": datetime.fromisoformat(stored["occurred_at"])})


def encode_position(position: Position) -> bytes:
    """The row's bytes."""
    return orjson.dumps([position.next, position.last, position.mark])


def decode_position(value: bytes) -> Position:
    """The row back."""
    return Position(*orjson.loads(value))
