"""What the simulator knows besides the books: tokens, limits, idempotency keys, faults, its request log."""

from deploy.simulator.state.faults import Fault, Stage
from deploy.simulator.state.request import Call, Request, base_url, operation
from deploy.simulator.state.request_log import Entry
from deploy.simulator.state.state import SimulatorState
from deploy.simulator.state.tokens import CODE_LIFE, Access, Code, Connection, Issued, OAuthError

__all__ = [
    "CODE_LIFE",
    "Access",
    "Call",
    "Code",
    "Connection",
    "Entry",
    "Fault",
    "Issued",
    "OAuthError",
    "Request",
    "SimulatorState",
    "Stage",
    "base_url",
    "operation",
]
