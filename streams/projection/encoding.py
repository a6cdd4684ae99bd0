"""The projection's bytes on disk: keys, and the rows they lead to.

A key is a table's byte, then each part with its length before it, so that no id can run into its neighbour.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from mappers.model import (
    Affected,
    Cause,
    LogEntry,
    LoggedAttachments,
    LoggedChange,
    LoggedDrift,
    Problem,
    ShipmentLog,
    Snapshot,
)
from mappers.outbound import ATTACHMENTS_TYPE, CHANGE_TYPE, DRIFT_TYPE

LOGS: Final = b"l"
SNAPSHOTS: Final = b"s"
ATTENTION: Final = b"a"
POSITIONS: Final = b"o"
LAYOUT: Final = b"v"
CAUSES: Final = b"c"
RANKED: Final = b"r"
COMPANIES: Final = b"n"
LINES: Final = b"i"
PLACES: Final = b"t"
TOKENS: Final = b"w"
COUNTS: Final = b"m"
BLOCKED: Final = b"b"
STANDING: Final = b"h"
LEFT: Final = b"d"
ENDED: Final = b"e"
ACTS: Final = b"p"

_LENGTH = 4
_MOST = 10**18


@dataclass(frozen=True, slots=True)
class Position:
    """How far a partition is folded.

    `next` is the offset to read next, `last` that of the last record seen, and `digest` that record's, by which a topic
    that was deleted and made anew is told from the one that was folded. Both are None where nothing was seen yet.
    """

    next: int
    last: int | None = None
    digest: str | None = None


def key(table: bytes, *parts: str) -> bytes:
    """The key of a row, or, with fewer parts, what the keys of many rows begin with."""
    return table + b"".join(map(_part, parts))


def parts(stored: bytes) -> tuple[str, ...]:
    """The parts of a key."""
    return tuple(_parts(stored))


def first_part(stored: bytes) -> str:
    """The first part of a key, which may go on with something else than parts."""
    return next(_parts(stored))


def attention_key(company_id: str, cause: Cause, shipment_id: str) -> bytes:
    """The key of a shipment under a cause."""
    return key(ATTENTION, company_id, cause.status, cause.code, cause.field, cause.value, shipment_id)


def cause_key(company_id: str, cause: Cause, table: bytes = CAUSES) -> bytes:
    """The key of a cause's count; with `ATTENTION`, what the keys of its shipments begin with."""
    return key(table, company_id, cause.status, cause.code, cause.field, cause.value)


def cause_parts(cause: Cause) -> tuple[str, str, str, str]:
    """The cause as the parts of a key."""
    return cause.status, cause.code, cause.field, cause.value


def cause_places(company_id: str, code: str, field: str = "", value: str = "") -> bytes:
    """What the places of the shipments begin with that stand still for a code, or for one cause of it."""
    if not field and not value:
        return key(PLACES, company_id, "k", code)
    return key(PLACES, company_id, "c", code, field, value)


def ranked_key(company_id: str, count: int, cause: Cause) -> bytes:
    """The key of a cause among the company's, the most frequent first."""
    rank = f"{_MOST - count:019}"
    return key(RANKED, company_id, rank, cause.status, cause.code, cause.field, cause.value)


def ranked_cause(stored: bytes) -> tuple[Cause, int]:
    """The cause in such a key, and how many shipments stand under it."""
    _company, rank, status, code, field, value = parts(stored)
    return Cause(status, code, field, value), _MOST - int(rank)


def encode_log(log: ShipmentLog) -> bytes:
    """The row's bytes: outcomes, changes and what differs alike, each with its `event_type`."""
    rows = [[entry.at, entry.offset, entry.outcome] for entry in log.entries]
    rows += [[each.at, each.offset, each.change] for each in log.changes]
    rows += [[each.at, each.offset, each.event] for each in log.drifts]
    rows += [] if log.attachments is None else [_files(log.attachments)]
    return orjson.dumps(rows)


def decode_log(value: bytes | None) -> ShipmentLog:
    """The row back; an absent one is the empty log."""
    if value is None:
        return ShipmentLog()
    entries, changes, drifts = list[LogEntry](), list[LoggedChange](), list[LoggedDrift]()
    attachments: LoggedAttachments | None = None
    for stored in orjson.loads(value):
        kind = stored[2]["event_type"]
        if kind == CHANGE_TYPE:
            changes.append(LoggedChange(*stored))
        elif kind == DRIFT_TYPE:
            drifts.append(LoggedDrift(*stored))
        elif kind == ATTACHMENTS_TYPE:
            attachments = _attachments(*stored)
        else:
            entries.append(LogEntry(*stored))
    return ShipmentLog(tuple(entries), tuple(changes), tuple(drifts), attachments)


def _files(told: LoggedAttachments) -> list[Any]:
    return [told.at, told.offset, told.event, *([told.earlier] if told.earlier else [])]


def _attachments(at: int, offset: int, event: dict[str, Any], earlier: Sequence[Any] = ()) -> LoggedAttachments:
    told = ((when, tuple(Cause(**each) for each in causes)) for when, causes in earlier)
    return LoggedAttachments(at, offset, event, tuple(told))


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """The row's bytes; ids are in its key too, but a row is complete by itself."""
    faults = [each.model_dump(mode="json") for each in snapshot.faults]
    row: dict[str, Any] = {
        "company_id": snapshot.company_id,
        "shipment_id": snapshot.shipment_id,
        "revision": snapshot.revision,
        "occurred_at": snapshot.occurred_at.astimezone(UTC),
        "status": snapshot.status,
        "shipment": snapshot.shipment,
    }
    if faults:
        row["faults"] = faults
    if snapshot.recorded_at is not None:
        row["recorded_at"] = snapshot.recorded_at.astimezone(UTC)
    return orjson.dumps(row)


def decode_snapshot(value: bytes) -> Snapshot:
    """The row back."""
    stored = orjson.loads(value)
    faults = tuple(Problem.model_validate(each) for each in stored.pop("faults", ()))
    times = {name: datetime.fromisoformat(stored[name]) for name in ("occurred_at", "recorded_at") if name in stored}
    return Snapshot(**{**stored, **times}, faults=faults)


def encode_affected(affected: Affected) -> bytes:
    """The row's bytes."""
    return orjson.dumps(affected)


def decode_affected(value: bytes) -> Affected:
    """The row back."""
    return Affected(**orjson.loads(value))


def encode_position(position: Position) -> bytes:
    """The row's bytes."""
    return orjson.dumps([position.next, position.last, position.digest])


def decode_position(value: bytes) -> Position:
    """The row back."""
    return Position(*orjson.loads(value))


def _part(text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    return len(raw).to_bytes(_LENGTH, "big") + raw


def _parts(stored: bytes) -> Iterator[str]:
    at = 1
    while at < len(stored):
        end = at + _LENGTH + int.from_bytes(stored[at : at + _LENGTH], "big")
        yield stored[at + _LENGTH : end].decode("utf-8", "surrogatepass")
        at = end
