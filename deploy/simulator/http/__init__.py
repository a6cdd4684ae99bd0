"""What each call of Xero's API and of its login answers."""

from deploy.simulator.http.document_json import document_as_json

__all__ = [
    "document_as_json",
]
