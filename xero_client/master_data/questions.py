"""Questions about what the cache lacks: the lists that may have it are read, then single codes looked up."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from mappers.model import MasterList, Needs, ReferenceData
from xero_client.collaborators import Resource
from xero_client.errors import RefusedError
from xero_client.master_data.lists import master_list_of, resources_of
from xero_client.master_data.missing_codes import NegativeCache
from xero_client.master_data.organisation import CHANGING, CacheDependencies, OrganisationReferences, codes_of
from xero_client.master_data.single_flight import together
from xero_client.port import Priority
from xero_client.vocabulary import ReferenceResult
from xero_client.where_filter import is_filterable

MOST_TRIES: Final = 2
"""A look-up that somebody else began before the question is waited for, and made once more."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is wanted. An answer is as old as the read it rests on.

    `asked_at` (monotonic clock) asks for a read that began no earlier. `for_people`: a person waits for the answer.
    """

    needs: Needs
    asked_at: float | None = None
    for_people: bool = False


class Questions:
    """Those of one organisation. What they may cost is bounded by its allowance; beyond it, what is missing is missing,
    and the answer says of what time it is.
    """

    def __init__(self, references: OrganisationReferences, dependencies: CacheDependencies) -> None:
        policy, monotonic = dependencies.policy, dependencies.monotonic
        self._references = references
        self._policy = policy
        self._clock = dependencies.clock
        self._monotonic = monotonic
        self._missing = NegativeCache(policy.miss_seconds, policy.remembered_misses, monotonic)

    async def resolve(self, question: Question) -> ReferenceData:
        """The snapshot, after looking for what it lacks. Raises the errors of `xero_client.errors`."""
        references, needs = self._references, question.needs
        await references.snapshot()
        lacking = {each for each, _ in references.lacking(needs)}
        for resource in {each for each, _ in codes_of(needs)} - lacking:
            references.observe(resource, ReferenceResult.HIT)
        if lacking or needs.lists:
            await self._look_for(question)
        data = await references.snapshot()
        as_of = dict(self._older_than_asked(question))
        return replace(data, as_of=as_of) if as_of else data

    async def _look_for(self, question: Question) -> None:
        """First what changed since the last read (one call a list), then each code that is still missing (one each)."""
        references, needs, asked_at = self._references, question.needs, question.asked_at
        lists = self._lists_to_read(needs, asked_at)[: self._room(question)]
        await together(*(references.refresh(each, Priority.PEOPLE) for each in lists))
        # A read that somebody else began before the question was waited for, and is made once more.
        again = [each for each in lists if self._was_read_before(each, asked_at)][: self._room(question)]
        await together(*(references.refresh(each, Priority.PEOPLE) for each in again))
        self._note_unspeakable(needs)
        left = [each for each in references.lacking(needs) if is_filterable(each[1])]
        left = [each for each in left if not self._missing.has(*each, asked_at)]
        most = min(self._policy.look_ups, self._room(question))
        await together(*(self._look_up(*each, asked_at) for each in left[:most]))
        for resource in {each for each, _ in references.lacking(needs)} | self._named(needs):
            references.watch(resource)

    def _room(self, question: Question) -> int:
        return self._references.allowance.room(for_people=question.for_people)

    def _older_than_asked(self, question: Question) -> Iterator[tuple[MasterList, datetime]]:
        """The lists of which the answer is older than the question, since no call was left for it."""
        if question.asked_at is None:
            return
        lacking = self._references.lacking(question.needs)
        for resource in {each for each, _ in lacking} | self._named(question.needs):
            codes = [code for each, code in lacking if each is resource]
            known_at = self._known_at(resource, codes)
            if known_at < question.asked_at:
                yield master_list_of(resource), self._clock() - timedelta(seconds=self._monotonic() - known_at)

    def _known_at(self, resource: Resource, missing: list[str]) -> float:
        """Since when the list is known; where codes are missing of it, since when that is known of all of them."""
        read_at = self._references.was_read_at(resource)
        looked_up = (self._missing.began(resource, code) for code in missing)
        return min((max(read_at, began or read_at) for began in looked_up), default=read_at)

    def _lists_to_read(self, needs: Needs, asked_at: float | None) -> list[Resource]:
        by_code = [each for each in CHANGING if self._is_worth_reading(each, needs, asked_at)]
        named = self._named(needs) - {each for each, _ in self._references.lacking(needs)}
        return by_code + sorted(each for each in named if self._is_stale(each, asked_at))

    def _named(self, needs: Needs) -> frozenset[Resource]:
        return resources_of(needs.lists) & {*CHANGING, *self._references.settings}

    def _is_worth_reading(self, resource: Resource, needs: Needs, asked_at: float | None) -> bool:
        codes = [each for each in self._references.lacking(needs) if each[0] is resource]
        unknown = [code for _, code in codes if not self._missing.has(resource, code, asked_at)]
        for _ in range(len(codes) - len(unknown)):
            self._references.observe(resource, ReferenceResult.NEGATIVE)
        if not all(map(is_filterable, unknown)):
            return True
        if len(unknown) > self._policy.look_ups and self._was_read_before(resource, asked_at):
            return True
        recently = self._policy.recent_seconds if unknown else self._policy.recheck_seconds
        return bool(codes) and self._is_older(resource, recently)

    def _note_unspeakable(self, needs: Needs) -> None:
        """Codes that no look-up can name are missing as of the list that was read for them instead.

        What a list does not show, a contact that was archived before it was first read, is missing too.
        """
        for resource, code in self._references.lacking(needs):
            read_at = self._references.was_read_at(resource)
            if not is_filterable(code) and self._missing.began(resource, code) != read_at:
                self._missing.add(resource, code, read_at)
                self._references.observe(resource, ReferenceResult.MISS)

    def _is_stale(self, resource: Resource, asked_at: float | None) -> bool:
        """A list of which no single entry can be looked up."""
        if asked_at is None:
            return self._is_older(resource, self._policy.miss_seconds)
        return self._was_read_before(resource, asked_at)

    def _was_read_before(self, resource: Resource, asked_at: float | None) -> bool:
        return asked_at is not None and self._references.was_read_at(resource) < asked_at

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
