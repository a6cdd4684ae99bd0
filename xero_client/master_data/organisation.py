"""One organisation's part of the reference cache: warmed once, kept fresh, asked again where a code is missing."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from mappers.model import Needs, ReferenceData
from xero_client.collaborators import Monotonic, ReferenceObserver, Resource
from xero_client.errors import RefusedError, XeroError
from xero_client.master_data.lists import LISTS, OptionalLists
from xero_client.master_data.loader import ContactPages, Loader
from xero_client.master_data.missing_codes import NegativeCache, TokenBucket
from xero_client.master_data.policy import CachePolicy
from xero_client.master_data.single_flight import SingleFlight, together
from xero_client.master_data.store import MasterDataStore
from xero_client.port import Priority
from xero_client.vocabulary import ReferenceResult

WARM_CALLS: Final = 12
"""What warming may cost; see `cache`."""

Code = tuple[Resource, str]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CacheDependencies:
    """What all organisations share. `on_change` is called with an organisation that has something new."""

    policy: CachePolicy
    monotonic: Monotonic
    observer: ReferenceObserver
    on_change: Callable[[str], None]


class OrganisationReferences:
    """Made once for each organisation, with the optional lists that its companies configure."""

    def __init__(
        self,
        organisation: str,
        optional: OptionalLists,
        store: MasterDataStore,
        loader: Loader,
        dependencies: CacheDependencies,
    ) -> None:
        policy, monotonic = dependencies.policy, dependencies.monotonic
        self._organisation = organisation
        self._optional = optional
        self._store = store
        self._loader = loader
        self._policy = policy
        self._monotonic = monotonic
        self._observer = dependencies.observer
        self._on_change = dependencies.on_change
        self._single_flight = SingleFlight()
        self._missing = NegativeCache(policy.miss_seconds, policy.remembered_misses, monotonic)
        self._bucket = TokenBucket(policy.miss_calls, policy.miss_call_seconds, monotonic)
        self._warm = False
        self._used_at = monotonic()
        self._since: dict[Resource, datetime] = {}
        self._read_at: dict[Resource, float] = {}

    @property
    def is_warm(self) -> bool:
        """Whether every list was read once (currencies may still be left, see `cache`)."""
        return self._warm

    @property
    def has_currencies(self) -> bool:
        """Whether the currencies were read; warming may leave them for later."""
        return Resource.CURRENCIES in self._read_at

    @property
    def used_at(self) -> float:
        """When it was last asked, by the monotonic clock."""
        return self._used_at

    @property
    def read_at(self) -> float:
        """When contacts and items were both last compared with Xero, by the monotonic clock. Only once it is warm."""
        return min(self._read_at[Resource.CONTACTS], self._read_at[Resource.ITEMS])

    async def snapshot(self) -> ReferenceData:
        """What the cache has, warmed first where it is cold."""
        self._used_at = self._monotonic()
        if not self._warm:
            await self._single_flight.join("warm", self._warm_up)
        return self._store.snapshot()

    async def resolve(self, needs: Needs) -> ReferenceData:
        """The snapshot, after looking for the codes that it lacks. Raises the errors of `xero_client.errors`."""
        await self.snapshot()
        lacking = self._lacking(needs)
        for resource in {each for each, _ in _codes(needs)} - {each for each, _ in lacking}:
            self._observe(resource, ReferenceResult.HIT)
        if lacking:
            await self._look_for(needs)
        else:
            await self._look_for_currencies()
        return self._store.snapshot()

    async def refresh(self, resource: Resource, priority: Priority, *, whole: bool = False) -> None:
        """Read what changed of contacts or items; the other lists, and with `whole` these too, entirely."""
        since = None if whole else self._since.get(resource)
        await self._single_flight.join(resource.value, partial(self._read, resource, since, priority))

    async def close(self) -> None:
        """Give up what is under way."""
        await self._single_flight.close()

    # -- warming ---------------------------------------------------------------------------------------------------

    async def _warm_up(self) -> None:
        """All lists at once, but the further pages of contacts, whose number the first page tells."""
        lists = (Resource.ORGANISATION, Resource.ITEMS, *self._optional)
        began = self._monotonic()
        first: list[ContactPages] = []

        async def first_page() -> None:
            first.append(await self._loader.first_contacts(None, Priority.PEOPLE))

        contacts = self._reporting_errors(Resource.CONTACTS, first_page())
        await together(contacts, *(self._read(each, None, Priority.PEOPLE) for each in lists))
        works = [self._reporting_errors(Resource.CONTACTS, self._loader.more_contacts(first[0]))]
        if len(lists) + (first[0].count or 1) < WARM_CALLS:
            works.append(self._read(Resource.CURRENCIES, None, Priority.PEOPLE))
        await together(*works)
        self._note_read(Resource.CONTACTS, first[0].asked_at, began)
        self._observe(Resource.CONTACTS, ReferenceResult.WARMED)
        self._warm = True

    async def _read(self, resource: Resource, since: datetime | None, priority: Priority) -> None:
        began, before = self._monotonic(), self._store.snapshot()
        asked_at = await self._reporting_errors(resource, self._loader.read(resource, since, priority))
        self._note_read(resource, asked_at, began)
        if not self._warm:
            self._observe(resource, ReferenceResult.WARMED)
        elif not self._announced_change(resource, before):
            self._observe(resource, ReferenceResult.NOT_MODIFIED)

    async def _reporting_errors(self, resource: Resource, work: Awaitable[Result]) -> Result:
        try:
            return await work
        except XeroError:
            self._observe(resource, ReferenceResult.ERROR)
            raise

    def _note_read(self, resource: Resource, asked_at: datetime, began: float) -> None:
        self._since[resource] = asked_at
        self._read_at[resource] = began

    def _announced_change(self, resource: Resource, before: ReferenceData) -> bool:
        """Whether a read brought something new; reports it if so."""
        part_of = LISTS[resource].part_of
        if part_of(self._store.snapshot()) is part_of(before):
            return False
        self._observe(resource, ReferenceResult.REFRESHED)
        self._on_change(self._organisation)
        return True

    # -- missing codes ---------------------------------------------------------------------------------------------

    async def _look_for(self, needs: Needs) -> None:
        """First what changed since the last read (one call a list), then each code that is still missing (one each)."""
        lists = [each for each in (Resource.CONTACTS, Resource.ITEMS) if self._is_worth_reading(each, needs)]
        await together(*(self.refresh(each, Priority.PEOPLE) for each in lists if self._bucket.take()))
        left = [each for each in self._lacking(needs) if not self._missing.has(*each)]
        await together(*(self._look_up(*each) for each in left[: self._policy.look_ups] if self._bucket.take()))

    def _is_worth_reading(self, resource: Resource, needs: Needs) -> bool:
        codes = [each for each in self._lacking(needs) if each[0] is resource]
        known = [each for each in codes if self._missing.has(*each)]
        for _ in known:
            self._observe(resource, ReferenceResult.NEGATIVE)
        recently = self._policy.recheck_seconds if len(known) == len(codes) else self._policy.recent_seconds
        return bool(codes) and self._is_older(resource, recently)

    def _lacking(self, needs: Needs) -> list[Code]:
        return _codes(self._store.lacking(needs))

    async def _look_up(self, resource: Resource, code: str) -> None:
        await self._single_flight.join(f"{resource}/{code}", partial(self._ask, resource, code))

    async def _ask(self, resource: Resource, code: str) -> None:
        before = self._store.snapshot()
        # Where Xero cannot even read the question, nothing there has such a code, and asking again will not help.
        with contextlib.suppress(RefusedError):
            await self._reporting_errors(resource, self._loader.look_up(resource, code, Priority.PEOPLE))
        self._announced_change(resource, before)
        if self._store.lacks(resource, code):
            self._missing.add(resource, code)
            self._observe(resource, ReferenceResult.MISS)

    async def _look_for_currencies(self) -> None:
        """Whoever asks about codes that are all there may miss a currency: Needs do not name it."""
        if self._is_older(Resource.CURRENCIES, self._policy.miss_seconds):
            await self.refresh(Resource.CURRENCIES, Priority.PEOPLE)

    def _is_older(self, resource: Resource, seconds: float) -> bool:
        read_at = self._read_at.get(resource)
        return read_at is None or self._monotonic() - read_at > seconds

    def _observe(self, resource: Resource, result: ReferenceResult) -> None:
        self._observer.reference_call(LISTS[resource].kind, result)


def _codes(needs: Needs) -> list[Code]:
    """Contacts first; codes longer than Xero's are left out."""
    named = ((Resource.CONTACTS, needs.customers), (Resource.ITEMS, needs.products))
    return [
        (each, code) for each, codes in named for code in sorted(codes) if 0 < len(code) <= LISTS[each].longest_code
    ]
