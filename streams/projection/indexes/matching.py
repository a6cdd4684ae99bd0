"""Whether a line is among those that a list is limited to."""

from mappers.model import CauseFilter, ShipmentFilter
from streams.projection.indexes.line_row import LineRow, microseconds
from streams.projection.indexes.tokens import token, tokens_of


def matches(shipment_id: str, row: LineRow, wanted: ShipmentFilter) -> bool:
    """Whether the list has the line."""
    return (
        (wanted.status is None or row.status == wanted.status)
        and (wanted.since is None or row.at >= microseconds(wanted.since))
        and (wanted.until is None or row.at < microseconds(wanted.until))
        and (wanted.cause is None or _stands_under(row, wanted.cause))
        and (not (text := token(wanted.text)) or any(each.startswith(text) for each in tokens_of(shipment_id, row)))
    )


def _stands_under(row: LineRow, cause: CauseFilter) -> bool:
    causes = row.log.causes if row.log is not None else ()
    if not cause.field and not cause.value:
        return any(code == cause.code for code, _, _ in causes)
    return (cause.code, cause.field, cause.value) in causes
