"""The calls that fill a store: which resource, which parameters, how many pages."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from mappers.model import Contact
from xero_client.collaborators import MasterDataReader, Resource, UtcClock
from xero_client.errors import UnavailableError
from xero_client.json_codec import number_of, object_of, rows_of
from xero_client.master_data.lists import LISTS
from xero_client.master_data.rows import Row, answered_at, contacts_in, items_in
from xero_client.master_data.single_flight import together
from xero_client.master_data.store import MasterDataStore
from xero_client.port import Priority
from xero_client.where_filter import equals

CONTACT_PAGE: Final = 1_000
"""Xero's largest page."""

PAGES_AT_MOST: Final = 100
"""Beyond 100,000 contacts Xero refuses the list (HighVolumeException)."""

OVERLAP: Final = timedelta(seconds=5)
"""If-Modified-Since has whole seconds, and lists may lag behind writes: the last seconds are asked for twice."""


@dataclass(frozen=True, slots=True)
class ContactPages:
    """The first page of a list of contacts, and what it takes to read the others. `count` is None where unknown."""

    since: datetime | None
    priority: Priority
    first: Row
    count: int | None
    asked_at: datetime


class Loader:
    """Reads one organisation's master data into its store. Every method may raise the errors of `xero_client.errors`.

    The times it returns are for the next `since`: Xero's own clock where the reply tells it (clocks may differ), and
    never later than ours at the start of the read. `spend` is told of every call.
    """

    def __init__(
        self,
        reader: MasterDataReader,
        organisation: str,
        store: MasterDataStore,
        clock: UtcClock,
        spend: Callable[[], None],
    ) -> None:
        self._reader = reader
        self._organisation = organisation
        self._store = store
        self._clock = clock
        self._spend = spend

    async def read(self, resource: Resource, since: datetime | None, priority: Priority) -> datetime:
        """One list; with `since` (contacts and items) what changed. The other lists are always read whole."""
        if resource is Resource.CONTACTS:
            pages = await self.first_contacts(since, priority)
            await self.more_contacts(pages)
            return pages.asked_at
        since = since if resource is Resource.ITEMS else None
        began = self._clock()
        reply = await self._get(resource, {}, since, priority)
        if resource is Resource.ITEMS:
            self._store.put_items(items_in(reply), complete=since is None)
        else:
            self._put_settings(resource, reply)
        return self._asked_at(reply, began)

    async def first_contacts(self, since: datetime | None, priority: Priority) -> ContactPages:
        """The first page of the active contacts; with `since` of those that changed, archived ones too."""
        began = self._clock()
        first = await self._contact_page(1, since, priority)
        return ContactPages(since, priority, first, _page_count(first), self._asked_at(first, began))

    async def more_contacts(self, pages: ContactPages) -> None:
        """The pages after the first; the store is written when all of them are there."""
        found = list(contacts_in(pages.first))
        found += await (self._pages_until_short(pages) if pages.count is None else self._pages_counted(pages))
        self._store.put_contacts(found, complete=pages.since is None)

    async def look_up(self, resource: Resource, code: str, priority: Priority) -> None:
        """Contacts with this account number, archived and merged ones too; or the item with this code.

        Raises ValueError for a code that no filter can name (`is_filterable`).
        """
        where = equals(LISTS[resource].code_field, code)
        if resource is Resource.CONTACTS:
            params = {"where": where, "includeArchived": "true", "summaryOnly": "true", "page": "1"}
            self._store.put_contacts(contacts_in(await self._get(Resource.CONTACTS, params, None, priority)))
            return
        self._store.put_items(items_in(await self._get(Resource.ITEMS, {"where": where}, None, priority)))

    async def _pages_counted(self, pages: ContactPages) -> list[Contact]:
        """Of the pages after the first. As Xero writes it a contact takes ten times the memory, so no page is kept."""
        count = pages.count or 1
        if count > PAGES_AT_MOST:
            raise UnavailableError(f"Xero counts {count} pages of contacts; at most {PAGES_AT_MOST} can be read")
        found: dict[int, tuple[Contact, ...]] = {}

        async def read(number: int) -> None:
            found[number] = tuple(contacts_in(await self._contact_page(number, pages.since, pages.priority)))

        await together(*(read(number) for number in range(2, count + 1)))
        return [each for number in sorted(found) for each in found[number]]

    async def _pages_until_short(self, pages: ContactPages) -> list[Contact]:
        """Without a page count the last page is the first that is not full."""
        found: list[Contact] = []
        page, number = pages.first, 1
        while len(rows_of(page.get("Contacts"))) >= CONTACT_PAGE:
            if number >= PAGES_AT_MOST:
                raise UnavailableError(f"Xero shows more than {PAGES_AT_MOST} pages of contacts")
            number += 1
            page = await self._contact_page(number, pages.since, pages.priority)
            found += contacts_in(page)
        return found

    async def _contact_page(self, number: int, since: datetime | None, priority: Priority) -> Row:
        params = {"summaryOnly": "true", "page": str(number), "pageSize": str(CONTACT_PAGE)}
        if since is not None:
            # Otherwise a contact that was archived would just be absent, and stay active in the cache.
            params["includeArchived"] = "true"
        return await self._get(Resource.CONTACTS, params, since, priority)

    async def _get(
        self, resource: Resource, params: Mapping[str, str], since: datetime | None, priority: Priority
    ) -> Row:
        self._spend()
        reply = await self._reader.get(self._organisation, resource, params, if_modified_since=since, priority=priority)
        if since is None and not isinstance(reply.get(resource.listed_as), list):
            # Taken as an empty list it would make every code unknown, and reject every shipment.
            raise UnavailableError(f"Xero's reply has no {resource.value}")
        return reply

    def _put_settings(self, resource: Resource, reply: Row) -> None:
        put_into = LISTS[resource].put_into
        data = None if put_into is None else put_into(self._store.snapshot(), reply)
        if data is None:
            raise UnavailableError(f"Xero's reply does not describe the organisation {self._organisation}")
        self._store.put_settings(data)

    def _asked_at(self, reply: Row, began: datetime) -> datetime:
        return min(answered_at(reply) or began, began) - OVERLAP


def _page_count(reply: Row) -> int | None:
    if not reply:
        return 1  # 304: nothing was changed.
    count = number_of(object_of(reply.get("pagination")).get("pageCount"))
    return None if count is None else int(count)
