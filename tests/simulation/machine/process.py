"""A process of the simulation: whatever runs in its context stands still with it, and dies with it."""

from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


class ProcessState(Enum):
    """As the operating system has it."""

    RUNNING = "running"
    STOPPED = "stopped"
    DEAD = "dead"


@dataclass(eq=False)
class Process:
    """One life of a worker. `name` is that of its machine, which keeps its disk."""

    name: str
    state: ProcessState = ProcessState.RUNNING
    held: list[Any] = field(default_factory=list)
    """What became due while it was stopped."""
    kept: list[Any] = field(default_factory=list)
    """Tasks of a dead process: their ends must not be run by the garbage collector in the midst of others."""

    def __post_init__(self) -> None:
        self.context = copy_context()
        self.context.run(PROCESS.set, self)

    def kill(self) -> None:
        """As SIGKILL: nothing of it runs ever again, no `finally` either."""
        self.state = ProcessState.DEAD
        self.kept += self.held
        self.held.clear()


PROCESS: ContextVar[Process | None] = ContextVar("PROCESS", default=None)
"""Whose context it is; None is the world outside of the workers."""
