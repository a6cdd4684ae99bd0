"""Who did what to a shipment: asked for it, sent it again, changed its document in Xero."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from mappers.model import LogEntry, LoggedChange, ShipmentLine, ShipmentLog
from streams.web.pages.views.changes import change_line
from streams.web.pages.words import trigger_word

# Who it was where nobody in particular is known to have asked.
_BY_TRIGGER: Final[Mapping[str, str]] = {"status": "Shipping", "released": "Shipledger"}
IN_XERO: Final = "Somebody in Xero"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did. `status` is what came of it; empty where it is what they did in Xero."""

    at: str
    who: str
    what: str
    status: str


@dataclass(frozen=True, slots=True)
class ActivityOfShipment:
    """What was done about one shipment, the newest first."""

    shipment_id: str
    acts: list[Act]


def activity_of(line: ShipmentLine, log: ShipmentLog) -> ActivityOfShipment:
    """Each request once, with the newest that is known of it, and each change in Xero."""
    acts = [*_asked(log.entries), *(_changed(each) for each in log.changes)]
    newest_first = sorted(acts, key=lambda pair: pair[0], reverse=True)
    return ActivityOfShipment(line.shipment_id, [act for _, act in newest_first])


def _asked(entries: tuple[LogEntry, ...]) -> Iterator[tuple[int, Act]]:
    """A request that waited has several entries: the newest says what became of it."""
    seen: set[str] = set()
    for entry in sorted(entries, key=lambda each: each.offset, reverse=True):
        outcome = entry.outcome
        if outcome["request_id"] in seen:
            continue
        seen.add(outcome["request_id"])
        who = outcome.get("requested_by") or _BY_TRIGGER.get(outcome["trigger"], "")
        yield entry.offset, Act(outcome["occurred_at"], who, trigger_word(outcome["trigger"]), outcome["status"])


def _changed(logged: LoggedChange) -> tuple[int, Act]:
    change = change_line(logged)
    return logged.offset, Act(change.at, IN_XERO, change.changed, "")
