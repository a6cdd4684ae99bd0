"""A snapshot of master data from whole replies, for whoever reads lists once and keeps none."""

from collections.abc import Mapping

from mappers.model import ReferenceData
from xero_client.collaborators import Resource
from xero_client.master_data.lists import LISTS
from xero_client.master_data.rows import Row, items_in
from xero_client.master_data.store import MasterDataStore


def snapshot_of(replies: Mapping[Resource, Row]) -> ReferenceData:
    """What the replies say, by list; a list without a reply stays empty. Contacts, read in pages, are left out."""
    store = MasterDataStore()
    store.put_items(items_in(replies.get(Resource.ITEMS, {})), complete=True)
    for resource, reply in replies.items():
        put_into = LISTS[resource].put_into
        data = None if put_into is None else put_into(store.snapshot(), reply)
        if data is not None:
            store.put_settings(data)
    return store.snapshot()
