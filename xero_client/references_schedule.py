"""When which part of an organisation's master data is read again; no clock, no I/O."""

from collections.abc import Collection
from dataclasses import dataclass

from xero_client.collaborators import Resource

CALM = 6
"""How much longer nothing is read again while nobody waits for it to change."""
FULL_SECONDS = 6 * 3_600.0
"""Deleted items do not show in If-Modified-Since (DOC-REQ), so all items are read again now and then."""


@dataclass(frozen=True, slots=True)
class CacheTimes:
    """Seconds. `refresh` between looks for what somebody waits for, `negative` for which a miss is believed."""

    refresh: float = 60.0
    negative: float = 60.0


class Schedule:
    """Remembers when what was read, and whether anybody cared since."""

    def __init__(self, times: CacheTimes) -> None:
        self._times = times
        self._read_at: dict[Resource, float] = {}
        self._all_items_at = 0.0
        self._asked = False
        self._looked_up = False

    def read(self, resource: Resource, now: float, *, complete: bool = True) -> None:
        """The resource was read; `complete`: all of it, not only what changed."""
        self._read_at[resource] = now
        if resource is Resource.ITEMS and complete:
            self._all_items_at = now
        if resource is Resource.ORGANISATION:
            self._asked = False
        if resource is Resource.CURRENCIES:
            self._looked_up = False

    def asked(self, *, looked_up: bool) -> None:
        """Somebody asked for the data; `looked_up`: what was there did not do."""
        self._asked = True
        self._looked_up = self._looked_up or looked_up

    def has_read(self, resource: Resource) -> bool:
        """Whether the resource was read at all."""
        return resource in self._read_at

    def age(self, resource: Resource, now: float) -> float:
        """Seconds since the resource was read; endless where it never was."""
        return now - self._read_at.get(resource, float("-inf"))

    def wants_all_items(self, now: float) -> bool:
        """Whether it is time to read every item, not only the changed ones."""
        return now - self._all_items_at >= FULL_SECONDS

    def due(self, now: float, missing: Collection[Resource]) -> list[Resource]:
        """What is to be read again. `missing`: resources in which a code was looked for in vain."""
        return [each for each in self._read_at if self.age(each, now) >= self._interval(each, missing)]

    def overdue(self, now: float) -> bool:
        """Whether nobody keeps the data fresh in the background, so that the one who asks has to."""
        return self.age(Resource.ORGANISATION, now) >= 2 * CALM * self._times.refresh

    def _interval(self, resource: Resource, missing: Collection[Resource]) -> float:
        watched = {Resource.ORGANISATION: self._asked, Resource.CURRENCIES: self._looked_up}
        soon = watched.get(resource, resource in missing)
        return self._times.refresh * (1 if soon else CALM)
