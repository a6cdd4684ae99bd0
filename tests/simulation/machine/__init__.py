"""Virtual time and processes: an event loop whose clock jumps, and tasks that can be killed or paused as a process."""

from tests.simulation.machine.loop import VirtualLoop
from tests.simulation.machine.process import PROCESS, Process, ProcessState
from tests.simulation.machine.sites import AwaitSites, Site
from tests.simulation.machine.surroundings import START, prepare_process, surroundings

__all__ = [
    "PROCESS",
    "START",
    "AwaitSites",
    "Process",
    "ProcessState",
    "Site",
    "VirtualLoop",
    "prepare_process",
    "surroundings",
]
