"""One organisation's lane: its plans, batches and backoff. Lanes share nothing but the app-wide limit."""

import asyncio
from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from mappers.model import SyncRequest, Trigger
from streams.dispatch.batch import (
    DISCONNECTED,
    OUT_OF_QUOTA,
    Backoff,
    BatchPipeline,
    BatchWriter,
    ExistingDocuments,
    ExistingLookup,
    HistoryNotes,
    InheritedBatches,
    NumberConflicts,
    OrganisationCalls,
    ReadyQueue,
    UnknownEffectResolver,
    UnplannableResolver,
)
from streams.dispatch.context import Clearance, LaneContext
from streams.dispatch.lane.candidates import Candidates
from streams.dispatch.lane.commits import LaneCommits
from streams.dispatch.lane.lost_batches import lost_batches
from streams.dispatch.lane.pacing import BatchPacing
from streams.dispatch.lane.planning_loop import PlanningLoop
from streams.dispatch.lane.progress import LaneProgress
from streams.dispatch.lane.request_planner import RequestPlanner, key_of
from streams.dispatch.lane.scheduler import BatchScheduler
from streams.dispatch.lane.waiting_notices import WaitingNotices
from streams.dispatch.lane.xero_waits import XeroWaits
from streams.dispatch.ledger import BeginUpdate, GroupCommit, Intent, Ledger, LedgerUpdate, StoredBackoff, WaitReason
from streams.ops import Progress, WaitedFor, endless


