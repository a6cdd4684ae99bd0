"""The reference cache: the port References over any number of organisations, kept fresh in the background."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from mappers.reference import Needs, ReferenceData
from xero_client.collaborators import MasterDataReader, Monotonic, Resource, Sleep, UtcClock
from xero_client.errors import XeroError
from xero_client.references_organisation import Observe, OrganisationCache
from xero_client.references_schedule import CacheTimes

TICK_SECONDS = 5.0
"""How often the background looks whether something is due; what is due is known without I/O."""


class ReferenceCache:
    """Implements `port.References`.

    `settings` says which settings an organisation's companies configure (Resource.ACCOUNTS, TAX_RATES,
    TRACKING_CATEGORIES, BRANDING_THEMES); what nobody configures is never read. `on_change` is called with the
    organisation whenever its data changed after it was first read, on the event loop, and must return at once.
    `observe` is told of every use of the cache: the resource and hit, warmed, refreshed, miss, negative or error.
    """

    def __init__(
        self,
        reader: MasterDataReader,
        *,
        monotonic: Monotonic,
        utc: UtcClock,
        times: CacheTimes | None = None,
        settings: Mapping[str, frozenset[Resource]] | None = None,
        on_change: Callable[[str], None] = lambda _organisation: None,
        observe: Observe = lambda _resource, _result: None,
    ) -> None:
        self._reader = reader
        self._monotonic = monotonic
        self._utc = utc
        self._times = times or CacheTimes()
        self._settings = settings or {}
        self._on_change = on_change
        self._observe = observe
        self._caches: dict[str, OrganisationCache] = {}

    async def resolve(self, organisation: str, needs: Needs) -> ReferenceData:
        """As `port.References.resolve`. The same object comes back as long as nothing changed.

        Without needs a warm cache answers without a call. Raises the errors of `xero_client.errors`, also where the
        quota is used up.
        """
        cache = self._cache(organisation)
        if cache.must_read(needs):
            await self._reading(organisation, cache, lambda: cache.read_for(needs))
        else:
            self._observe(Resource.CONTACTS, "hit")
        return cache.snapshot()

    def ages(self) -> Mapping[str, float]:
        """Seconds since each warm organisation's contacts and items were read."""
        return {organisation: cache.age() for organisation, cache in self._caches.items() if cache.warm}

    async def keep_fresh(self, sleep: Sleep) -> None:
        """Refresh what is due, until cancelled. An organisation that is slow or down delays no other."""
        not_before: dict[str, float] = {}
        running: dict[str, asyncio.Task[None]] = {}
        async with asyncio.TaskGroup() as group:
            while True:
                await sleep(TICK_SECONDS)
                for organisation in self._to_refresh(not_before, running):
                    running[organisation] = group.create_task(self._refresh(organisation, not_before))

    def _to_refresh(self, not_before: Mapping[str, float], running: Mapping[str, asyncio.Task[None]]) -> list[str]:
        now = self._monotonic()
        return [
            organisation
            for organisation, cache in self._caches.items()
            if not_before.get(organisation, now) <= now
            and (organisation not in running or running[organisation].done())
            and cache.due()
        ]

    async def _refresh(self, organisation: str, not_before: dict[str, float]) -> None:
        """A failed refresh is no harm: the data stays, and the next try is a whole interval away."""
        cache = self._caches[organisation]
        try:
            await self._reading(organisation, cache, cache.refresh)
        except XeroError:
            not_before[organisation] = self._monotonic() + self._times.refresh

    async def _reading(self, organisation: str, cache: OrganisationCache, read: Callable[[], Awaitable[None]]) -> None:
        """One reader an organisation at a time; whoever waited for it finds its work done."""
        async with cache.lock:
            before = cache.snapshot() if cache.warm else None
            try:
                await read()
            finally:
                if before is not None and cache.snapshot() is not before:
                    self._on_change(organisation)

    def _cache(self, organisation: str) -> OrganisationCache:
        cache = self._caches.get(organisation)
        if cache is None:
            cache = OrganisationCache(
                organisation,
                self._reader,
                settings=self._settings.get(organisation, frozenset()),
                times=self._times,
                monotonic=self._monotonic,
                utc=self._utc,
                observe=self._observe,
            )
            self._caches[organisation] = cache
        return cache
