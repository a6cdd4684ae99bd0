"""Whose work a sampled stack is: that of the innermost room of ours or library of note in it."""

from collections import Counter
from collections.abc import Iterable

ROOMS = (
    "mappers.existing",
    "mappers.inbound",
    "mappers.outbound",
    "mappers.planning",
    "streams.app",
    "streams.dispatch.batch",
    "streams.dispatch.lane",
    "streams.dispatch.ledger",
    "streams.dispatch.ownership",
    "streams.dispatch.store",
    "streams.gate",
    "streams.ops",
    "streams.projection",
    "streams.reading",
    "streams.web",
    "xero_client",
    "aiokafka",
    "faust",
    "mode",
    "prometheus_client",
    "structlog",
)
"""What is in no room (pydantic, JSON, values of `mappers.model`) counts for whoever called it."""
LOOP = "the event loop"
OTHER_THREADS = "other threads (calls to Xero, RocksDB, Faust's consumer)"


def seconds_by_room(stacks: Iterable[tuple[str, float]], process: float, main: float) -> dict[str, float]:
    """The processor seconds of each room, the most first; with what the main thread did not spend."""
    found: Counter[str] = Counter()
    for stack, seconds in stacks:
        found[room_of(stack)] += seconds  # type: ignore[assignment]  # A counter of seconds.
    found[OTHER_THREADS] += process - main  # type: ignore[assignment]
    return dict(found.most_common())


def room_of(stack: str) -> str:
    """The stack is `module function;module function;…`, the outermost first. The worker's own start is no room."""
    for frame in reversed(stack.split(";")):
        module = frame.split(" ", 1)[0]
        room = next((each for each in ROOMS if module == each or module.startswith(f"{each}.")), None)
        if room is not None:
            return LOOP if frame.startswith("streams.app.worker _run") else room
    return LOOP
