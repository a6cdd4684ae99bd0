"""The calls of Xero's API and of its login, as routes."""

from deploy.simulator.http.document_json import document_as_json

__all__ = [
    "document_as_json",
]
