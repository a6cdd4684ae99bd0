"""One organisation's part of the reference cache: warmed once, kept fresh, asked again where a code is missing."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, Protocol, TypeVar

from mappers.model import Needs, ReferenceData
from xero_client.collaborators import Monotonic, Resource
from xero_client.errors import RefusedError, XeroError
from xero_client.master_data.loader import BookReader, ContactPages
from xero_client.master_data.policy import Pace
from xero_client.master_data.references_misses import Allowance, Misses
from xero_client.master_data.single_flight import Flights, together
from xero_client.master_data.store import MasterDataBook
from xero_client.port import Priority

WARM_CALLS: Final = 12
"""What warming may cost; see `references`."""

LONGEST: Final = {Resource.CONTACTS: 50, Resource.ITEMS: 30}
"""Characters of an account number and of an item code in Xero: nothing longer can be there."""

KINDS: Final = {
    Resource.ORGANISATION: "organisation",
    Resource.CONTACTS: "contacts",
    Resource.ITEMS: "items",
    Resource.CURRENCIES: "currencies",
    Resource.ACCOUNTS: "accounts",
    Resource.TAX_RATES: "tax_rates",
    Resource.TRACKING_CATEGORIES: "tracking",
    Resource.BRANDING_THEMES: "branding_themes",
}
FIELDS: Final = {
    Resource.ORGANISATION: "organisation",
    Resource.CONTACTS: "contacts_by_name",
    Resource.ITEMS: "items",
    Resource.CURRENCIES: "currencies",
    Resource.ACCOUNTS: "accounts",
    Resource.TAX_RATES: "tax_types",
    Resource.TRACKING_CATEGORIES: "tracking",
    Resource.BRANDING_THEMES: "branding_themes",
}
"""Where a snapshot has what the list says; the field is the same object for as long as nothing changed."""

Code = tuple[Resource, str]
Result = TypeVar("Result")


class ReferenceObserver(Protocol):
    """Counts what the cache is used for."""

    def reference_call(self, kind: str, result: str) -> None:
        """One use of a list.

        `kind` is organisation, contacts, items, currencies, accounts, tax_rates, tracking or branding_themes; `result`
        is hit (the cache had every code), negative (known to be missing), miss (looked up in vain), warmed, refreshed
        (something new), not_modified, or error.
        """
        ...

    def reference_age(self, organisation: str, seconds: float) -> None:
        """How long ago contacts and items were last compared with Xero."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all organisations share. `on_change` is told an organisation of which something is new."""

    pace: Pace
    monotonic: Monotonic
    observer: ReferenceObserver
    on_change: Callable[[str], None]


