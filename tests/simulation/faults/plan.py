"""Which fault happens at which seam, the how-manyth time that it is met."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a seam does to whoever waits there."""

    RAISE = "raise"
    """It fails, and nothing has happened on the other side."""
    HANG = "hang"
    """Nothing happens, and nobody says so."""
    LOST = "lost"
    """It happens on the other side, and the answer is lost with an error."""
    SILENT = "silent"
    """It happens on the other side, and nobody says so."""
    LATE = "late"
    """It happens on the other side long after the caller has given up."""
    CRASH = "crash"
    """The process dies at this moment; what was asked for happens."""
    PAUSE = "pause"
    """The process stands still for longer than its session."""
    CANCEL = "cancel"
    """The partitions of the process begin anew at this moment: all that waits in them is cancelled."""
    STOP = "stop"
    """The process is asked to end, in order, at this moment."""


ON_THE_WIRE = (Kind.RAISE, Kind.HANG, Kind.LOST, Kind.SILENT, Kind.CRASH)
AT_XERO = (*ON_THE_WIRE, Kind.LATE)
ON_DISK = (Kind.RAISE, Kind.LOST, Kind.CRASH)
IN_THE_PROCESS = (Kind.CRASH, Kind.PAUSE, Kind.CANCEL, Kind.STOP)


def kinds_of(seam: str) -> tuple[Kind, ...]:
    """What can happen at a seam."""
    match seam.partition(":")[0]:
        case "kafka":
            return ON_THE_WIRE
        case "xero":
            return AT_XERO
        case "disk":
            return ON_DISK
        case _:
            return IN_THE_PROCESS


@dataclass(frozen=True, slots=True)
class Fault:
    """At the `nth` time that the seam is met. `seconds` is how long a pause lasts, or how late something comes."""

    seam: str
    nth: int
    kind: Kind
    seconds: float = 15.0

    def __str__(self) -> str:
        return f"{self.kind.value} at {self.seam} no. {self.nth} ({self.seconds:.1f} s)"


def chance_of(seed: int) -> random.Random:
    """Moments and choices, not secrets."""
    return random.Random(seed)  # noqa: S311


class FaultPlan:
    """Counts the seams as they are met, and gives each fault once."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        self._due = {(each.seam, each.nth): each for each in faults}
        self._is_over = False
        self.seen: Counter[str] = Counter()
        self.happened: list[Fault] = []
        self.in_process: Callable[[Fault], None] = lambda _fault: None
        """Does what a fault does to a process as a whole."""

    def met(self, seam: str) -> Fault | None:
        """The fault for this time, if any. What is met after the end counts for nothing: nothing can go wrong there."""
        if self._is_over:
            return None
        self.seen[seam] += 1
        fault = self._due.pop((seam, self.seen[seam]), None) if self._due else None
        if fault is not None:
            self.happened.append(fault)
            if fault.kind in IN_THE_PROCESS:
                self.in_process(fault)
        return fault

    def end(self) -> None:
        """From now on nothing goes wrong."""
        self._is_over = True
