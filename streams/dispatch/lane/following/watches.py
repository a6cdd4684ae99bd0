"""The watches of a partition: one for each organisation that has, or gets, a document in it."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any

from mappers.model import LookAt
from streams.dispatch.context import Clearance, LaneContext
from streams.dispatch.lane.attaching import Attaching
from streams.dispatch.lane.commits import LaneCommits
from streams.dispatch.lane.drift import NightlyComparison, judge_again
from streams.dispatch.lane.watching import LOOKS, AskedLooks, Spending, Telling, Watch
from streams.dispatch.ledger import GroupCommit, Ledger, LedgerTransaction, RowKey
from streams.ops import endless
from xero_client.port import DocumentChanges


class Watches:
    """Whoever owns the partition watches its organisations, and nobody else: the ledger is the memory of it."""

    def __init__(self, context: LaneContext, ledger: Ledger, group_commit: GroupCommit) -> None:
        self._context = context
        self._ledger = ledger
        self._group_commit = group_commit
        self._watched: dict[str, AskedLooks] = {}
        self._attaching: dict[str, Attaching] = {}

    def begin(self, organisation: str, tasks: asyncio.TaskGroup) -> None:
        """Watch the organisation from now on, where people's changes are followed at all."""
        changes, files = self._context.changes, self._context.files
        if changes is not None and organisation not in self._watched:
            for work, what in self._of(organisation, changes):
                tasks.create_task(endless(work, f"the {what} of {organisation}"))
        if files is not None and organisation not in self._attaching:
            made = Attaching(organisation, self._context, files, self._ledger, self._group_commit)
            self._attaching[organisation] = made
            tasks.create_task(endless(made.run(), f"the files of {organisation}"))

    def committed(self, transaction: LedgerTransaction) -> None:
        """What was committed may be work."""
        for key in transaction.records:
            if not isinstance(key, RowKey) and key[0] == "files" and key[1] in self._attaching:
                self._attaching[key[1]].wake()

    def _of(self, organisation: str, changes: DocumentChanges) -> Iterator[tuple[Coroutine[Any, Any, None], str]]:
        """What follows the organisation; all of it spends from one purse."""
        context, ledger = self._context, self._ledger
        commits = LaneCommits(self._group_commit, context.sleep)
        spending = Spending(organisation, context, ledger, commits, LOOKS)
        clearance = Clearance(organisation, context.companies, context.pauses)
        telling = Telling(
            organisation, ledger, spending.begin_update, commits.room, clearance, context.clock, judge_again
        )
        asked = self._watched[organisation] = AskedLooks(organisation, context, ledger, changes, spending, telling)
        yield Watch(organisation, context, changes, spending, telling).run(), "watch"
        yield asked.run(), "looks that were asked for"
        if context.settings.drift.enabled:
            nightly = NightlyComparison(organisation, context, ledger, changes, spending, telling)
            yield nightly.run(), "nightly comparison"

    def begin_all(self, tasks: asyncio.TaskGroup) -> None:
        """Watch every organisation that has a row."""
        if self._context.changes is not None or self._context.files is not None:
            for organisation in self._ledger.homes():
                self.begin(organisation, tasks)

    def look_at(self, look: LookAt) -> None:
        """Xero said that something happened to these; of an organisation without a document here it is no news."""
        watched = self._watched.get(look.organisation)
        if watched is not None:
            watched.look_at(look.invoices)

    def end(self) -> None:
        """Nothing is watched here any more."""
        for organisation in self._watched:
            self._context.metrics.watched_until(organisation, 0.0)
            self._context.metrics.compared_until(organisation, 0.0)
