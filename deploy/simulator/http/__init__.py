"""The calls of Xero's API and of its login, as routes."""

from deploy.simulator.http.document_json import show

__all__ = [
    "show",
]
