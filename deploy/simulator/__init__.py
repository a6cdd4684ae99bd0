"""A stateful Xero for development, demonstrations and tests.

It shares no code with the product it judges. What it answers follows Xero's published pages and public records of live
organisations; where those leave a question open, a switch gives either answer (see `wire/switches.py`).
"""

from deploy.simulator.seed import Seed
from deploy.simulator.server import Simulator, serve
from deploy.simulator.state import Entry, SimulatorState
from deploy.simulator.wire import SimClock

__all__ = ["Entry", "Seed", "SimClock", "Simulator", "SimulatorState", "serve"]
