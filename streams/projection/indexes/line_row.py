"""A shipment's line as it is stored: what its status changes say, and what its log says.

Each half is replaced by itself: an outcome is folded without reading the snapshot, which may be a thousand times as
long.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

import orjson

from mappers.model import NOT_SYNCED, Cause, ListedDocument, ShipmentLine, rfc3339

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ChangeHalf(NamedTuple):
    """Of the newest status change. `at` is about when Kafka took it, in microseconds since 1970."""

    at: int
    status: str
    shipment_number: str | None
    exporter_reference: str | None
    invoice_number: str | None
    buyer_code: str | None
    consignee_code: str | None
    currency: str | None
    value: str | None


class LogHalf(NamedTuple):
    """Of the log: the outcome that says how the shipment stands, and the requests of all entries, newest first.

    `document` is a `ListedDocument` in its order; `causes` have code, field and value.
    """

    at: int
    status: str
    synced_at: str
    waiting_reason: str | None
    resume_at: str | None
    document: tuple[str | None, ...] | None
    trigger: str
    requested_by: str | None
    request_id: str
    causes: tuple[tuple[str, str, str], ...]
    requests: tuple[str, ...]


class LineRow(NamedTuple):
    """Both halves; at least one of them is there."""

    change: ChangeHalf | None
    log: LogHalf | None

    @property
    def at(self) -> int:
        """What the list is ordered by: see `ShipmentLine`."""
        if self.log is not None:
            return self.log.at
        return self.change.at if self.change is not None else 0

    @property
    def status(self) -> str:
        """The word that is listed, and filtered by."""
        return self.log.status if self.log is not None else NOT_SYNCED


def encode_line(row: LineRow) -> bytes:
    """The row's bytes."""
    return orjson.dumps([_listed(row.change), _listed(row.log)])


def decode_line(stored: bytes) -> LineRow:
    """The row back."""
    change, log = orjson.loads(stored)
    return LineRow(
        ChangeHalf(*change) if change is not None else None, LogHalf(*_tuples(log)) if log is not None else None
    )


def shown_line(shipment_id: str, row: LineRow) -> ShipmentLine:
    """The line as it is read."""
    change: dict[str, Any] = {}
    if row.change is not None:
        change = row.change._asdict()
        del change["at"]
        change["shipment_status"] = change.pop("status")
    log: dict[str, Any] = {"status": NOT_SYNCED}
    if row.log is not None:
        log = row.log._asdict()
        del log["at"], log["requests"]
        log["document"] = ListedDocument(*row.log.document) if row.log.document is not None else None  # type: ignore[arg-type]  # As it was stored.
        log["causes"] = tuple(Cause(row.log.status, *each) for each in row.log.causes)
    return ShipmentLine(shipment_id, at=rfc3339(_EPOCH + timedelta(microseconds=row.at)), **change, **log)


def microseconds(when: datetime) -> int:
    """Since 1970."""
    return (when - _EPOCH) // timedelta(microseconds=1)


def _listed(half: ChangeHalf | LogHalf | None) -> list[Any] | None:
    return list(half) if half is not None else None


def _tuples(log: list[Any]) -> list[Any]:
    """JSON has no tuples; equal rows are equal."""
    *rest, document, trigger, by, request, causes, requests = log
    shown = tuple(document) if document is not None else None
    return [*rest, shown, trigger, by, request, tuple(map(tuple, causes)), tuple(requests)]
