"""One organisation's files: what the ledger says is still to be put on documents is taken up when it is due."""

import asyncio
from datetime import timedelta
from typing import Final

from streams.dispatch.context import Clearance, FilesContext, LaneContext
from streams.dispatch.lane.attaching.one_try import OneTry
from streams.dispatch.lane.attaching.putting_off import SENDING, PutOffError
from streams.dispatch.lane.attaching.telling import tell
from streams.dispatch.lane.attaching.tries import pause_after
from streams.dispatch.lane.commits import LaneCommits
from streams.dispatch.lane.watching import FILES, FILES_STEP, Spending, one_step
from streams.dispatch.ledger import AttachmentWork, GroupCommit, Ledger, RowKey, State
from xero_client.errors import UnavailableError, XeroError

AT_ONCE: Final = 50
"""Keys that are read together."""
LONGEST_PAUSE: Final = 600.0
REST: Final = 0.001
"""Seconds for each work that was looked at, before news have it looked at again: reading one takes some hundredths of
that, so that a hundred thousand that wait cost some hundredths of a processor."""
LONGEST_REST: Final = 60.0
NO_CALL: Final = 30.0
"""Seconds until the next thought where there is no call to spare, or somebody holds the company."""
PUT_OFF: Final = 60.0
"""The same after a fault of Xero's, or of ours, for which the file is not to blame."""


class Attaching:
    """Runs until cancelled. Raises PartitionLostError; whatever else goes wrong is told, and tried again later."""

    def __init__(
        self, organisation: str, context: LaneContext, files: FilesContext, ledger: Ledger, group_commit: GroupCommit
    ) -> None:
        self._organisation = organisation
        self._context = context
        self._files = files
        self._ledger = ledger
        commits = LaneCommits(group_commit, context.sleep)
        self._spending = Spending(organisation, context, ledger, commits, FILES)
        self._clearance = Clearance(organisation, context.companies, context.pauses)
        self._news = asyncio.Event()
        self._looked_through = 0
        self._after: RowKey | None = None
        """Whose files were taken up last in a round that is not over."""

    def wake(self) -> None:
        """Some shipment's files may be due."""
        self._news.set()

    async def run(self) -> None:
        """Take up what is due."""
        while True:
            self._news.clear()
            seconds = await one_step(self._organisation, self._go_through, PUT_OFF, FILES_STEP)
            await self._context.sleep(min(LONGEST_REST, self._looked_through * REST))
            await self._context.time.sleep_or(seconds, self._news)

    async def _go_through(self) -> float:
        """Once through what is to be done, in the order of the keys; returns the seconds until the next time.

        A round that an error ends goes on behind it: one shipment holds up no other.
        """
        is_whole, soonest, turn = self._after is None, LONGEST_PAUSE, self._context.time.begin_turn()
        self._looked_through = 0
        while True:
            keys = self._ledger.rows.work_after(self._organisation, self._after, AT_ONCE)
            self._looked_through += len(keys)
            for key in keys:
                self._after = key
                work = self._ledger.rows.work(key)
                if work is not None:
                    soonest = min(soonest, await self._look_at(key, work))
                turn = await self._context.time.next_turn(turn)
            if len(keys) < AT_ONCE:
                self._after = None
                return soonest if is_whole else 0.0

    async def _look_at(self, key: RowKey, work: AttachmentWork) -> float:
        """Take the work up where it is due and may be; returns the seconds until it is looked at again."""
        wait = (work.due_at - self._context.clock()).total_seconds()
        if wait > 0:
            return wait
        row = self._ledger.rows.get(key)
        if row is not None and not self._clearance.may_plan(key.company_id):
            return NO_CALL
        if row is not None and row.state is State.SENDING:
            return SENDING
        # Asked here alone, and what was begun goes on: a try that ended halfway would begin anew each time, and where
        # calls are few come to no end.
        if not work.is_over and not self._spending.may_call():
            return NO_CALL
        return await self._try(key, await self._begun(key, work))

    async def _begun(self, key: RowKey, work: AttachmentWork) -> AttachmentWork:
        """The work with the try counted, once that is committed: so is the answer of the request that wanted it."""
        tries = work.tries + 1
        due_at = self._context.clock() + timedelta(seconds=pause_after(tries, is_unclear=False))
        begun = work.model_copy(update={"tries": tries, "due_at": due_at})
        update = self._spending.begin_update()
        update.files(key, begun)
        await update.submit()
        return begun

    async def _try(self, key: RowKey, work: AttachmentWork) -> float:
        one = OneTry(key, work, self._context, self._files, self._ledger, self._spending)
        try:
            await one.run()
        except PutOffError as later:
            self._put_off(key, one.work, later.seconds)
            return later.seconds
        except UnavailableError:
            self._end(key, one.work)
            raise
        except XeroError:
            # Others of the organisation would meet the same.
            self._put_off(key, one.work, PUT_OFF)
            raise
        self._end(key, one.work)
        return LONGEST_PAUSE if one.work.is_over else (one.work.due_at - self._context.clock()).total_seconds()

    def _put_off(self, key: RowKey, work: AttachmentWork, seconds: float) -> None:
        """The files are not to blame, so this was no try of them; what came of some of them is remembered."""
        due_at = self._context.clock() + timedelta(seconds=seconds)
        self._end(key, work.model_copy(update={"tries": work.tries - 1, "due_at": due_at}))

    def _end(self, key: RowKey, work: AttachmentWork) -> None:
        """Remember how the files stand, and tell it where it is news; a newer request's files are another work."""
        before = self._ledger.rows.work(key)
        if before is None or before.request_id != work.request_id:
            return
        update = self._spending.begin_update()
        update.files(key, None if work.is_over else work)
        tell(update, self._context.metrics, key, before, work, self._context.clock())
        update.submit(deferred=True)