class OrganisationReferences:
    """Made once for each organisation, with the optional lists that its companies configure."""

    def __init__(
        self,
        organisation: str,
        optional: tuple[Resource, ...],
        book: MasterDataBook,
        reader: BookReader,
        around: Surroundings,
    ) -> None:
        self._organisation = organisation
        self._optional = optional
        self._book = book
        self._reader = reader
        self._around = around
        self._flights = Flights()
        self._misses = Misses(around.pace.miss_seconds, around.pace.misses, around.monotonic)
        self._allowance = Allowance(around.pace.miss_calls, around.pace.miss_call_seconds, around.monotonic)
        self._warm = False
        self._used_at = around.monotonic()
        self._since: dict[Resource, datetime] = {}
        self._read_at: dict[Resource, float] = {}

    @property
    def is_warm(self) -> bool:
        """Whether every list was read once (currencies may still wait, see `references`)."""
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
        self._used_at = self._around.monotonic()
        if not self._warm:
            await self._flights.join("warm", self._warm_up)
        return self._book.snapshot()

    async def resolve(self, needs: Needs) -> ReferenceData:
        """The snapshot, after looking for the codes that it lacks. Raises the errors of `xero_client.errors`."""
        await self.snapshot()
        lacking = self._lacking(needs)
        for resource in {each for each, _ in self._codes(needs)} - {each for each, _ in lacking}:
            self._observe(resource, "hit")
        if lacking:
            await self._look_for(needs)
        else:
            await self._look_for_currencies()
        return self._book.snapshot()

    async def refresh(self, resource: Resource, priority: Priority, *, whole: bool = False) -> None:
        """Read what changed of contacts or items; the other lists, and with `whole` these too, entirely."""
        since = None if whole else self._since.get(resource)
        await self._flights.join(resource.value, partial(self._read, resource, since, priority))

    async def close(self) -> None:
        """Give up what is under way."""
        await self._flights.close()

    # -- warming ---------------------------------------------------------------------------------------------------

    async def _warm_up(self) -> None:
        """All lists at once, but the further pages of contacts, whose number the first page tells."""
        lists = (Resource.ORGANISATION, Resource.ITEMS, *self._optional)
        began = self._around.monotonic()
        first: list[ContactPages] = []

        async def first_page() -> None:
            first.append(await self._reader.first_contacts(None, Priority.PEOPLE))

        contacts = self._telling_errors(Resource.CONTACTS, first_page())
        await together(contacts, *(self._read(each, None, Priority.PEOPLE) for each in lists))
        works = [self._telling_errors(Resource.CONTACTS, self._reader.more_contacts(first[0]))]
        if len(lists) + (first[0].count or 1) < WARM_CALLS:
            works.append(self._read(Resource.CURRENCIES, None, Priority.PEOPLE))
        await together(*works)
        self._took_note(Resource.CONTACTS, first[0].asked_at, began)
        self._observe(Resource.CONTACTS, "warmed")
        self._warm = True

    async def _read(self, resource: Resource, since: datetime | None, priority: Priority) -> None:
        began, before = self._around.monotonic(), self._book.snapshot()
        asked_at = await self._telling_errors(resource, self._reader.read(resource, since, priority))
        self._took_note(resource, asked_at, began)
        self._announce(resource, before)

    async def _telling_errors(self, resource: Resource, work: Awaitable[Result]) -> Result:
        try:
            return await work
        except XeroError:
            self._observe(resource, "error")
            raise

    def _took_note(self, resource: Resource, asked_at: datetime, began: float) -> None:
        self._since[resource] = asked_at
        self._read_at[resource] = began

    def _announce(self, resource: Resource, before: ReferenceData) -> None:
        if not self._warm:
            self._observe(resource, "warmed")
        elif self._has_changed(resource, before):
            self._observe(resource, "refreshed")
            self._around.on_change(self._organisation)
        else:
            self._observe(resource, "not_modified")

    # -- missing codes ---------------------------------------------------------------------------------------------

    async def _look_for(self, needs: Needs) -> None:
        """First what changed since the last read (one call a list), then each code that is still missing (one each)."""
        lists = [each for each in (Resource.CONTACTS, Resource.ITEMS) if self._is_worth_reading(each, needs)]
        await together(*(self.refresh(each, Priority.PEOPLE) for each in lists if self._allowance.take()))
        left = [each for each in self._lacking(needs) if not self._is_known_missing(each)]
        await together(*(self._look_up(*each) for each in left[: self._pace.look_ups] if self._allowance.take()))

    def _is_worth_reading(self, resource: Resource, needs: Needs) -> bool:
        codes = [each for each in self._lacking(needs) if each[0] is resource]
        known = [each for each in codes if self._is_known_missing(each)]
        for _ in known:
            self._observe(resource, "negative")
        recently = self._pace.doubt_seconds if len(known) == len(codes) else self._pace.recent_seconds
        return bool(codes) and self._is_older(resource, recently)

    def _lacking(self, needs: Needs) -> list[Code]:
        return self._codes(self._book.lacking(needs))

    def _is_known_missing(self, code: Code) -> bool:
        return self._misses.has(*code)

    async def _look_up(self, resource: Resource, code: str) -> None:
        await self._flights.join(f"{resource}/{code}", partial(self._ask, resource, code))

    async def _ask(self, resource: Resource, code: str) -> None:
        before = self._book.snapshot()
        # Where Xero cannot even read the question, nothing there has such a code, and asking again will not help.
        with contextlib.suppress(RefusedError):
            await self._telling_errors(resource, self._reader.look_up(resource, code, Priority.PEOPLE))
        if self._has_changed(resource, before):
            self._observe(resource, "refreshed")
            self._around.on_change(self._organisation)
        if self._book.lacks(resource, code):
            self._misses.add(resource, code)
            self._observe(resource, "miss")

    async def _look_for_currencies(self) -> None:
        """Whoever asks about codes that are all there may miss a currency: Needs do not name it."""
        if self._is_older(Resource.CURRENCIES, self._pace.miss_seconds):
            await self.refresh(Resource.CURRENCIES, Priority.PEOPLE)

    # -- small things ----------------------------------------------------------------------------------------------

    @property
    def _pace(self) -> Pace:
        return self._around.pace

    def _codes(self, needs: Needs) -> list[Code]:
        """Contacts first; codes longer than Xero's are left out."""
        named = ((Resource.CONTACTS, needs.customers), (Resource.ITEMS, needs.products))
        return [(each, code) for each, codes in named for code in sorted(codes) if 0 < len(code) <= LONGEST[each]]

    def _is_older(self, resource: Resource, seconds: float) -> bool:
        read_at = self._read_at.get(resource)
        return read_at is None or self._around.monotonic() - read_at > seconds

    def _has_changed(self, resource: Resource, before: ReferenceData) -> bool:
        return getattr(self._book.snapshot(), FIELDS[resource]) is not getattr(before, FIELDS[resource])

    def _observe(self, resource: Resource, result: str) -> None:
        self._around.observer.reference_call(KINDS[resource], result)
