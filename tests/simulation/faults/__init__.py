"""What goes wrong, where and when: seams, faults, and the network that they happen in."""

from tests.simulation.faults.network import Network
from tests.simulation.faults.plan import Fault, FaultPlan, Kind, chance_of
from tests.simulation.faults.threads import Threads
from tests.simulation.faults.xero_line import IdentityLine, XeroLine

__all__ = ["Fault", "FaultPlan", "IdentityLine", "Kind", "Network", "Threads", "XeroLine", "chance_of"]
