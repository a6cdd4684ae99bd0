"""The watches of a partition: one for each organisation that has, or gets, a document in it."""

import asyncio

from streams.dispatch.context import LaneContext
from streams.dispatch.lane.watching.watch import Watch
from streams.dispatch.ledger import GroupCommit, Ledger
from streams.ops import endless


class Watches:
    """Whoever owns the partition watches its organisations, and nobody else: the ledger is the memory of it."""

    def __init__(self, context: LaneContext, ledger: Ledger, group_commit: GroupCommit) -> None:
        self._context = context
        self._ledger = ledger
        self._group_commit = group_commit
        self._watches: dict[str, Watch] = {}

    def begin(self, organisation: str, tasks: asyncio.TaskGroup) -> None:
        """Watch the organisation from now on, where people's changes are followed at all."""
        changes = self._context.changes
        if changes is None or organisation in self._watches:
            return
        watch = Watch(organisation, self._context, self._ledger, self._group_commit, changes)
        self._watches[organisation] = watch
        tasks.create_task(endless(watch.run(), f"the watch of {organisation}"))

    def begin_all(self, tasks: asyncio.TaskGroup) -> None:
        """Watch every organisation that has a row."""
        if self._context.changes is not None:
            for organisation in self._ledger.homes():
                self.begin(organisation, tasks)

    def end(self) -> None:
        """Nothing is watched here any more."""
        for organisation in self._watches:
            self._context.metrics.watched_until(organisation, 0.0)
