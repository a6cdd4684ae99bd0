"""What putting files on documents may cost: a share of the organisation's day of its own, kept in the ledger."""

from streams.dispatch.context import LaneContext
from streams.dispatch.lane.commits import LaneCommits
from streams.dispatch.lane.watching import Debt, Spare
from streams.dispatch.ledger import Ledger, LedgerUpdate, WatchPosition


class Purse:
    """For one organisation. Nothing here awaits."""

    def __init__(self, organisation: str, context: LaneContext, ledger: Ledger, commits: LaneCommits) -> None:
        self._organisation = organisation
        self._context = context
        self._ledger = ledger
        self._commits = commits

    def begin_update(self) -> LedgerUpdate:
        """A new update of the ledger, with the present time."""
        return LedgerUpdate(self._ledger, self._commits, self._context.clock())

    def may_begin(self) -> bool:
        """Whether there is a call to spare. What was begun goes on: a try that ended halfway would begin anew each
        time, and where calls are few come to no end.
        """
        spare = self._spare()
        return self._debt(spare).allows(spare)

    def spend(self) -> None:
        """Before the call: one that fails has cost as much. Raises PartitionLostError."""
        owed = self._debt(self._spare()).spent()
        update = self.begin_update()
        update.watched(
            self._position().model_copy(update={"files_owed": owed.owed, "files_counted_at": owed.at}),
        )
        update.submit(deferred=True)

    def _position(self) -> WatchPosition:
        found = self._ledger.rows.watch_position(self._organisation)
        return found or WatchPosition(organisation=self._organisation, counted_at=self._context.clock())

    def _spare(self) -> Spare:
        needed = sum(self._ledger.depths(self._organisation).values())
        return Spare(self._context.budget.day(self._organisation), needed, self._context.settings.files.day_share)

    def _debt(self, spare: Spare) -> Debt:
        position, now = self._position(), self._context.clock()
        return Debt(position.files_owed, position.files_counted_at or now).paid(spare, now)
