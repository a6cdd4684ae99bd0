"""The calls of an organisation's that nobody waits for: looks, and files. Counted in the ledger, whoever makes them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from streams.dispatch.context import LaneContext
from streams.dispatch.lane.commits import LaneCommits
from streams.dispatch.lane.watching.spare_calls import Debt, Spare
from streams.dispatch.ledger import Ledger, LedgerUpdate, WatchPosition
from streams.dispatch.settings import DispatchSettings


@dataclass(frozen=True, slots=True)
class Account:
    """What the calls are for: the share of a day that they may take, and where the ledger's record has their debt."""

    day_share: Callable[[DispatchSettings], float]
    debt: Callable[[WatchPosition, datetime], Debt]
    """As it was counted last; it is given the present time, for where it never was."""
    owing: Callable[[WatchPosition, Debt], WatchPosition]


LOOKS: Final = Account(
    day_share=lambda settings: settings.watch.day_share,
    debt=lambda position, _now: Debt(position.owed, position.counted_at),
    owing=lambda position, debt: position.model_copy(update={"owed": debt.owed, "counted_at": debt.at}),
)
FILES: Final = Account(
    day_share=lambda settings: settings.files.day_share,
    debt=lambda position, now: Debt(position.files_owed, position.files_counted_at or now),
    owing=lambda position, debt: position.model_copy(update={"files_owed": debt.owed, "files_counted_at": debt.at}),
)
WHOLE = 1.0
"""Of what may be owed: regular looks, and those that somebody asked for, may spend all of it."""


class Spending:
    """For one organisation: its record in the ledger, and what may still be spent. Nothing here awaits."""

    def __init__(
        self, organisation: str, context: LaneContext, ledger: Ledger, commits: LaneCommits, account: Account
    ) -> None:
        self._account = account
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
        """What the day has left for these calls."""
        needed = sum(self._ledger.depths(self._organisation).values())
        share = self._account.day_share(self._context.settings)
        return Spare(self._context.budget.day(self._organisation), needed, share)

    def may_call(self, part: float = WHOLE) -> bool:
        """Whether one call more may be made by those who may use so much of what may be owed."""
        spare = self.spare()
        return self._debt(spare).allows(spare, part)

    def spend(self) -> None:
        """Before the call: one that fails has cost as much. Raises PartitionLostError."""
        debt = self._debt(self.spare()).spent()
        self.submit(self._account.owing(self.position(), debt))

    def _debt(self, spare: Spare) -> Debt:
        now = self._context.clock()
        return self._account.debt(self.position(), now).paid(spare, now)
