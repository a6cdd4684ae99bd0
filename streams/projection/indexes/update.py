"""What a write changes in the indexes, beside the rows that it changes."""

from collections.abc import Mapping

from mappers.model import ShipmentLog, Snapshot
from streams.projection.causes import CauseMoves, causes_of
from streams.projection.indexes.halves import change_half, log_half
from streams.projection.indexes.line_moves import Changes, LineMoves, stored_line
from streams.projection.indexes.line_row import LineRow
from streams.projection.key_value import KeyValue

Ids = tuple[str, str]


def change_indexes(
    disk: KeyValue, changes: Changes, logs: Mapping[Ids, ShipmentLog], snapshots: Mapping[Ids, Snapshot]
) -> None:
    """Add to the changes what follows from these rows, which are new or others than those on the disk.

    A half of a line whose row is not among them stays as it is stored.
    """
    lines, causes = LineMoves(disk, changes), CauseMoves(disk, changes)
    for ids in {**logs, **snapshots}:
        log, snapshot = logs.get(ids), snapshots.get(ids)
        before = stored_line(disk, *ids)
        after = LineRow(
            before.change if snapshot is None else change_half(snapshot),
            before.log if log is None else log_half(ids[1], log),
        )
        lines.shipment(*ids, before, after)
        stood, stands = before.causes, after.causes
        if stood or stands:
            if log is not None:
                causes.shipment(*ids, stood, causes_of(ids[1], log))
            causes.money(ids[0], (stood, before.money), (stands, after.money))
    lines.finish()
    causes.finish()
