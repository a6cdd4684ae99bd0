"""The port `Accounting` over HTTP: what is said to Xero about documents, and what its answers mean."""

from xero_client.accounting.client import XeroClient
from xero_client.accounting.exchange import Endpoint

__all__ = [
    "Endpoint",
    "XeroClient",
]
