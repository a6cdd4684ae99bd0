"""The halves of a line, from the rows they stand for."""

from collections.abc import Mapping
from decimal import Context, Decimal
from functools import reduce
from typing import Any, Final

from mappers.model import NotANumber, ShipmentLog, Snapshot, normalise, read_number
from streams.projection.causes import stays_in
from streams.projection.encoding import cause_parts
from streams.projection.indexes.line_row import ChangeHalf, LogHalf
from streams.projection.indexes.tokens import words_of
from streams.projection.place import microseconds

LONGEST: Final = 255
"""Characters of a field that are listed and searched."""

_IDS: Final = ("shipment_number", "exporter_reference", "invoice_number", "buyer_code", "consignee_code")
_EXACT: Final = Context(prec=60)
_AMOUNTS: Final = ("sub_total", "total_tax", "total")
_DOCUMENT: Final = ("type", "number", "xero_id", "xero_status", *_AMOUNTS, "currency", "url", "payment")


def change_half(snapshot: Snapshot) -> ChangeHalf:
    """What a list shows of the newest status change."""
    shipment = snapshot.shipment
    number, reference, invoice, buyer, consignee = (_text(shipment.get(name)) for name in _IDS)
    return ChangeHalf(
        microseconds(snapshot.recorded_at or snapshot.occurred_at),
        snapshot.status,
        number,
        reference,
        invoice,
        buyer,
        consignee,
        _text(shipment.get("currency")),
        _value(shipment.get("lines")),
        words_of(snapshot.shipment_id, number, reference, invoice, buyer, consignee),
    )


def log_half(shipment_id: str, log: ShipmentLog) -> LogHalf | None:
    """What a list shows of the log; None of an empty one."""
    latest = log.latest
    if latest is None:
        return None
    outcome = latest.outcome
    waiting = outcome["waiting"] or {}
    document = log.document
    requests = [entry.outcome["request_id"] for entry in log.entries]
    return LogHalf(
        latest.at,
        outcome["status"],
        outcome["occurred_at"],
        waiting.get("reason"),
        waiting.get("resume_at"),
        [document.get(name) for name in _DOCUMENT] if document is not None else None,
        outcome["trigger"],
        outcome.get("requested_by"),
        outcome["request_id"],
        [[*cause_parts(stay.cause), stay.start, stay.end, stay.is_released] for stay in stays_in(log)],
        words_of(shipment_id, document["number"] if document is not None else None, *requests),
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
        whole = reduce(_EXACT.add, map(_item_value, lines))
    except NotANumber:
        return None
    return f"{whole:f}"


def _item_value(line: Any) -> Decimal:
    return read_number(line.get("item_value") if isinstance(line, Mapping) else None)
