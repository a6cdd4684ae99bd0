"""The way of one HTTP call: xero-python's methods, threads, timeouts, and calls that are abandoned."""

from xero_client.transport.http import ExactTransport, LostError, Reply, Timeouts, fresh_configuration
from xero_client.transport.in_flight import Flight
from xero_client.transport.sdk import CallClient, accounting_api
from xero_client.transport.threads import Crew

__all__ = [
    "CallClient",
    "Crew",
    "ExactTransport",
    "Flight",
    "LostError",
    "Reply",
    "Timeouts",
    "accounting_api",
    "fresh_configuration",
]
