"""What people read of shipments: the integration log, the latest snapshot, and why some stand still."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mappers.model.outcome import Status
from mappers.model.problem import Problem


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of a shipment's log. `outcome` is the contract's object (6.2) as it is answered over HTTP.

    `offset` is its place in the partition and orders the lines of a shipment: the clocks of two workers may differ.
    `at` is the outcome's `occurred_at` in microseconds since 1970.
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

    entries: tuple[LogEntry, ...] = ()

    @property
    def latest(self) -> LogEntry | None:
        """The entry that says how the shipment stands: the newest that is not SKIPPED, else the newest.

        A skipped request (an older revision, a superseded one) says nothing about the document that is in Xero.
        """
        return next(
            (entry for entry in self.entries if entry.status is not Status.SKIPPED), next(iter(self.entries), None)
        )

    @property
    def sync_status(self) -> str | None:
        """The guide's "Sync Status": the status of `latest`; None before the first outcome."""
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
    """The newest known state of a shipment, as its status change had it, decimals as texts.

    `occurred_at` is the event's own, in UTC; `revision` is None where the shipping system counts none. `faults` are
    fields of the event that could not be read: a snapshot with some is never sent. `recorded_at`, which is not kept, is
    about when Kafka took the event.
    """

    company_id: str
    shipment_id: str
    revision: int | None
    occurred_at: datetime
    status: str
    shipment: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()
    recorded_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, order=True)
class Cause:
    """Why shipments stand still. `code` is an error's code, or the reason of a wait; empty texts where not said."""

    status: str
    code: str
    field: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Affected:
    """One shipment under a cause, in the words of its outcome. `since` is RFC 3339 in UTC.

    `resume_at` is when it goes on by itself; None where only an event releases it.
    """

    shipment_id: str
    since: str
    message: str
    hint: str = ""
    value: str | None = None
    resume_at: str | None = None
