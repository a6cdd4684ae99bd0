"""What a worker costs in processor time, which other programs on the machine move less than a wall clock's seconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from deploy.testbed import WorkerProcess

_SECONDS = "process_cpu_seconds_total"
_EVENTS = "shipledger_events_total"
_TRANSACTIONS = "shipledger_ledger_transaction_seconds_count"


class NoFigureError(Exception):
    """The worker's metrics lack a figure."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Since the worker's start: processor seconds of all its threads, status changes, ledger transactions."""

    seconds: float
    events: int
    transactions: int

    @classmethod
    async def by(cls, worker: WorkerProcess) -> Self:
        """Ask its metrics. Raises NoFigureError, or aiohttp's errors where nobody answers."""
        figures = [line.rpartition(" ") for line in (await worker.metrics()).splitlines() if not line.startswith("#")]
        seconds = [float(value) for name, _, value in figures if name == _SECONDS]
        if not seconds:
            raise NoFigureError(f"the worker's metrics have no {_SECONDS}")
        return cls(seconds[0], _sum(figures, _EVENTS), _sum(figures, _TRANSACTIONS))

    def since(self, before: "Spent") -> "Spent":
        """What came between the two."""
        return Spent(
            self.seconds - before.seconds, self.events - before.events, self.transactions - before.transactions
        )

    @property
    def milliseconds_an_event(self) -> float:
        """On the average. Raises ZeroDivisionError where there was no event."""
        return self.seconds * 1000 / self.events

    @property
    def transactions_an_event(self) -> float:
        """On the average. Raises ZeroDivisionError where there was no event."""
        return self.transactions / self.events


def _sum(figures: Iterable[tuple[str, str, str]], name: str) -> int:
    return sum(int(float(value)) for each, _, value in figures if each.startswith(name))
