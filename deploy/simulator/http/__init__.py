"""What each call of Xero's Accounting API answers."""

from deploy.simulator.http.documents import document_as_json
from deploy.simulator.http.master_data_writes import item_problems

__all__ = [
    "document_as_json",
    "item_problems",
]
