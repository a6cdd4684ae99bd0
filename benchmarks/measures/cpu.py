"""What a worker costs in processor time, which other programs on the machine move less than a wall clock's seconds."""

from dataclasses import dataclass
from typing import Self

from deploy.testbed import WorkerProcess

_SECONDS = "process_cpu_seconds_total"
_EVENTS = "shipledger_events_total"


class NoFigureError(Exception):
    """The worker's metrics lack a figure."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor seconds of all the worker's threads since its start, and the status changes it has dealt with."""

    seconds: float
    events: int

    @classmethod
    async def by(cls, worker: WorkerProcess) -> Self:
        """Ask its metrics. Raises NoFigureError, or aiohttp's errors where nobody answers."""
        figures = [line.rpartition(" ") for line in (await worker.metrics()).splitlines() if not line.startswith("#")]
        seconds = [float(value) for name, _, value in figures if name == _SECONDS]
        if not seconds:
            raise NoFigureError(f"the worker's metrics have no {_SECONDS}")
        return cls(seconds[0], sum(int(float(value)) for name, _, value in figures if name.startswith(_EVENTS)))

    def since(self, before: "Spent") -> "Spent":
        """What came between the two."""
        return Spent(self.seconds - before.seconds, self.events - before.events)

    @property
    def milliseconds_an_event(self) -> float:
        """On the average. Raises ZeroDivisionError where there was no event."""
        return self.seconds * 1000 / self.events
