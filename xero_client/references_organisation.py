"""The cache of one organisation: warmed once, looked up on a miss, refreshed when it is time."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from typing import Any

from mappers.reference import Needs, ReferenceData
from xero_client.collaborators import MasterDataReader, Monotonic, Resource, UtcClock
from xero_client.errors import XeroError
from xero_client.master_data_book import NOTHING, MasterDataBook
from xero_client.port import Priority
from xero_client.references_misses import Misses
from xero_client.references_reads import LONGEST_ACCOUNT_NUMBER, LONGEST_ITEM_CODE, BookReader
from xero_client.references_schedule import CacheTimes, Schedule
from xero_client.references_together import together

FEW = 2
"""So many missing codes are looked up at once; for more, one read of what changed comes first."""
MOST_LOOK_UPS = 10
"""So many codes of a request are looked up one by one; for the rest the read of what changed has to do."""
JUST_NOW = 1.0
LONGEST = {Resource.CONTACTS: LONGEST_ACCOUNT_NUMBER, Resource.ITEMS: LONGEST_ITEM_CODE}
CORE = (Resource.ORGANISATION, Resource.CONTACTS, Resource.ITEMS)

Observe = Callable[[Resource, str], None]
"""Told of every use: the resource, and hit, warmed, refreshed, miss, negative or error."""


class OrganisationCache:
    """Not safe against itself: whoever reads holds `lock`. Reads raise the errors of `xero_client.errors`.

    `settings` are the resources that the companies of the organisation configure (accounts, tax rates, tracking
    categories, branding themes); the others are never read. Currencies are read at the first look-up: until then only
    the organisation's own currency is known, which sends a shipment in any other one to a look-up.
    """

    def __init__(
        self,
        organisation: str,
        reader: MasterDataReader,
        *,
        settings: frozenset[Resource],
        times: CacheTimes,
        monotonic: Monotonic,
        utc: UtcClock,
        observe: Observe,
    ) -> None:
        self.lock = asyncio.Lock()
        self._book = MasterDataBook()
        self._reads = BookReader(reader, organisation, self._book, utc)
        self._settings = settings
        self._schedule = Schedule(times)
        self._times = times
        self._misses = {each: Misses(times.negative) for each in LONGEST}
        self._since: dict[Resource, datetime] = {}
        self._monotonic = monotonic
        self._observe = observe

    @property
    def warm(self) -> bool:
        """Whether everything was read once."""
        return all(self._schedule.has_read(each) for each in (*CORE, *self._settings))

    def snapshot(self) -> ReferenceData:
        """The present data of a warm cache."""
        return self._book.snapshot()

    def age(self) -> float:
        """Seconds since the oldest of contacts and items was read."""
        return max(self._schedule.age(each, self._monotonic()) for each in LONGEST)

    def must_read(self, needs: Needs) -> bool:
        """Whether the answer takes a call. Without needs a warm cache answers by itself."""
        if not self.warm:
            return True
        self._schedule.asked(looked_up=needs != NOTHING)
        if needs == NOTHING:
            return self._schedule.overdue(self._monotonic())
        return self._wants_currencies() or any(self._unknown(needs).values())

    async def read_for(self, needs: Needs) -> None:
        """Warm what is cold, refresh what nobody kept fresh, look up what is needed and missing."""
        await self._warm_up()
        if self._schedule.overdue(self._monotonic()):
            await self.refresh()
        if needs == NOTHING:
            return
        if self._wants_currencies():
            await self._read(Resource.CURRENCIES, Priority.PEOPLE, "warmed")
        for resource, codes in self._unknown(needs).items():
            await self._look_up(resource, codes)

    def due(self) -> list[Resource]:
        """What is to be refreshed now."""
        now = self._monotonic()
        missing = [each for each, misses in self._misses.items() if misses.remembered(now)]
        return self._schedule.due(now, missing) if self.warm else []

    async def refresh(self) -> None:
        """Read again what is due."""
        for resource in self.due():
            await self._read(resource, Priority.BACKLOG, "refreshed")

    async def _warm_up(self) -> None:
        """Read what was not read yet. A part that failed is read again next time, the others are kept.

        People's sends need it as much as the backlog, and it happens once, so it may use the day's reserve.
        """
        cold = [each for each in (*CORE, *sorted(self._settings)) if not self._schedule.has_read(each)]
        await together(self._read(each, Priority.PEOPLE, "warmed") for each in cold)

    async def _look_up(self, resource: Resource, codes: list[str]) -> None:
        if len(codes) > FEW and self._schedule.age(resource, self._monotonic()) > JUST_NOW:
            await self._read(resource, Priority.BACKLOG, "refreshed")
            codes = self._still_missing(resource, codes)
        read = self._reads.contact if resource is Resource.CONTACTS else self._reads.item
        asked = [code for code in codes if len(code) <= LONGEST[resource]][:MOST_LOOK_UPS]
        await together(self._watched(resource, read(code, Priority.BACKLOG)) for code in asked)
        for code in self._still_missing(resource, codes):
            self._misses[resource].missed(code, self._monotonic())
            self._observe(resource, "miss")

    async def _read(self, resource: Resource, priority: Priority, result: str) -> None:
        began = self._monotonic()
        since = None if self._reads_all(resource, began) else self._since.get(resource)
        await self._watched(resource, self._fetch(resource, since, priority))
        self._schedule.read(resource, began, complete=since is None)
        self._observe(resource, result)
        if resource in LONGEST:
            self._forget_found(resource)

    async def _fetch(self, resource: Resource, since: datetime | None, priority: Priority) -> None:
        if resource is Resource.ORGANISATION:
            await self._reads.facts(priority)
        elif resource in LONGEST:
            read = self._reads.contacts if resource is Resource.CONTACTS else self._reads.items
            asked_at = await read(since, priority)
            if asked_at is not None:
                self._since[resource] = asked_at
        else:
            await self._reads.settings(resource, priority)

    async def _watched(self, resource: Resource, read: Coroutine[Any, Any, None]) -> None:
        try:
            await read
        except XeroError:
            self._observe(resource, "error")
            raise

    def _reads_all(self, resource: Resource, now: float) -> bool:
        return resource is Resource.ITEMS and self._schedule.wants_all_items(now)

    def _wants_currencies(self) -> bool:
        return self._schedule.age(Resource.CURRENCIES, self._monotonic()) >= max(self._times.negative, JUST_NOW)

    def _unknown(self, needs: Needs) -> dict[Resource, list[str]]:
        """The codes that are missing and worth a look-up."""
        lacking, now = self._book.lacking(needs), self._monotonic()
        codes = {Resource.CONTACTS: lacking.customers, Resource.ITEMS: lacking.products}
        return {each: self._misses[each].worth_asking(missing, now) for each, missing in codes.items()}

    def _still_missing(self, resource: Resource, codes: Iterable[str]) -> list[str]:
        wanted = frozenset(codes)
        if resource is Resource.CONTACTS:
            return sorted(self._book.lacking(Needs(customers=wanted)).customers)
        return sorted(self._book.lacking(Needs(products=wanted)).products)

    def _forget_found(self, resource: Resource) -> None:
        remembered = self._misses[resource].remembered(self._monotonic())
        for code in remembered - set(self._still_missing(resource, remembered)):
            self._misses[resource].found(code)
