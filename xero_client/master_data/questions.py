"""Questions about what the cache lacks: the lists that may have it are read, then single codes looked up."""

import contextlib
from functools import partial
from typing import Final

from mappers.model import Needs, ReferenceData
from xero_client.collaborators import Resource
from xero_client.errors import RefusedError
from xero_client.master_data.lists import resources_of
from xero_client.master_data.missing_codes import NegativeCache
from xero_client.master_data.organisation import CHANGING, CacheDependencies, OrganisationReferences, codes_of
from xero_client.master_data.single_flight import together
from xero_client.port import Priority
from xero_client.vocabulary import ReferenceResult

MOST_TRIES: Final = 2
"""A look-up that somebody else began before the question is waited for, and made once more."""


class Questions:
    """Those of one organisation. What they may cost is bounded by its allowance; beyond it, what is missing is missing.

    An answer is as old as the read it rests on. `asked_at` (monotonic clock) asks for one that began no earlier.
    """

    def __init__(self, references: OrganisationReferences, dependencies: CacheDependencies) -> None:
        policy, monotonic = dependencies.policy, dependencies.monotonic
        self._references = references
        self._policy = policy
        self._monotonic = monotonic
        self._missing = NegativeCache(policy.miss_seconds, policy.remembered_misses, monotonic)

    async def resolve(self, needs: Needs, asked_at: float | None) -> ReferenceData:
        """The snapshot, after looking for what it lacks. Raises the errors of `xero_client.errors`."""
        references = self._references
        await references.snapshot()
        lacking = {each for each, _ in references.lacking(needs)}
        for resource in {each for each, _ in codes_of(needs)} - lacking:
            references.observe(resource, ReferenceResult.HIT)
        if lacking or needs.lists:
            await self._look_for(needs, asked_at)
        return await references.snapshot()

    async def _look_for(self, needs: Needs, asked_at: float | None) -> None:
        """First what changed since the last read (one call a list), then each code that is still missing (one each)."""
        references = self._references
        lists = self._lists_to_read(needs, asked_at)[: references.allowance.room()]
        await together(*(references.refresh(each, Priority.PEOPLE) for each in lists))
        left = [each for each in references.lacking(needs) if not self._missing.has(*each, asked_at)]
        most = min(self._policy.look_ups, references.allowance.room())
        await together(*(self._look_up(*each, asked_at) for each in left[:most]))
        for resource in {each for each, _ in references.lacking(needs)} | self._named(needs):
            references.watch(resource)

    def _lists_to_read(self, needs: Needs, asked_at: float | None) -> list[Resource]:
        by_code = [each for each in CHANGING if self._is_worth_reading(each, needs, asked_at)]
        named = self._named(needs) - {each for each, _ in self._references.lacking(needs)}
        return by_code + sorted(each for each in named if self._is_stale(each, asked_at))

    def _named(self, needs: Needs) -> frozenset[Resource]:
        return resources_of(needs.lists) & {*CHANGING, *self._references.settings}

    def _is_worth_reading(self, resource: Resource, needs: Needs, asked_at: float | None) -> bool:
        codes = [each for each in self._references.lacking(needs) if each[0] is resource]
        known = [each for each in codes if self._missing.has(*each, asked_at)]
        for _ in known:
            self._references.observe(resource, ReferenceResult.NEGATIVE)
        recently = self._policy.recheck_seconds if len(known) == len(codes) else self._policy.recent_seconds
        return bool(codes) and self._is_older(resource, recently)

    def _is_stale(self, resource: Resource, asked_at: float | None) -> bool:
        """A list of which no single entry can be looked up."""
        if asked_at is None:
            return self._is_older(resource, self._policy.miss_seconds)
        return self._references.was_read_at(resource) < asked_at

    def _is_older(self, resource: Resource, seconds: float) -> bool:
        return self._monotonic() - self._references.was_read_at(resource) > seconds

    async def _look_up(self, resource: Resource, code: str, asked_at: float | None) -> None:
        for _ in range(MOST_TRIES):
            await self._references.single_flight.join(f"{resource}/{code}", partial(self._ask, resource, code))
            if not self._references.lacks(resource, code) or self._missing.has(resource, code, asked_at):
                return

    async def _ask(self, resource: Resource, code: str) -> None:
        began = self._monotonic()
        # Where Xero cannot even read the question, nothing there has such a code, and asking again will not help.
        with contextlib.suppress(RefusedError):
            await self._references.look_up(resource, code)
        if self._references.lacks(resource, code):
            self._missing.add(resource, code, began)
            self._references.observe(resource, ReferenceResult.MISS)