class Lane:
    """Runs until cancelled; raises PartitionLostError when its partition is lost, anything else is a bug of ours."""

    def __init__(self, organisation: str, context: LaneContext, ledger: Ledger, group_commit: GroupCommit) -> None:
        self._organisation = organisation
        self._progress, self._waits = LaneProgress(organisation, ledger), XeroWaits()
        context = self._waits.watch(context)
        self._budget = context.budget
        self._ledger = ledger
        commits = LaneCommits(group_commit, context.sleep)
        self._begin_update: BeginUpdate = partial(_begin_update, ledger, commits, context.clock)
        self._now = context.clock
        time, settings = context.time, context.settings
        self._backoff = Backoff(organisation, time, context.budget, settings.announce_wait, self._announce)
        self._notices = WaitingNotices(
            organisation, ledger, self._begin_update, lambda: self.is_backing_off, commits.room
        )
        calls = OrganisationCalls(organisation, context.accounting, context.references, context.tracing)
        self._clearance = clearance = Clearance(organisation, context.companies, context.pauses)
        writer = BatchWriter(calls, clearance, context.metrics, time, settings.start_guard, ledger, self._begin_update)
        ready_queue = ReadyQueue(writer.standing)
        self._planner = planner = RequestPlanner(
            context.references, clearance, context.metrics, time, ledger, self._begin_update, ready_queue
        )
        candidates = Candidates(organisation, ledger, context.monotonic)
        self._planning_loop = PlanningLoop(
            candidates, commits.room, ledger, self._begin_update, ready_queue, planner, self._backoff
        )
        documents = ExistingDocuments(calls)
        resolver = UnknownEffectResolver(calls, time, settings, context.metrics, writer, documents, self._backoff)
        unplannable = UnplannableResolver(time, settings, context.metrics, writer, documents, self._backoff)
        self._inherited = InheritedBatches(writer, resolver, unplannable, self._backoff, planner.replan)
        lookup, notes = ExistingLookup(context.metrics, context.time, writer, documents), HistoryNotes(calls, writer)
        pipeline = BatchPipeline(calls, context.metrics, writer, lookup, resolver, self._backoff, notes)
        pacing = BatchPacing(organisation, context.budget, context.monotonic)
        conflicts = NumberConflicts(writer, documents)
        self._scheduler = BatchScheduler(
            settings, pacing, pipeline, conflicts, ready_queue, self._planning_loop, self._backoff
        )
        self._ready_queue = ready_queue
        self._is_steered = asyncio.Event()
        self._is_steered.set()
        self._resume_backoff()

    def _resume_backoff(self) -> None:
        """Know what the ledger remembers before anybody can call the organisation."""
        stored = self._ledger.backoffs.get(self._organisation)
        # Asking for a token costs no quota, and somebody may have consented since the backoff began.
        if stored is not None and stored.reason != DISCONNECTED:
            self._backoff.resume(stored.reason, stored.until)

    def wake(self) -> None:
        """The ledger has new or changed requests of the organisation."""
        self._planning_loop.wake()

    def arrived(self, requests: Collection[SyncRequest]) -> None:
        """The ledger has these requests now."""
        for urgent in (True, False):
            keys = (key_of(each) for each in requests if (each.trigger is Trigger.SYNC_NOW) is urgent)
            self._planning_loop.may_be_planned(keys, urgent=urgent)

    def master_data_changed(self) -> None:
        """The organisation's contacts, items or currencies changed: rejected shipments may be cured."""
        self._planning_loop.master_data_changed()

    def steered(self, *, by_profile: bool) -> None:
        """A company was paused or resumed, or the profile is another one: what was planned may not stand any more."""
        if by_profile:
            # It may have what a rejected shipment lacked.
            self.master_data_changed()
        self._ready_queue.ready()
        self._ready_queue.changed.set()
        self._is_steered.set()

    def connected(self) -> None:
        """Somebody may have consented to the organisation's connection anew."""
        self._backoff.end_early()

    def drain(self) -> None:
        """Begin nothing new; what is under way goes on."""
        self._scheduler.drain()

    def resume(self) -> None:
        """Begin new batches again after `drain`."""
        self._scheduler.resume()

    @property
    def is_backing_off(self) -> bool:
        """Whether the organisation is not called at present."""
        return self._backoff.until is not None

    @property
    def waits_for(self) -> WaitedFor:
        """What the lane waits for on purpose: what its backoff says, or its turn under the quota."""
        if self.is_backing_off:
            return WaitedFor.of(self._backoff.reason)
        return WaitedFor.QUOTA if self._scheduler.is_paced else WaitedFor.NOTHING

    @property
    def progress(self) -> Progress:
        """Whether what is up to us goes on; to wait for Xero, for its quota or for a rebalance is no work."""
        scheduler = self._scheduler
        waits = self.is_backing_off or self._waits.any or scheduler.is_paced or scheduler.is_draining
        waits |= not self._clearance.is_known
        return self._progress.of_own_work(waits=waits)

    @property
    def sending_progress(self) -> Progress:
        """Whether the oldest request goes on at all: a call, or finding out what became of one, takes its time."""
        return self._progress.of_sending(waits=self.is_backing_off or not self._clearance.is_known)

    @property
    def running_batches(self) -> frozenset["asyncio.Task[None]"]:
        """The batches under way."""
        return self._scheduler.running_batches

    async def run(self) -> None:
        """Work through the organisation's rows, those that may have been sent first."""
        async with asyncio.TaskGroup() as tasks:
            lost = lost_batches(self._ledger, self._organisation, self._now())
            for intent in (*self._ledger.intents.values(), *lost):
                if intent.organisation == self._organisation:
                    tasks.create_task(self._recover(intent))
            self.wake()
            # What was corrected in Xero while nobody served the organisation is no news to the cache that is read now.
            self.master_data_changed()
            tasks.create_task(endless(self._follow_steering(), "the steering"))
            tasks.create_task(endless(self._notices.run(), "the notices"))
            tasks.create_task(endless(self._planning_loop.plan_open(), "the planning"))
            tasks.create_task(endless(self._planning_loop.plan_second_looks(), "the second looks"))
            tasks.create_task(endless(self._planning_loop.release_cured(), "the release of what is cured"))
            tasks.create_task(endless(self._scheduler.send_ready(), "the sending"))

    async def _follow_steering(self) -> None:
        while True:
            await self._is_steered.wait()
            self._is_steered.clear()
            await self._planner.answer_moved(self._organisation)
            await self._planning_loop.release_held()
            self.wake()

    async def _recover(self, intent: Intent) -> None:
        await self._inherited.recover(intent)
        self.wake()

    def _announce(self, reason: str, until: datetime) -> None:
        stored = StoredBackoff(organisation=self._organisation, reason=reason, until=until)
        if self._ledger.backoffs.get(self._organisation) != stored:
            self._budget.park(self._organisation, until, reason)
            update = self._begin_update()
            update.backs_off(stored)
            update.submit()
        # Only a quota has a known end; the others are tried again and again, and announced once.
        self._notices.tell(WaitReason(reason=reason, until=until if reason == OUT_OF_QUOTA else None))


def _begin_update(ledger: Ledger, group_commit: LaneCommits, clock: Callable[[], datetime]) -> LedgerUpdate:
    return LedgerUpdate(ledger, group_commit, clock())
