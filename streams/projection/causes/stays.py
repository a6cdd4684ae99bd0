"""How long a shipment stood under its causes, as its log tells: what came of a cause is made of that.

It is the same whatever order the partitions are read in, so all workers tell the same of a cause.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from mappers.model import Cause, LoggedDrift, Place, ShipmentLog, Status
from mappers.outbound import drift_cause, remedy_for
from streams.projection.causes.attention import causes_in
from streams.projection.causes.files import State, file_states

MOST_ENDED: Final = 50
RELEASED: Final = "released"
_PROCESSED: Final = Status.PROCESSED.value
_SKIPPED: Final = Status.SKIPPED.value


class Stay(NamedTuple):
    """Times are in microseconds since 1970; `end` is None while the shipment stands there.

    `is_released` is of one that ended because Shipledger asked again by itself.
    """

    cause: Cause
    start: int
    end: int | None = None
    is_released: bool = False


def stays_in(log: ShipmentLog) -> tuple[Stay, ...]:
    """The stays that go on, as the newest outcome, comparison and word of its files name them, then those that ended.

    Of waits that nobody can end, those that ended tell nothing and are left out. A stay that began before the oldest
    entry begins with it.
    """
    entries = [entry for entry in reversed(log.entries) if entry.outcome["status"] != _SKIPPED]
    standing: dict[Cause, int] = {}
    ended: list[Stay] = []
    for entry in entries:
        now = causes_in(entry.outcome)
        if not now and not standing:
            continue
        is_released = entry.outcome["status"] == _PROCESSED and entry.outcome["trigger"] == RELEASED
        gone = (cause for cause in standing if cause not in now)
        ended += [Stay(cause, standing[cause], entry.at, is_released) for cause in gone if _needs_somebody(cause)]
        standing = {cause: standing.get(cause, entry.at) for cause in now}
    differing, resolved = differences_in(log)
    lacking, found = _told(log, file_states(log))
    ended += resolved
    ended += found
    ended.sort(key=lambda stay: stay.end or 0, reverse=True)
    return (*(Stay(cause, start) for cause, start in standing.items()), *differing, *lacking, *ended[:MOST_ENDED])


def differences_in(log: ShipmentLog) -> tuple[list[Stay], list[Stay]]:
    """The stays under differences to Xero that go on, and those that ended; a log without an outcome stands nowhere."""
    return _told(log, ((each.at, _differing(each)) for each in reversed(log.drifts)))


def _differing(drift: LoggedDrift) -> tuple[Cause, ...]:
    return tuple(drift_cause(each["kind"]) for each in drift.event["differences"])


def _told(log: ShipmentLog, states: Iterable[State]) -> tuple[list[Stay], list[Stay]]:
    """The stays that go on, and those that ended, where each state takes the place of the one before."""
    if log.latest is None:
        return [], []
    standing: dict[Cause, int] = {}
    ended: list[Stay] = []
    for at, now in states:
        ended += [Stay(cause, standing[cause], at) for cause in standing if cause not in now]
        standing = {cause: standing.get(cause, at) for cause in now}
    return [Stay(cause, start) for cause, start in standing.items()], ended


def _needs_somebody(cause: Cause) -> bool:
    return cause.status != Status.WAITING or Place.NOTHING not in remedy_for(cause.status, cause.code).where
