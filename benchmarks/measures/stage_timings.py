"""Where an event's time goes on its way to the outcome."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from benchmarks.measures.calls import entries_by_number
from benchmarks.measures.traffic import Traffic
from deploy.simulator import Entry, SimClock, SimulatorState


class Stopwatch:
    """Puts the simulator's instants on the clock of `time.monotonic`. The simulator's clock must run at real speed."""

    def __init__(self, clock: SimClock) -> None:
        self._instant, self._seconds = clock.now(), time.monotonic()

    def at(self, instant: datetime) -> float:
        """Seconds of `time.monotonic`."""
        return self._seconds + (instant - self._instant).total_seconds()


@dataclass(frozen=True, slots=True)
class StageTimings:
    """How long one event took, in seconds: in all and by stage.

    `xero` is what the simulator took to handle every call that named the invoice.
    """

    total: float
    to_request: float
    to_call: float
    xero: float
    to_outcome: float

    @property
    def ours(self) -> float:
        """The whole time less the simulator's handling."""
        return self.total - self.xero


def stage_timings(
    traffic: Traffic, state: SimulatorState, watch: Stopwatch, shipments: Iterable[str], number_of: Callable[[str], str]
) -> list[StageTimings]:
    """The timings of the shipments, each written in Xero once. Raises LookupError where a call is missing."""
    calls = entries_by_number(state)
    return [_stage_timings(traffic, watch, each, calls[number_of(each)]) for each in shipments]


def _stage_timings(traffic: Traffic, watch: Stopwatch, shipment: str, calls: Sequence[Entry]) -> StageTimings:
    sent, requested, answered = traffic.sent[shipment], traffic.requested[shipment], traffic.answered[shipment]
    began = watch.at(calls[0].at) - calls[0].duration_ms / 1000
    return StageTimings(
        total=answered - sent,
        to_request=requested - sent,
        to_call=began - requested,
        xero=sum(each.duration_ms for each in calls) / 1000,
        to_outcome=answered - watch.at(calls[-1].at),
    )
