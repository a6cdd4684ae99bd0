"""A list of many pages is read without having all of them at the same time."""

import json
import tracemalloc
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.fakes.master_data import contact_row
from tests.unit.xero_client.master_data.memory_harness import NOW
from xero_client.collaborators import Resource
from xero_client.master_data.loader import CONTACT_PAGE, Loader
from xero_client.master_data.store import MasterDataStore
from xero_client.port import Priority

PAGES = 12
UNREAD = {f"Field{number}": [{"City": "x" * number}] for number in range(10)}
"""What Xero shows of a contact, and nobody asks for."""


class Pages:
    """Every page is full but the last; the replies count them, or do not."""

    def __init__(self, *, counted: bool) -> None:
        self._pagination = {"pagination": {"pageCount": PAGES}} if counted else {}

    async def get(
        self,
        organisation: str,
        resource: Resource,
        params: Mapping[str, str],
        *,
        if_modified_since: datetime | None,
        priority: Priority,
    ) -> dict[str, Any]:
        """As the port says."""
        del organisation, resource, if_modified_since, priority
        page = int(params["page"])
        first = (page - 1) * CONTACT_PAGE
        shown = range(first, first + CONTACT_PAGE - (page == PAGES))
        rows = [contact_row(f"C{number}") | UNREAD for number in shown]
        read: dict[str, Any] = json.loads(json.dumps({"Contacts": rows, **self._pagination}))
        return read


@pytest.mark.parametrize("counted", [True, False])
async def test_pages_of_contacts_are_not_kept_as_xero_writes_them(counted: bool) -> None:
    store = MasterDataStore()
    loader = Loader(Pages(counted=counted), "org", store, lambda: NOW, lambda: None)
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
