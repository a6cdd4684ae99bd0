"""The reference cache: every organisation's contacts, items and settings, kept in memory and fresh (port References).

**Warming** costs at most 12 calls for 10,000 contacts and 4,000 items: ten pages of contacts, one list of items (Xero
has no pages of items) and the organisation itself. Accounts, tax rates, tracking categories and branding themes are
one call more each, made where a check of one of the organisation's companies needs them: accounts always, tax rates
unless its documents have no tax, the others where its profile names one. Currencies are read with the rest as long as
that stays within twelve calls. Beyond (more than 7,000 contacts) they are read with the first question that names them,
which the dispatcher asks as soon as a document is not in the base currency, or by the first look of the background,
whichever comes first.

**Refreshing** asks for what was modified, from a few seconds before the last read by Xero's own clock. Deletions do
not show as modifications, so that all is read again now and then.

**A missing code** costs one refresh of its list (unless that was read just now) and, if it is still missing, one
look-up; then for a while no further look-up, unless somebody asks anew: people correct Xero and press Sync Now. A
look-up finds what a list may lack for a second or two, and archived and merged contacts, which warming leaves out.
Shipments that were rejected for a missing code are tried again after a refresh, which calls `on_change`; for a while
after a miss the background reads that list every minute.

**All of it is bounded** by `CallAllowance`, a tenth of the day's calls: beyond it a code counts as missing without a
call, and the background rests. A part of it is kept for people who ask; when that is spent too, the answer says of what
time it is. Only the worker that serves the organisation keeps it fresh.

Xero API documentation: Contacts (optimised filters, summaryOnly, paging), Items, Requests (If-Modified-Since).
"""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial

from mappers.model import MasterList, Needs, ReferenceData
from xero_client.collaborators import MasterDataReader, Monotonic, ReferenceObserver, Sleep, UtcClock
from xero_client.master_data.allowance import CallAllowance
from xero_client.master_data.lists import OptionalLists, resources_of
from xero_client.master_data.loader import Loader
from xero_client.master_data.organisation import CacheDependencies, OrganisationReferences
from xero_client.master_data.policy import CachePolicy
from xero_client.master_data.questions import Question, Questions
from xero_client.master_data.refresh import RefreshSchedule
from xero_client.master_data.store import MasterDataStore


class ReferenceCache:
    """The adapter of `port.References` on Xero's master data.

    `optional_lists` says by organisation which of them are read (`optional_lists_of`). `on_change` is called with the
    organisation whenever a refresh or a look-up brought something new. `clock` is UTC. `calls_left` tells
    how many calls an organisation's day has left.
    """

    def __init__(  # noqa: PLR0913  # Every collaborator is handed over by name, in one place.
        self,
        reader: MasterDataReader,
        *,
        optional_lists: Mapping[str, OptionalLists],
        policy: CachePolicy,
        clock: UtcClock,
        monotonic: Monotonic,
        sleep: Sleep,
        observer: ReferenceObserver,
        on_change: Callable[[str], None],
        calls_left: Callable[[str], int],
    ) -> None:
        self._reader = reader
        self._optional_lists = optional_lists
        self._clock = clock
        self._calls_left = calls_left
        self._sleep = sleep
        self._dependencies = CacheDependencies(policy, clock, monotonic, observer, on_change)
        self._organisations: dict[str, OrganisationReferences] = {}
        self._questions: dict[str, Questions] = {}
        self._schedules: dict[str, RefreshSchedule] = {}

    async def resolve(
        self, organisation: str, needs: Needs, *, asked_at: float | None = None, for_people: bool = False
    ) -> ReferenceData:
        """As `port.References.resolve`. With empty needs on a warm cache there is nothing to wait for.

        Raises the errors of `xero_client.errors`; the next call tries again.
        """
        known = self._organisations.get(organisation) or self._added(organisation)
        if needs.customers or needs.products or needs.lists:
            question = Question(needs, asked_at, for_people=for_people)
            return await self._questions[organisation].resolve(question)
        return await known.snapshot()

    def doubt(self, organisation: str, lists: frozenset[MasterList]) -> bool:
        """As `port.References.doubt`."""
        known = self._organisations.get(organisation)
        return known is not None and known.doubt(lists)

    def watch(self, organisation: str, lists: frozenset[MasterList], age: float) -> None:
        """As `port.References.watch`."""
        if known := self._organisations.get(organisation):
            for resource in resources_of(lists):
                known.watch(resource, age)

    def age(self, organisation: str) -> float | None:
        """Seconds since contacts and items were both last compared with Xero; None where they never were here."""
        known = self._organisations.get(organisation)
        return self._dependencies.monotonic() - known.read_at if known is not None and known.is_warm else None

    async def keep_fresh(self, is_ours: Callable[[str], bool] = lambda _organisation: True) -> None:
        """Refresh the organisations that are ours and were asked for, until cancelled. What fails is tried again later.

        Those that another worker serves are left to it: their calls would be spent twice.
        """
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    for organisation, schedule in self._schedules.items():
                        if not is_ours(organisation):
                            schedule.leave()
                        elif schedule.is_due():
                            group.create_task(schedule.refresh())
                    await self._sleep(self._dependencies.policy.tick_seconds)
        finally:
            await self.close()

    async def close(self) -> None:
        """Give up what is under way; whoever waits for it gets an UnavailableError."""
        await asyncio.gather(*(each.close() for each in self._organisations.values()))

    def _added(self, organisation: str) -> OrganisationReferences:
        dependencies, store = self._dependencies, MasterDataStore()
        left = partial(self._calls_left, organisation)
        allowance = CallAllowance(dependencies.policy, left, dependencies.monotonic)
        loader = Loader(self._reader, organisation, store, self._clock, allowance.spend)
        optional = self._optional_lists.get(organisation, ())
        added = OrganisationReferences(organisation, optional, store, loader, allowance, dependencies)
        self._organisations[organisation] = added
        self._questions[organisation] = Questions(added, dependencies)
        self._schedules[organisation] = RefreshSchedule(added, dependencies)
        return added
