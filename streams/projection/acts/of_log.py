"""What people did to one shipment, as its log tells: it is the same in whatever order partitions are read."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from mappers.model import ActKind, LogEntry, LoggedChange, ShipmentLog, Trigger, excerpt
from streams.projection.acts.entries import ToldAct, entries_of_act, told_act
from streams.projection.place import microseconds

Changes = dict[bytes, bytes | None]

LONGEST_DETAIL: Final = 200
"""Characters."""

_SYNC_NOW: Final = Trigger.SYNC_NOW.value


def change_acts(changes: Changes, company_id: str, shipment_id: str, before: ShipmentLog, after: ShipmentLog) -> None:
    """Add to the changes of a write what follows from a log that was `before` and is to be `after`."""
    if not (_has_any(before) or _has_any(after)):
        return  # As with all but a few.
    old, new = _entries(company_id, shipment_id, before), _entries(company_id, shipment_id, after)
    changes.update((entry, None) for entry in old if entry not in new)
    changes.update((entry, value) for entry, value in new.items() if old.get(entry) != value)


def _has_any(log: ShipmentLog) -> bool:
    return bool(log.changes) or any(entry.outcome["trigger"] == _SYNC_NOW for entry in log.entries)


def acts_in(company_id: str, shipment_id: str, log: ShipmentLog) -> Iterator[ToldAct]:
    """Each request that a person made, once, and each change in Xero."""
    asked: dict[str, list[LogEntry]] = {}
    for entry in log.entries:
        if entry.outcome["trigger"] == _SYNC_NOW:
            asked.setdefault(entry.outcome["request_id"], []).append(entry)
    for request_id, entries in asked.items():
        yield _sent(company_id, shipment_id, request_id, entries)
    for logged in log.changes:
        yield _changed(company_id, shipment_id, logged)


def _sent(company_id: str, shipment_id: str, request_id: str, entries: list[LogEntry]) -> ToldAct:
    """A request that waited has several entries: the first is nearest to when it was asked for, the last tells its end.

    When it was asked for is in no outcome.
    """
    in_order = sorted(entries, key=lambda each: each.offset)
    first, last = in_order[0], in_order[-1].outcome
    return told_act(
        first.at,
        f"r{request_id}",
        ActKind.SENT.value,
        last.get("requested_by") or "",
        company_id,
        shipment_id=shipment_id,
        result=last["status"],
        detail=_came_of(last),
    )


def _came_of(outcome: Mapping[str, Any]) -> str:
    """The document's number, what is waited for, or the first thing that was wrong."""
    if outcome["document"]:
        return str(outcome["document"]["number"])
    if outcome["waiting"]:
        return str(outcome["waiting"]["reason"])
    return excerpt(str(outcome["errors"][0]["message"]), LONGEST_DETAIL) if outcome["errors"] else ""


def _changed(company_id: str, shipment_id: str, logged: LoggedChange) -> ToldAct:
    """When Xero dates it, where Xero says."""
    change = logged.change
    return told_act(
        microseconds(datetime.fromisoformat(change["updated_at"])) if "updated_at" in change else logged.at,
        f"c{change['outcome_id']}",
        ActKind.IN_XERO.value,
        "",
        company_id,
        shipment_id=shipment_id,
        result=change["change"],
        detail=change["document"]["number"],
    )


def _entries(company_id: str, shipment_id: str, log: ShipmentLog) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for told in acts_in(company_id, shipment_id, log):
        found.update(entries_of_act(told))
    return found
