"""Folding is pure: a row and a record give the next row; the same records again, in the same order, change nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from mappers.model import (
    Cause,
    DocumentAttachments,
    DocumentChange,
    DocumentDrift,
    LogEntry,
    LoggedAttachments,
    LoggedChange,
    LoggedDrift,
    Outcome,
    ShipmentLog,
    Snapshot,
    Status,
    is_older,
)
from mappers.outbound import attachments_to_wire, change_to_wire, drift_to_wire, lacking, outcome_to_wire
from streams.projection.place import microseconds

KEPT_ENTRIES: Final = 50
KEPT_DRIFTS: Final = 20
KEPT_FILES: Final = 20


def fold_outcome(log: ShipmentLog, outcome: Outcome, offset: int) -> ShipmentLog:
    """Put the outcome in its place among the newest entries.

    One entry per `outcome_id`: of a terminal outcome published again the first stays, as a repetition is no news; of a
    WAITING one the last, as it says until when it waits now.
    """
    entry = LogEntry(microseconds(outcome.occurred_at), offset, outcome_to_wire(outcome))
    same = next((each for each in log.entries if each.outcome["outcome_id"] == entry.outcome["outcome_id"]), None)
    if same is not None and not _replaces(entry, same):
        return log
    entries = [each for each in log.entries if each is not same]
    newest = sorted([*entries, entry], key=_order, reverse=True)
    return replace(log, entries=tuple(newest[:KEPT_ENTRIES]))


def fold_change(log: ShipmentLog, change: DocumentChange, offset: int) -> ShipmentLog:
    """Put what somebody did to the document in its place among the newest changes; of repetitions the first stays."""
    wire = change_to_wire(change)
    if any(each.change["outcome_id"] == wire["outcome_id"] and each.offset <= offset for each in log.changes):
        return log
    told = LoggedChange(microseconds(change.occurred_at), offset, wire)
    others = [each for each in log.changes if each.change["outcome_id"] != wire["outcome_id"]]
    newest = sorted([*others, told], key=lambda each: each.offset, reverse=True)
    return replace(log, changes=tuple(newest[:KEPT_ENTRIES]))


def fold_drift(log: ShipmentLog, drift: DocumentDrift, offset: int) -> ShipmentLog:
    """Put what the comparison told in its place; of the same record again nothing comes."""
    if any(each.offset == offset for each in log.drifts):
        return log
    told = LoggedDrift(microseconds(drift.occurred_at), offset, drift_to_wire(drift))
    newest = sorted([*log.drifts, told], key=lambda each: each.offset, reverse=True)
    return replace(log, drifts=tuple(newest[:KEPT_DRIFTS]))


def fold_attachments(log: ShipmentLog, told: DocumentAttachments, offset: int) -> ShipmentLog:
    """The newest says how all files stand; of those before it is kept what the document lacked then."""
    before = log.attachments
    if before is not None and before.offset >= offset:
        return log
    earlier = () if before is None else (_lacked(before), *before.earlier)[:KEPT_FILES]
    newest = LoggedAttachments(microseconds(told.occurred_at), offset, attachments_to_wire(told), earlier)
    return replace(log, attachments=newest)


def contradicts(log: ShipmentLog, outcome: Outcome) -> bool:
    """Whether the log has its request end otherwise: a request ends once (invariant 2), however often it is told."""
    if outcome.status is Status.WAITING:
        return False
    request_id, terminal = str(outcome.request_id), frozenset(Status) - {Status.WAITING, outcome.status}
    return any(entry.outcome["request_id"] == request_id and entry.status in terminal for entry in log.entries)


def fold_snapshot(known: Snapshot | None, change: Snapshot) -> Snapshot:
    """The newer of the two; of two that are equally new the one that came last."""
    now = change.recorded_at or datetime.max.replace(tzinfo=UTC)
    return known if known is not None and is_older(change, known, now) else change


def _lacked(told: LoggedAttachments) -> tuple[int, tuple[Cause, ...]]:
    return told.at, tuple(dict.fromkeys(cause for cause, _ in lacking(told.event)))


def _replaces(entry: LogEntry, same: LogEntry) -> bool:
    if entry.status is Status.WAITING:
        return _order(entry) > _order(same)
    return _order(entry) < _order(same)


def _order(entry: LogEntry) -> int:
    """Its place in the topic: a shipment's outcomes are in one partition, and workers' clocks differ."""
    return entry.offset
