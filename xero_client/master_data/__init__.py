"""An organisation's contacts, items, currencies and other lists, cached in memory and kept fresh."""

from xero_client.master_data.cache import ReferenceCache
from xero_client.master_data.lists import OptionalLists, optional_lists_of
from xero_client.master_data.policy import CachePolicy
from xero_client.master_data.snapshot import snapshot_of

__all__ = [
    "CachePolicy",
    "OptionalLists",
    "ReferenceCache",
    "optional_lists_of",
    "snapshot_of",
]
