"""The calls that fill a book: which resource, which parameters, how many pages.

Reads of contacts and items return, by Xero's own clock, from when the next read has to look for changes.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from xero_client.collaborators import MasterDataReader, Resource, UtcClock
from xero_client.errors import UnavailableError
from xero_client.fields import number_of, object_of, rows_of
from xero_client.master_data_book import MasterDataBook
from xero_client.master_data_rows import (
    accounts_in,
    answered_at,
    branding_themes_in,
    contacts_in,
    currencies_in,
    items_in,
    organisation_in,
    tax_types_in,
    tracking_in,
)
from xero_client.port import Priority
from xero_client.references_together import together

CONTACT_PAGE = 1_000
"""Xero's largest page."""
PAGES_AT_MOST = 200
OVERLAP = timedelta(seconds=5)
"""If-Modified-Since has whole seconds, and Xero's index may lag: the last seconds are asked for twice."""
LONGEST_ACCOUNT_NUMBER = 50
LONGEST_ITEM_CODE = 30

Reply = Mapping[str, Any]


class BookReader:
    """Reads one organisation's master data into its book."""

    def __init__(self, reader: MasterDataReader, organisation: str, book: MasterDataBook, utc: UtcClock) -> None:
        self._reader = reader
        self._organisation = organisation
        self._book = book
        self._utc = utc

    async def facts(self, priority: Priority) -> None:
        """The organisation itself. Raises UnavailableError for a reply without one."""
        facts = organisation_in(await self._get(Resource.ORGANISATION, {}, None, priority))
        if facts is None:
            raise UnavailableError(f"Xero's reply does not describe the organisation {self._organisation}")
        self._book.put_facts(facts)

    async def contacts(self, since: datetime | None, priority: Priority) -> datetime | None:
        """Every active contact in pages of a thousand; with `since` those changed, archived ones too."""
        first = await self._contact_page(1, since, priority)
        replies = [first]
        pages = _page_count(first)
        if pages is None:
            replies += await self._pages_until_short(first, since, priority)
        elif pages > 1:
            numbers = range(2, min(pages, PAGES_AT_MOST) + 1)
            replies += await together(self._contact_page(number, since, priority) for number in numbers)
        self._book.put_contacts(contact for reply in replies for contact in contacts_in(reply))
        return self._asked_at(first)

    async def items(self, since: datetime | None, priority: Priority) -> datetime | None:
        """Every item in one call (Xero knows no pages of items); with `since` those changed."""
        reply = await self._get(Resource.ITEMS, {}, since, priority)
        self._book.put_items(items_in(reply), complete=since is None)
        return self._asked_at(reply)

    async def contact(self, account_number: str, priority: Priority) -> None:
        """Contacts with this account number, archived and merged ones too."""
        where = f'AccountNumber=="{escaped(account_number)}"'
        params = {"where": where, "includeArchived": "true", "summaryOnly": "true", "page": "1"}
        self._book.put_contacts(contacts_in(await self._get(Resource.CONTACTS, params, None, priority)))

    async def item(self, code: str, priority: Priority) -> None:
        """The item with this code."""
        params = {"where": f'Code=="{escaped(code)}"'}
        self._book.put_items(items_in(await self._get(Resource.ITEMS, params, None, priority)))

    async def settings(self, resource: Resource, priority: Priority) -> None:
        """Currencies, accounts, tax rates, tracking categories or branding themes: all of them, in one call."""
        reply = await self._get(resource, {}, None, priority)
        _settings_writers(self._book)[resource](reply)

    async def _pages_until_short(self, first: Reply, since: datetime | None, priority: Priority) -> list[Reply]:
        """Without a page count the last page is the first that is not full."""
        replies, page = [], first
        for number in range(2, PAGES_AT_MOST + 1):
            if len(rows_of(page.get("Contacts"))) < CONTACT_PAGE:
                break
            page = await self._contact_page(number, since, priority)
            replies.append(page)
        return replies

    async def _contact_page(self, number: int, since: datetime | None, priority: Priority) -> Reply:
        params = {"summaryOnly": "true", "page": str(number), "pageSize": str(CONTACT_PAGE)}
        if since is not None:
            # Otherwise a contact that was archived would just be absent, and stay active in the cache.
            params["includeArchived"] = "true"
        return await self._get(Resource.CONTACTS, params, since, priority)

    async def _get(
        self, resource: Resource, params: Mapping[str, str], since: datetime | None, priority: Priority
    ) -> Reply:
        return await self._reader.get(self._organisation, resource, params, if_modified_since=since, priority=priority)

    def _asked_at(self, reply: Reply) -> datetime | None:
        """From when the next read has to look for changes; null where this one (304) did not say."""
        return (answered_at(reply) or self._utc()) - OVERLAP if reply else None


def escaped(code: str) -> str:
    """The code as it stands between the quotes of a `where` filter."""
    return re.sub(r'(["\\])', r"\\\1", code)


def _page_count(reply: Reply) -> int | None:
    if not reply:
        return 1  # 304: nothing was changed.
    count: Decimal | None = number_of(object_of(reply.get("pagination")).get("pageCount"))
    return None if count is None else int(count)


def _settings_writers(book: MasterDataBook) -> dict[Resource, Callable[[Reply], None]]:
    return {
        Resource.CURRENCIES: lambda reply: book.put_currencies(currencies_in(reply)),
        Resource.ACCOUNTS: lambda reply: book.put_accounts(accounts_in(reply)),
        Resource.TAX_RATES: lambda reply: book.put_tax_types(tax_types_in(reply)),
        Resource.TRACKING_CATEGORIES: lambda reply: book.put_tracking(tracking_in(reply)),
        Resource.BRANDING_THEMES: lambda reply: book.put_themes(branding_themes_in(reply)),
    }
