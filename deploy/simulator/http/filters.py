"""The `where` of a list call, and what Xero refuses because too many records are concerned."""

from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import bad_query, where_filter


def wanted(call: Call) -> where_filter.Filter:
    """What `where` asks for; without one everything passes. Raises a 400 refusal for what is not a filter."""
    text = call.query.get("where")
    return where_filter.parse(text) if text else where_filter.Filter()


def check_volume(state: SimulatorState, *, found: int, walked: int, slow: bool) -> None:
    """400 where more records are returned, or walked without an index (`slow`), than Xero allows."""
    most = state.switches.high_volume_records
    if found > most or (slow and walked > most):
        raise bad_query("The request would touch too many records.", "HighVolumeException")
