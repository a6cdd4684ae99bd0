"""One organisation's watch: looks at what changed in Xero, now and then, with calls that nobody else needs."""

from mappers.model import DocumentType
from streams.dispatch.context import LaneContext
from streams.dispatch.lane.watching.moving_on import OVERLAP, moved_on
from streams.dispatch.lane.watching.one_step import one_step
from streams.dispatch.lane.watching.spending import Spending
from streams.dispatch.lane.watching.telling import Telling
from streams.dispatch.ledger import WatchedSince, WatchPosition
from xero_client.port import DocumentChanges

SHORTEST_PAUSE, LONGEST_PAUSE = 0.1, 60.0
"""Seconds between two thoughts about whether a look is due: the quota, and what is open, change meanwhile."""


class Watch:
    """Runs until cancelled. Raises PartitionLostError; whatever else goes wrong is told, and tried again later."""

    def __init__(
        self,
        organisation: str,
        context: LaneContext,
        changes: DocumentChanges,
        spending: Spending,
        telling: Telling,
    ) -> None:
        self._organisation = organisation
        self._context = context
        self._changes = changes
        self._spending = spending
        self._telling = telling
        self._looked_at = context.monotonic()

    async def run(self) -> None:
        """Look when it is due."""
        while True:
            await self._context.sleep(await one_step(self._organisation, self._step, LONGEST_PAUSE))

    async def _step(self) -> float:
        """Look where it is due; returns the seconds until the next step."""
        self._begin()
        if self._is_due():
            self._looked_at = self._context.monotonic()
            await self._look()
        return self._pause()

    def _begin(self) -> None:
        """Write down from when on the organisation is watched: what changes before the first look must not be lost."""
        position, now = self._spending.position(), self._context.clock()
        new = {kind: WatchedSince(since=now - OVERLAP) for kind in self._kinds(position) if kind not in position.kinds}
        if new:
            self._spending.submit(position.model_copy(update={"kinds": {**position.kinds, **new}}))
        self._show(position)

    def _pause(self) -> float:
        return max(SHORTEST_PAUSE, min(LONGEST_PAUSE, self._due_in())) if self._is_known() else LONGEST_PAUSE

    def _is_due(self) -> bool:
        return self._is_known() and self._due_in() <= 0

    def _due_in(self) -> float:
        looks = max(1, len(self._kinds(self._spending.position())))
        between = self._spending.spare().seconds_between(looks, self._context.settings.watch.interval)
        return self._looked_at + between - self._context.monotonic()

    def _is_known(self) -> bool:
        """Whether the profile says by which connection the organisation is reached."""
        return any(each.organisation == self._organisation for each in self._context.companies.values())

    async def _look(self) -> None:
        for kind in self._kinds(self._spending.position()):
            await self._round(kind)

    async def _round(self, kind: DocumentType) -> None:
        """Look at everything of the kind that changed, as far as there are calls for it."""
        is_over = False
        while not is_over and self._spending.may_call():
            at = self._spending.position().kinds[kind]
            self._spending.spend()
            page = await self._changes.changed(
                self._organisation, kind, at.since, at.page, wanted=self._telling.is_ours
            )
            held_back = await self._telling.tell(page.documents)
            moved, is_over = moved_on(at, page, held_back)
            position = self._spending.position()
            self._spending.submit(position.model_copy(update={"kinds": {**position.kinds, kind: moved}}))
        self._show(self._spending.position())

    def _kinds(self, position: WatchPosition) -> tuple[DocumentType, ...]:
        """What the organisation's companies make, and what they made before."""
        made = {each.document for each in self._context.companies.values() if each.organisation == self._organisation}
        return tuple(kind for kind in DocumentType if kind in made or kind in position.kinds)

    def _show(self, position: WatchPosition) -> None:
        since = min((each.since for each in position.kinds.values()), default=None)
        self._context.metrics.watched_until(self._organisation, 0.0 if since is None else since.timestamp())
