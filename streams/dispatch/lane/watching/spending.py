"""The calls that looks at an organisation make: counted in the ledger, whoever makes them."""

from streams.dispatch.context import LaneContext
from streams.dispatch.lane.commits import LaneCommits
from streams.dispatch.lane.watching.spare_calls import Debt, Spare
from streams.dispatch.ledger import Ledger, LedgerUpdate, WatchPosition

WHOLE = 1.0
"""Of what may be owed: regular looks, and those that somebody asked for, may spend all of it."""


class Spending:
    """For one organisation: its record in the ledger, and what may still be spent. Nothing here awaits."""

    def __init__(self, organisation: str, context: LaneContext, ledger: Ledger, commits: LaneCommits) -> None:
        self._organisation = organisation
        self._context = context
        self._ledger = ledger
        self._commits = commits

    def begin_update(self) -> LedgerUpdate:
        """A new update of the ledger, with the present time."""
        return LedgerUpdate(self._ledger, self._commits, self._context.clock())

    def position(self) -> WatchPosition:
        """What the ledger remembers of watching the organisation."""
        found = self._ledger.rows.watch_position(self._organisation)
        return found or WatchPosition(organisation=self._organisation, counted_at=self._context.clock())

    def submit(self, position: WatchPosition) -> None:
        """Remember it. Raises PartitionLostError."""
        update = self.begin_update()
        update.watched(position)
        update.submit(deferred=True)

    def spare(self) -> Spare:
        """What the day has left for looks."""
        needed = sum(self._ledger.depths(self._organisation).values())
        return Spare(self._context.budget.day(self._organisation), needed, self._context.settings.watch.day_share)

    def may_call(self, part: float = WHOLE) -> bool:
        """Whether one call more may be made by those who may use so much of what may be owed."""
        spare = self.spare()
        return self._debt(spare).allows(spare, part)

    def spend(self) -> None:
        """Before the call: one that fails has cost as much. Raises PartitionLostError."""
        debt = self._debt(self.spare()).spent()
        self.submit(self.position().model_copy(update={"owed": debt.owed, "counted_at": debt.at}))

    def _debt(self, spare: Spare) -> Debt:
        position = self.position()
        return Debt(position.owed, position.counted_at).paid(spare, self._context.clock())
