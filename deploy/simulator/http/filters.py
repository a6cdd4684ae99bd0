"""The `where` and `order` of a list call, and what Xero refuses because too many records are concerned."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import bad_query, field_of, where_filter

_T = TypeVar("_T")


def wanted(state: SimulatorState, call: Call) -> where_filter.Filter:
    """What `where` asks for; without one everything passes. Raises a 400 refusal for what is not a filter."""
    text = call.query.get("where")
    if not text:
        return where_filter.Filter()
    grammar = where_filter.Grammar(
        name_of=lambda name: field_of(call.segments[0], name),
        backslash_escapes=state.switches.where_backslash_quote == "escapes",
        doubling_escapes=state.switches.where_doubled_quote == "escapes",
    )
    return where_filter.parse(text, grammar)


def check_volume(state: SimulatorState, *, found: int, walked: int, slow: bool) -> None:
    """400 where more records are returned, or walked without an index (`slow`), than Xero allows."""
    most = state.switches.high_volume_records
    if found > most or (slow and walked > most):
        raise bad_query("The request would touch too many records.", "HighVolumeException")


def ordered(rows: Sequence[_T], call: Call, row_of: Callable[[_T], Mapping[str, Any]]) -> Sequence[_T]:
    """`order=Field`, `order=Field DESC`, or several with commas; rows without the value come first."""
    for part in reversed(call.listed("order")):
        name, _, direction = part.partition(" ")
        known = field_of(call.segments[0], name)
        if known is None or direction.strip().upper() not in ("", "ASC", "DESC"):
            raise bad_query(f"No property or field '{name}' exists to order by {direction}".strip())
        rows = sorted(rows, key=_sort_key(row_of, known), reverse=direction.strip().upper() == "DESC")
    return rows


def _sort_key(row_of: Callable[[_T], Mapping[str, Any]], name: str) -> Callable[[_T], tuple[bool, Any]]:
    def key(row: _T) -> tuple[bool, Any]:
        value = where_filter.looked_up(row_of(row), name)
        return (value is not None, value if value is not None else "")

    return key
