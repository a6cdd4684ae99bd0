"""Contacts, items, currencies and other lists of an organisation, cached and kept fresh."""

from xero_client.master_data.cache import ReferenceCache
from xero_client.master_data.policy import Pace
from xero_client.master_data.references_extras import extras_of

__all__ = [
    "Pace",
    "ReferenceCache",
    "extras_of",
]
