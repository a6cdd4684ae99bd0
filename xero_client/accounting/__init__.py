"""The adapter of the port `Accounting`: what is sent to Xero about documents, and what its answers mean."""

from xero_client.accounting.client import XeroClient
from xero_client.accounting.exchange import Endpoint

__all__ = [
    "Endpoint",
    "XeroClient",
]
