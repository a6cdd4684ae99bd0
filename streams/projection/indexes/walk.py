"""The lists by looking at every shipment."""

from collections import Counter
from collections.abc import Mapping

from mappers.model import ShipmentFilter, ShipmentPage
from streams.projection.attention import causes_of
from streams.projection.encoding import LOGS, SNAPSHOTS, decode_log, decode_snapshot, key, parts
from streams.projection.indexes.halves import change_half, log_half
from streams.projection.indexes.line_row import LineRow, shown_line
from streams.projection.indexes.matching import matches
from streams.projection.indexes.place import Place
from streams.projection.key_value import KeyValue


def every_line(disk: KeyValue, company_id: str) -> dict[str, LineRow]:
    """The line of each shipment of the company, made from its rows."""
    ids = {parts(stored)[1] for table in (LOGS, SNAPSHOTS) for stored, _ in disk.scan(key(table, company_id))}
    return {each: _line(disk, company_id, each) for each in sorted(ids)}


def shipments_page(
    disk: KeyValue, company_id: str, wanted: ShipmentFilter, limit: int, cursor: str | None
) -> ShipmentPage:
    """The shipments after the cursor, newest first."""
    start = Place.in_cursor(cursor) if cursor is not None else None
    found = sorted(
        (Place.of(row.at, shipment_id), shipment_id, row)
        for shipment_id, row in every_line(disk, company_id).items()
        if matches(shipment_id, row, wanted)
    )
    rest = [each for each in found if start is None or each[0] > start]
    lines = tuple(shown_line(shipment_id, row) for _, shipment_id, row in rest[:limit])
    return ShipmentPage(lines, rest[limit - 1][0].cursor() if len(rest) > limit else None)


def status_counts(disk: KeyValue, company_id: str) -> Mapping[str, int]:
    """How many shipments the company has, by status."""
    return Counter(row.status for row in every_line(disk, company_id).values())


def _line(disk: KeyValue, company_id: str, shipment_id: str) -> LineRow:
    log = decode_log(disk.get(key(LOGS, company_id, shipment_id)))
    snapshot = disk.get(key(SNAPSHOTS, company_id, shipment_id))
    return LineRow(
        None if snapshot is None else change_half(decode_snapshot(snapshot)),
        log_half(log, causes_of(shipment_id, log)),
    )
