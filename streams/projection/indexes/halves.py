"""The halves of a line, from the rows they stand for."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from mappers.model import Cause, NotANumber, ShipmentLog, Snapshot, normalise, read_number
from streams.projection.indexes.line_row import ChangeHalf, LogHalf, microseconds

LONGEST: Final = 255
"""Characters of a field that are listed and searched."""

_DOCUMENT: Final = ("type", "number", "xero_id", "xero_status", "sub_total", "total_tax", "total", "currency", "url")


def change_half(snapshot: Snapshot) -> ChangeHalf:
    """What a list shows of the newest status change."""
    shipment = snapshot.shipment
    return ChangeHalf(
        microseconds(snapshot.recorded_at or snapshot.occurred_at),
        snapshot.status,
        _text(shipment.get("shipment_number")),
        _text(shipment.get("exporter_reference")),
        _text(shipment.get("invoice_number")),
        _text(shipment.get("buyer_code")),
        _text(shipment.get("consignee_code")),
        _text(shipment.get("currency")),
        _value(shipment.get("lines")),
    )


def log_half(log: ShipmentLog, causes: Iterable[Cause]) -> LogHalf | None:
    """What a list shows of the log, which stands under these causes."""
    latest = log.latest
    if latest is None:
        return None
    outcome = latest.outcome
    waiting = outcome["waiting"] or {}
    document = next((each for entry in log.entries if (each := entry.outcome["document"]) is not None), None)
    return LogHalf(
        latest.at,
        outcome["status"],
        outcome["occurred_at"],
        waiting.get("reason"),
        waiting.get("resume_at"),
        tuple(document.get(name) for name in _DOCUMENT) if document is not None else None,
        outcome["trigger"],
        outcome.get("requested_by"),
        outcome["request_id"],
        tuple((each.code, each.field, each.value) for each in causes),
        tuple(dict.fromkeys(entry.outcome["request_id"] for entry in log.entries)),
    )


def _text(raw: object) -> str | None:
    """A text or number, as it is searched; what is longer than any id is cut."""
    if raw is None or isinstance(raw, bool) or not isinstance(raw, str | int):
        return None
    return normalise(str(raw)[:LONGEST]) or None


def _value(lines: object) -> str | None:
    """The sum of the item values; None where one cannot be read, for half a sum would mislead."""
    if not isinstance(lines, list) or not lines:
        return None
    try:
        whole = sum((_item_value(line) for line in lines), Decimal(0))
    except NotANumber:
        return None
    return f"{whole:f}"


def _item_value(line: Any) -> Decimal:
    return read_number(line.get("item_value") if isinstance(line, Mapping) else None)
