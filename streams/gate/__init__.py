"""The gate: from status changes to requests for accounting."""

from streams.gate.app import create_gate
from streams.gate.assignment import owned_partitions
from streams.gate.credentials import faust_credentials
from streams.gate.settings import GateSettings, Limits

__all__ = [
    "GateSettings",
    "Limits",
    "create_gate",
    "faust_credentials",
    "owned_partitions",
]
