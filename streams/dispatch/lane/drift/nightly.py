"""One organisation's nightly comparison: its documents are looked at by their ids, with calls that nobody needs."""

from collections.abc import Sequence

import structlog

from mappers.model import DocumentType, ExistingDocument
from streams.dispatch.context import Clearance, LaneContext
from streams.dispatch.lane.drift.due import begun
from streams.dispatch.lane.drift.judging import Judging
from streams.dispatch.lane.drift.twins import Twins
from streams.dispatch.lane.drift.walk import Stretch, Window, next_stretch
from streams.dispatch.lane.watching import COMPARISON_STEP, Spending, Telling, one_step
from streams.dispatch.ledger import Ledger, LedgerUpdate, NightlyWalk, RowKey
from xero_client.errors import NotFoundError
from xero_client.port import DocumentChanges

log = structlog.get_logger(__name__)

PAUSE = 60.0
"""Seconds between two thoughts about whether there is anything to do, or a call to spare."""
PUT_OFF = 600.0
"""The same after an error: nobody waits for it, and an organisation may be disconnected for days."""
PART = 0.5
"""Of what may be owed for looks: the other half is left to regular looks, which tell of payments."""


class NightlyComparison:
    """Runs until cancelled. Raises PartitionLostError; whatever else goes wrong is told, and tried again later."""

    def __init__(
        self,
        organisation: str,
        context: LaneContext,
        ledger: Ledger,
        changes: DocumentChanges,
        spending: Spending,
        telling: Telling,
    ) -> None:
        self._organisation = organisation
        self._context = context
        self._ledger = ledger
        self._changes = changes
        self._spending = spending
        self._telling = telling
        self._clearance = Clearance(organisation, context.companies, context.pauses)
        self._twins = Twins(is_whole=False)
        self._doubted: dict[RowKey, tuple[DocumentType, str]] = {}
        """Documents that a list did not show: each is asked for by itself before it is called missing."""

    async def run(self) -> None:
        """Compare when it is due."""
        while True:
            await self._context.sleep(await one_step(self._organisation, self._step, PUT_OFF, COMPARISON_STEP))

    def _night(self) -> NightlyWalk:
        """The comparison that is under way, or the newest one; a new one begins where it is due."""
        position = self._spending.position()
        night = begun(position.night, self._context.clock(), self._context.settings.drift.at)
        if night != position.night:
            self._spending.submit(position.model_copy(update={"night": night}))
            self._twins, self._doubted = Twins(is_whole=True), {}
        self._show(night)
        return night

    async def _step(self) -> float:
        """Do a little of what is due; returns the seconds until the next step."""
        night = self._night()
        if night.ended_at is not None or not any(map(self._clearance.belongs, self._context.companies)):
            return PAUSE
        # Before the rows are gone through: without a call that would be done again each minute.
        if not self._spending.may_call(PART):
            return PAUSE
        stretch = await self._next(night)
        if not stretch.ids:
            self._remember(self._spending.begin_update(), night, stretch)
            return 0.0
        if not self._spending.may_call(PART):
            return PAUSE
        self._spending.spend()
        try:
            shown = await self._changes.shown(self._organisation, stretch.kind, tuple(stretch.ids.values()))
        except NotFoundError:  # One of them is unknown: the call says nothing of the others.
            shown = ()
        self._compare(night, stretch, shown)
        await self._telling.tell(shown)
        return 0.0

    async def _next(self, night: NightlyWalk) -> Stretch:
        """What is asked for next: what a list did not show, each by itself, before anything else."""
        if self._doubted:
            key, (kind, xero_id) = next(iter(self._doubted.items()))
            return Stretch(kind, {key: xero_id}, night.after, is_last=False)
        window = Window.before(night.begun_at, self._context.settings.drift.days)
        return await next_stretch(
            self._ledger, self._organisation, night.after, window, self._clearance, self._context.time
        )

    def _compare(self, night: NightlyWalk, stretch: Stretch, shown: Sequence[ExistingDocument]) -> None:
        """Without an await, so that no row is another one meanwhile."""
        update, by_id = self._spending.begin_update(), {each.xero_id: each for each in shown}
        judging = Judging(update, night.begun_at, self._context.clock())
        differing = 0
        for key, xero_id in stretch.ids.items():
            existing = by_id.get(xero_id)
            if existing is None and len(stretch.ids) > 1:
                self._doubted[key] = stretch.kind, xero_id
                continue
            self._doubted.pop(key, None)
            row = self._ledger.rows.get(key)
            if row is not None and row.synced is not None and row.synced.ref.xero_id == xero_id:
                twins = () if existing is None else self._twins.of(key.company_id, existing, row.drift)
                differing += bool(judging.judge(key, row, existing, twins))
        compared = len(stretch.ids) - sum(key in self._doubted for key in stretch.ids)
        counts = {"compared": night.compared + compared, "differing": night.differing + differing}
        self._remember(update, night.model_copy(update=counts), stretch)

    def _remember(self, update: LedgerUpdate, night: NightlyWalk, stretch: Stretch) -> None:
        """How far the comparison is, in the transaction that tells what was found."""
        is_over = stretch.is_last and not stretch.ids
        ended_at = self._context.clock() if is_over else None
        night = night.model_copy(update={"after": stretch.after, "ended_at": ended_at})
        update.watched(self._spending.position().model_copy(update={"night": night}))
        update.submit(deferred=True)
        if is_over:
            log.info(
                "comparison_ended",
                organisation=self._organisation,
                compared=night.compared,
                differing=night.differing,
            )
        self._show(night)

    def _show(self, night: NightlyWalk) -> None:
        """While one goes on, what is shown stays; before the first there is nothing to show."""
        if night.ended_at is not None and night.ended_at != night.begun_at:
            self._context.metrics.compared_until(self._organisation, night.ended_at.timestamp())
