"""One HTTP call through xero-python, the only room that imports it: models, threads, timeouts, abandoned calls."""

from xero_client.transport import models
from xero_client.transport.echoed import REDACTED
from xero_client.transport.http import REPLY_LIMIT, ExactTransport, LostError, Reply
from xero_client.transport.in_flight import InFlightCall
from xero_client.transport.sdk import CallClient, accounting_api
from xero_client.transport.threads import CallThreads

__all__ = [
    "REDACTED",
    "REPLY_LIMIT",
    "CallClient",
    "CallThreads",
    "ExactTransport",
    "InFlightCall",
    "LostError",
    "Reply",
    "accounting_api",
    "models",
]
