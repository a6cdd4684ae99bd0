"""A shipment's line as it is stored: what its status changes say, and what its log says.

Each half is replaced by itself: an outcome is folded without reading the snapshot, which may be a thousand times as
long.
"""

from typing import Any, NamedTuple

import orjson

from mappers.model import NOT_SYNCED, Cause, ListedDocument, ShipmentLine
from streams.projection.causes import Stay
from streams.projection.place import moment


class ChangeHalf(NamedTuple):
    """Of the newest status change. `at` is about when Kafka took it, in microseconds since 1970.

    `words` are what the shipment is searched by, one a line.
    """

    at: int
    status: str
    shipment_number: str | None
    exporter_reference: str | None
    invoice_number: str | None
    buyer_code: str | None
    consignee_code: str | None
    currency: str | None
    value: str | None
    words: str


class LogHalf(NamedTuple):
    """Of the log: the outcome that says how the shipment stands.

    `document` is a `ListedDocument` in its order; each of `stays` has status, code, field and value of the cause, and
    the rest of a `Stay`. `words` are what the shipment is searched by, one a line. Lists, as JSON has them.
    """

    at: int
    status: str
    synced_at: str
    waiting_reason: str | None
    resume_at: str | None
    document: list[str | None] | None
    trigger: str
    requested_by: str | None
    request_id: str
    stays: list[list[Any]]
    words: str


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

    @property
    def stays(self) -> tuple[Stay, ...]:
        """How long the shipment stood under which causes."""
        if self.log is None or not self.log.stays:
            return ()
        return tuple(Stay(Cause(*cause), start, end, released) for *cause, start, end, released in self.log.stays)

    @property
    def causes(self) -> tuple[Cause, ...]:
        """What the shipment stands still for."""
        return tuple(stay.cause for stay in self.stays if stay.end is None)

    @property
    def money(self) -> tuple[str, str] | None:
        """Currency and value of the shipment, where both can be read."""
        if self.change is None or self.change.currency is None or self.change.value is None:
            return None
        return self.change.currency, self.change.value

    @property
    def words(self) -> list[str]:
        """What the shipment is searched by, each once."""
        halves = (half.words for half in (self.change, self.log) if half is not None)
        return list(dict.fromkeys("\n".join(halves).split("\n")))


def encode_line(row: LineRow) -> bytes:
    """The row's bytes."""
    return orjson.dumps([_listed(row.change), _listed(row.log)])


def decode_line(stored: bytes) -> LineRow:
    """The row back."""
    change, log = orjson.loads(stored)
    return LineRow(ChangeHalf(*change) if change is not None else None, LogHalf(*log) if log is not None else None)


def shown_line(shipment_id: str, row: LineRow) -> ShipmentLine:
    """The line as it is read."""
    change: dict[str, Any] = {}
    if row.change is not None:
        change = row.change._asdict()
        del change["at"], change["words"]
        change["shipment_status"] = change.pop("status")
    log: dict[str, Any] = {"status": NOT_SYNCED}
    if row.log is not None:
        log = row.log._asdict()
        del log["at"], log["words"], log["stays"]
        log["document"] = ListedDocument(*row.log.document) if row.log.document is not None else None  # type: ignore[arg-type]  # As it was stored.
        log["causes"] = row.causes
    return ShipmentLine(shipment_id, at=moment(row.at), **change, **log)


def _listed(half: ChangeHalf | LogHalf | None) -> list[Any] | None:
    return list(half) if half is not None else None
