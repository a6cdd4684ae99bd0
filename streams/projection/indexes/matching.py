"""Whether a line is among those that a list is limited to."""

from mappers.model import CauseFilter, ShipmentFilter
from streams.projection.indexes.line_row import LineRow
from streams.projection.indexes.tokens import token
from streams.projection.place import microseconds


def matches(row: LineRow, wanted: ShipmentFilter) -> bool:
    """Whether the list has the line."""
    return (
        (wanted.status is None or row.status == wanted.status)
        and (wanted.since is None or row.at >= microseconds(wanted.since))
        and (wanted.until is None or row.at < microseconds(wanted.until))
        and (wanted.cause is None or _stands_under(row, wanted.cause))
        and (not (text := token(wanted.text)) or any(each.startswith(text) for each in row.words))
    )


def _stands_under(row: LineRow, wanted: CauseFilter) -> bool:
    if not wanted.field and not wanted.value:
        return any(cause.code == wanted.code for cause in row.causes)
    return any(
        (cause.code, cause.field, cause.value) == (wanted.code, wanted.field, wanted.value) for cause in row.causes
    )
