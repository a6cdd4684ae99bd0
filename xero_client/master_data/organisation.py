"""One organisation's part of the reference cache: warmed once, kept fresh, asked again where something is missing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from mappers.model import MasterList, Needs, ReferenceData
from xero_client.collaborators import Monotonic, ReferenceObserver, Resource, UtcClock
from xero_client.errors import XeroError
from xero_client.master_data.allowance import CallAllowance
from xero_client.master_data.lists import LISTS, OptionalLists, resources_of
from xero_client.master_data.loader import ContactPages, Loader
from xero_client.master_data.policy import CachePolicy
from xero_client.master_data.single_flight import SingleFlight, together
from xero_client.master_data.store import MasterDataStore
from xero_client.port import Priority
from xero_client.vocabulary import ReferenceResult

WARM_CALLS: Final = 12
"""What warming may cost; see `cache`."""

CHANGING: Final = (Resource.CONTACTS, Resource.ITEMS)
SETTINGS: Final = (Resource.ORGANISATION, Resource.CURRENCIES)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class CacheDependencies:
    """What all organisations share. `on_change` is called with an organisation that has something new."""

    policy: CachePolicy
    clock: UtcClock
    monotonic: Monotonic
    observer: ReferenceObserver
    on_change: Callable[[str], None]


class OrganisationReferences:
    """Made once for each organisation, with the optional lists that its companies configure.

    `is_kept` says whether the background keeps it fresh. What is not kept (another worker serves the organisation, this
    one only explains) is compared with Xero when it is asked for.
    """

    def __init__(
        self,
        organisation: str,
        optional: OptionalLists,
        store: MasterDataStore,
        loader: Loader,
        allowance: CallAllowance,
        dependencies: CacheDependencies,
    ) -> None:
        self.organisation = organisation
        self.is_kept = False
        self.settings = (*SETTINGS, *optional)
        self.allowance = allowance
        self.single_flight = SingleFlight()
        self._optional = optional
        self._store = store
        self._loader = loader
        self._policy = dependencies.policy
        self._monotonic = dependencies.monotonic
        self._observer = dependencies.observer
        self._on_change = dependencies.on_change
        self._warm = False
        self._used_at = dependencies.monotonic()
        self._doubted: set[Resource] = set()
        self._watched: dict[Resource, float] = {}
        self._since: dict[Resource, datetime] = {}
        self._read_at: dict[Resource, float] = {}

    @property
    def is_warm(self) -> bool:
        """Whether every list was read once (currencies may still be left, see `cache`)."""
        return self._warm

    @property
    def used_at(self) -> float:
        """When it was last asked, by the monotonic clock."""
        return self._used_at

    @property
    def read_at(self) -> float:
        """When contacts and items were both last compared with Xero, by the monotonic clock. Only once it is warm."""
        return min(self._read_at[each] for each in CHANGING)

    def was_read_at(self, resource: Resource) -> float:
        """When the list was last compared with Xero, by the monotonic clock; minus infinity: never."""
        return self._read_at.get(resource, float("-inf"))

    def watched(self) -> frozenset[Resource]:
        """The lists that lacked something a while ago."""
        oldest = self._monotonic() - self._policy.watch_for
        return frozenset(resource for resource, since in self._watched.items() if since > oldest)

    def watch(self, resource: Resource, age: float = 0.0) -> None:
        """The list lacked something `age` seconds ago, and people may be about to enter it."""
        since = self._monotonic() - age
        self._watched[resource] = max(since, self._watched.get(resource, since))

    def contact_pages(self) -> int:
        """About how many calls all contacts take."""
        return 1 + len(self._store.snapshot().contacts_by_name) // 1_000

    def doubt(self, lists: frozenset[MasterList]) -> bool:
        """Read these lists again before the next answer. False where none of them is read, or no call is left."""
        doubted = resources_of(lists) & {*CHANGING, *self.settings}
        if not doubted or self.allowance.room() < len(doubted | self._doubted):
            return False
        self._doubted |= doubted
        return True

    async def snapshot(self) -> ReferenceData:
        """What the cache has, warmed first where it is cold, and read again where it is in doubt."""
        self._used_at = self._monotonic()
        if not self._warm:
            await self.single_flight.join("warm", self._warm_up)
        if self._doubted:
            await self.single_flight.join("doubted", self._read_doubted)
        if self._is_left_to_itself() and self.allowance.room() >= len(CHANGING):
            await together(*(self.refresh(each, Priority.PEOPLE) for each in CHANGING))
        return self._store.snapshot()

    async def refresh(self, resource: Resource, priority: Priority, *, whole: bool = False) -> None:
        """Read what changed of contacts or items; the other lists, and with `whole` these too, entirely."""
        since = None if whole else self._since.get(resource)
        await self.single_flight.join(resource.value, partial(self._read, resource, since, priority))

    async def look_up(self, resource: Resource, code: str) -> None:
        """Ask Xero for one code. Raises the errors of `xero_client.errors`."""
        before = self._store.snapshot()
        try:
            await self._reporting_errors(resource, self._loader.look_up(resource, code, Priority.PEOPLE))
        finally:
            self._announced_change(resource, before)

    def lacking(self, needs: Needs) -> list[tuple[Resource, str]]:
        """The codes that no usable record has; contacts first, and those longer than Xero's left out."""
        return codes_of(self._store.lacking(needs))

    def lacks(self, resource: Resource, code: str) -> bool:
        """Whether no usable record has the code."""
        return self._store.lacks(resource, code)

    def observe(self, resource: Resource, result: ReferenceResult) -> None:
        """Count one use of a list."""
        self._observer.reference_call(LISTS[resource].kind, result)

    async def close(self) -> None:
        """Give up what is under way."""
        await self.single_flight.close()

    def _is_left_to_itself(self) -> bool:
        return not self.is_kept and self._monotonic() - self.read_at >= self._policy.refresh_seconds

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
        self.observe(Resource.CONTACTS, ReferenceResult.WARMED)
        self._warm = True

    async def _read_doubted(self) -> None:
        """Not joined with a read that began before the doubt. What was deleted shows in a whole list alone."""
        doubted = frozenset(self._doubted)
        since = {each: None if each is Resource.ITEMS else self._since.get(each) for each in doubted}
        await together(*(self._read(each, since[each], Priority.PEOPLE) for each in doubted))
        self._doubted -= doubted

    async def _read(self, resource: Resource, since: datetime | None, priority: Priority) -> None:
        began, before = self._monotonic(), self._store.snapshot()
        asked_at = await self._reporting_errors(resource, self._loader.read(resource, since, priority))
        self._note_read(resource, asked_at, began)
        if not self._warm:
            self.observe(resource, ReferenceResult.WARMED)
        elif not self._announced_change(resource, before):
            self.observe(resource, ReferenceResult.NOT_MODIFIED)

    async def _reporting_errors(self, resource: Resource, work: Awaitable[Result]) -> Result:
        try:
            return await work
        except XeroError:
            self.observe(resource, ReferenceResult.ERROR)
            raise

    def _note_read(self, resource: Resource, asked_at: datetime, began: float) -> None:
        self._since[resource] = asked_at
        self._read_at[resource] = began

    def _announced_change(self, resource: Resource, before: ReferenceData) -> bool:
        """Whether a read brought something new; reports it if so."""
        part_of = LISTS[resource].part_of
        if part_of(self._store.snapshot()) is part_of(before):
            return False
        self.observe(resource, ReferenceResult.REFRESHED)
        self._on_change(self.organisation)
        return True


def codes_of(needs: Needs) -> list[tuple[Resource, str]]:
    """Contacts first; codes longer than Xero's are left out."""
    named = ((Resource.CONTACTS, needs.customers), (Resource.ITEMS, needs.products))
    return [
        (each, code) for each, codes in named for code in sorted(codes) if 0 < len(code) <= LISTS[each].longest_code
    ]
