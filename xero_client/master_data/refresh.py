"""When one organisation's lists are read again in the background."""

from typing import Final

from xero_client.collaborators import Resource
from xero_client.errors import XeroError
from xero_client.master_data.lists import OptionalLists
from xero_client.master_data.organisation import CacheDependencies, OrganisationReferences
from xero_client.master_data.single_flight import together
from xero_client.port import Priority

RETRY_SECONDS: Final = 60.0
"""A refresh that failed is tried again after this, or after the usual time where that is shorter."""

WITH_THE_SETTINGS: Final = (Resource.ORGANISATION, Resource.CURRENCIES)
CHANGING: Final = (Resource.CONTACTS, Resource.ITEMS)


class RefreshSchedule:
    """The refreshes of one organisation: contacts and items every time, settings every few times, all now and then."""

    def __init__(
        self,
        organisation: str,
        optional: OptionalLists,
        references: OrganisationReferences,
        dependencies: CacheDependencies,
    ) -> None:
        self._organisation = organisation
        self._settings = (*WITH_THE_SETTINGS, *optional)
        self._references = references
        self._dependencies = dependencies
        self._busy = False
        self._done = 0
        self._failed_at: float | None = None
        self._whole_at: float | None = None

    def is_due(self) -> bool:
        """Whether to refresh now. Also tells the observer how old the lists are."""
        if not self._references.is_warm:
            return False
        if self._busy:
            return False
        now = self._dependencies.monotonic()
        age = now - self._references.read_at
        self._dependencies.observer.reference_age(self._organisation, age)
        if self._whole_at is None:
            self._whole_at = self._references.read_at
        if self._failed_at is not None:
            return now - self._failed_at >= min(self._interval(now), RETRY_SECONDS)
        return age >= self._interval(now) or not self._references.has_currencies

    async def refresh(self) -> None:
        """Read what changed. An error of Xero's, which the observer knows of, is left for the next time."""
        self._busy = True
        try:
            await self._refresh()
            self._failed_at = None
        except XeroError:
            self._failed_at = self._dependencies.monotonic()
        finally:
            self._busy = False

    async def _refresh(self) -> None:
        if not self._references.has_currencies:
            await self._references.refresh(Resource.CURRENCIES, Priority.BACKLOG)
            return
        policy, now = self._dependencies.policy, self._dependencies.monotonic()
        whole = self._whole_at is not None and now - self._whole_at >= policy.whole_seconds
        settings = self._settings if (self._done + 1) % policy.settings_every == 0 else ()
        works = [self._references.refresh(each, Priority.BACKLOG, whole=whole) for each in CHANGING]
        await together(*works, *(self._references.refresh(each, Priority.BACKLOG) for each in settings))
        self._done += 1
        self._whole_at = now if whole else self._whole_at

    def _interval(self, now: float) -> float:
        policy = self._dependencies.policy
        idle = now - self._references.used_at >= policy.idle_after
        return policy.refresh_seconds * (policy.idle_factor if idle else 1.0)
