"""A list of many pages is read without having all of them at the same time."""

import json
import tracemalloc
from typing import Any

import pytest

from tests.fakes.master_data import FakeMasterData, contact_row
from tests.unit.xero_client.master_data.memory_harness import NOW
from xero_client.collaborators import JsonObject, Resource
from xero_client.master_data.loader import CONTACT_PAGE, Loader
from xero_client.master_data.store import MasterDataStore
from xero_client.port import Priority

PAGES = 12
UNREAD = {f"Field{number}": [{"City": "x" * number}] for number in range(10)}
"""What Xero shows of a contact, and nobody asks for."""


class Read(FakeMasterData):
    """What comes back is read anew each time, as over the wire."""

    async def get(self, *asked: Any, **how: Any) -> JsonObject:
        """As the fake's."""
        read: JsonObject = json.loads(json.dumps(await super().get(*asked, **how)))
        return read


@pytest.mark.parametrize("counted", [True, False])
async def test_pages_of_contacts_are_not_kept_as_xero_writes_them(counted: bool) -> None:
    rows = [contact_row(f"C{number}") | UNREAD for number in range(PAGES * CONTACT_PAGE - 1)]
    reader, store = Read({Resource.CONTACTS: rows}, counted=counted), MasterDataStore()
    loader = Loader(reader, "org", store, lambda: NOW, lambda: None)
    first = await loader.first_contacts(None, Priority.PEOPLE)
    tracemalloc.start()
    try:
        await loader.more_contacts(first)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        await loader.first_contacts(None, Priority.PEOPLE)
        one_page = tracemalloc.get_traced_memory()[1] - tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(store.snapshot().contacts_by_name) == PAGES * CONTACT_PAGE - 1
    assert peak < PAGES / 2 * one_page
