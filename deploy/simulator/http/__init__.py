"""What each call of Xero's Accounting API answers."""

from deploy.simulator.http.documents import document_as_json

__all__ = [
    "document_as_json",
]
