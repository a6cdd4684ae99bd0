"""When one organisation's lists are read again in the background."""

from collections.abc import Iterator
from typing import Final

from xero_client.collaborators import Resource
from xero_client.errors import XeroError
from xero_client.master_data.organisation import CHANGING, CacheDependencies, OrganisationReferences
from xero_client.master_data.single_flight import together
from xero_client.port import Priority

RETRY_SECONDS: Final = 60.0
"""A refresh that failed is tried again after this, or after the usual time where that is shorter."""


class RefreshSchedule:
    """The refreshes of one organisation: each list by its age, as far as the allowance goes.

    Contacts and items are read most often, and whole now and then; settings by the hour; a list that lacked something,
    every minute for a while.
    """

    def __init__(self, references: OrganisationReferences, dependencies: CacheDependencies) -> None:
        self._references = references
        self._dependencies = dependencies
        self._busy = False
        self._failed_at: float | None = None
        self._whole_at: dict[Resource, float] = {}

    def is_due(self) -> bool:
        """Whether to refresh now. Also tells the observer how old the lists are."""
        if not self._references.is_warm:
            return False
        if self._busy:
            return False
        now = self._dependencies.monotonic()
        age = now - self._references.read_at
        self._dependencies.observer.reference_age(self._references.organisation, age)
        if age < self._dependencies.policy.refresh_seconds:
            self._references.is_kept = True
        if self._failed_at is not None and now - self._failed_at < min(self._interval(now), RETRY_SECONDS):
            return False
        return bool(self._due(now))

    async def refresh(self) -> None:
        """Read what is due. An error of Xero's, which the observer knows of, is left for the next time."""
        self._busy = True
        try:
            await self._refresh()
            self._failed_at = None
            self._references.is_kept = True
        except XeroError:
            self._failed_at = self._dependencies.monotonic()
        finally:
            self._busy = False

    def leave(self) -> None:
        """Another worker serves the organisation now; what is known of it here grows old."""
        self._references.is_kept = False

    async def _refresh(self) -> None:
        now = self._dependencies.monotonic()
        due = self._due(now)
        await together(*(self._references.refresh(each, Priority.BACKLOG, whole=whole) for each, whole in due.items()))
        self._whole_at |= {each: now for each, whole in due.items() if whole}

    def _due(self, now: float) -> dict[Resource, bool]:
        """What to read, and whether to read it whole: as much as the allowance lets the background have."""
        due: dict[Resource, bool] = {}
        calls = 0
        for each, whole in self._wanted(now):
            cost = self._references.contact_pages() if whole and each is Resource.CONTACTS else 1
            if self._references.allowance.has_background_room(calls + cost):
                due[each], calls = whole, calls + cost
            elif self._references.allowance.has_background_room(calls + 1):
                due[each], calls = False, calls + 1
        return due

    def _wanted(self, now: float) -> Iterator[tuple[Resource, bool]]:
        policy, slowness = self._dependencies.policy, self._references.allowance.slowness
        watched = self._references.watched()
        interval = self._interval(now) if self._references.is_kept else policy.refresh_seconds
        for each in CHANGING:
            if self._age(each, now) >= (policy.watch_seconds if each in watched else interval):
                yield each, self._is_whole_due(each, now)
        for each in self._references.settings:
            if self._age(each, now) >= (
                policy.watch_seconds if each in watched else policy.settings_seconds * slowness
            ):
                yield each, False

    def _is_whole_due(self, resource: Resource, now: float) -> bool:
        # Warming, too, read it whole.
        whole_at = self._whole_at.setdefault(resource, self._references.was_read_at(resource))
        return now - whole_at >= self._dependencies.policy.whole_seconds * self._references.allowance.slowness

    def _age(self, resource: Resource, now: float) -> float:
        return now - self._references.was_read_at(resource)

    def _interval(self, now: float) -> float:
        policy = self._dependencies.policy
        idle = now - self._references.used_at >= policy.idle_after
        slowness = self._references.allowance.slowness
        return policy.refresh_seconds * slowness * (policy.idle_factor if idle else 1.0)
