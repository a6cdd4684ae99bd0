"""What people read of shipments: the integration log, the latest snapshot, and why some stand still."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from mappers.model.outcome import Status
from mappers.model.problem import Problem

_SKIPPED: Final = Status.SKIPPED.value
_PAID: Final = "PAID"
_SHOWN: Final = ("xero_status", "number", "sub_total", "total_tax", "total")


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
class LoggedChange:
    """What somebody did in Xero to the shipment's document: `change` is the event as it is answered over HTTP.

    `offset` and `at` are as those of a `LogEntry`, and of the same partition.
    """

    at: int
    offset: int
    change: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LoggedDrift:
    """In what the shipment's document differed at the newest comparison: `event` as it was published.

    `offset` and `at` are as those of a `LogEntry`, and of the same partition.
    """

    at: int
    offset: int
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LoggedAttachments:
    """How the shipment's files stand: `event` as it was published; `offset` and `at` as those of a `LogEntry`.

    `earlier` are the causes that the events before named, each with its `at`, the latest first.
    """

    at: int
    offset: int
    event: Mapping[str, Any]
    earlier: "tuple[tuple[int, tuple[Cause, ...]], ...]" = ()


@dataclass(frozen=True, slots=True)
class ShipmentLog:
    """The newest entries of a shipment's log, newest first, and what people did to its documents, the latest first.

    `drifts` are what the nightly comparisons told of it, the latest first: that one says all that differs.
    """

    entries: tuple[LogEntry, ...] = ()
    changes: tuple[LoggedChange, ...] = ()
    drifts: tuple[LoggedDrift, ...] = ()
    attachments: LoggedAttachments | None = None

    @property
    def latest(self) -> LogEntry | None:
        """The entry that says how the shipment stands: the newest that is not SKIPPED, else the newest.

        A skipped request (an older revision, a superseded one) says nothing about the document that is in Xero.
        """
        for entry in self.entries:
            if entry.outcome["status"] != _SKIPPED:
                return entry
        return self.entries[0] if self.entries else None

    @property
    def drift(self) -> LoggedDrift | None:
        """The newest word of the nightly comparison."""
        return self.drifts[0] if self.drifts else None

    @property
    def answered_since_files(self) -> LogEntry | None:
        """The newest request that was answered after the newest word of the files, which is of an earlier one."""
        if self.attachments is None:
            return None
        done = (each for each in self.entries if each.status is Status.PROCESSED)
        newest = next(done, None)
        return newest if newest is not None and newest.offset > self.attachments.offset else None

    @property
    def sync_status(self) -> str | None:
        """The guide's "Sync Status": the status of `latest`; None before the first outcome."""
        return self.latest.status.value if self.latest is not None else None

    @property
    def synced_at(self) -> str | None:
        """The guide's "Date and Time" beside the Sync Status: when that status was reached, RFC 3339 in UTC."""
        return str(self.latest.outcome["occurred_at"]) if self.latest is not None else None

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The document that the shipment is in Xero, as an outcome names it, with what people did to it since.

        It has `payment` (`paid` or `part_paid`) and `amount_paid` where a payment is known.
        """
        entry = next((each for each in self.entries if each.outcome["document"]), None)
        if entry is None:
            return None
        document: dict[str, Any] = dict(entry.outcome["document"])
        change = next((each for each in self.changes if _is_of(each, document)), None)
        if change is None:
            return document
        after: Mapping[str, Any] = change.change["after"]
        if change.offset > entry.offset:
            document |= {name: after[name] for name in _SHOWN if name in after}
        return document | _payment(after)

    @property
    def outcomes(self) -> tuple[Mapping[str, Any], ...]:
        """The contract's objects, newest first."""
        return tuple(entry.outcome for entry in self.entries)


def _is_of(change: LoggedChange, document: Mapping[str, Any]) -> bool:
    return bool(change.change["document"]["xero_id"] == document["xero_id"])


def _payment(after: Mapping[str, Any]) -> dict[str, str]:
    paid = [Decimal(after[name]) for name in ("amount_paid", "amount_credited") if name in after]
    settled = sum(paid, Decimal(0))
    if after["xero_status"] != _PAID and not settled:
        return {}
    return {"payment": "paid" if after["xero_status"] == _PAID else "part_paid", "amount_paid": f"{settled:f}"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The newest known state of a shipment, as its status change had it, decimals as texts.

    `occurred_at` is the event's own, in UTC; `revision` is None where the shipping system counts none. `faults` are
    fields of the event that could not be read: a snapshot with some is never sent. `recorded_at` is about when Kafka
    took the event.
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

    @property
    def holds_nothing_up(self) -> bool:
        """Whether it is about a document that is in Xero: in what it differs there, or which file it lacks."""
        return self.status == Status.PROCESSED


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
