"""One organisation's lane: its plans, batches and backoff. Lanes share nothing but the app-wide limit."""

import asyncio
from datetime import datetime

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
    ReadyQueue,
    UnknownEffectResolver,
    UnplannableResolver,
)
from streams.dispatch.context import LaneContext
from streams.dispatch.lane.planning_loop import PlanningLoop
from streams.dispatch.lane.request_planner import RequestPlanner
from streams.dispatch.lane.scheduler import BatchScheduler
from streams.dispatch.lane.waiting_notices import WaitingNotices
from streams.dispatch.ledger import GroupCommit, Intent, Ledger, StoredBackoff, WaitReason


class Lane:
    """Runs until cancelled; raises PartitionLostError when its partition is lost, anything else is a bug of ours."""

    def __init__(self, organisation: str, context: LaneContext, ledger: Ledger, group_commit: GroupCommit) -> None:
        self._organisation = organisation
        self._context = context
        self._ledger = ledger
        self._backoff = Backoff(organisation, context, self._announce)
        self._writer = BatchWriter(organisation, context, ledger, group_commit)
        self._notices = WaitingNotices(
            organisation, ledger, self._writer.begin_update, lambda: self.is_backing_off, context.sleep
        )
        ready_queue = ReadyQueue(self._writer.is_current, self._writer.may_be_sent)
        self._request_planner = RequestPlanner(context, ledger, group_commit, ready_queue)
        documents = ExistingDocuments(organisation, context.accounting)
        resolver = UnknownEffectResolver(organisation, context, self._writer, documents, self._backoff)
        unplannable = UnplannableResolver(organisation, context, self._writer, documents, self._backoff)
        self._inherited = InheritedBatches(
            self._writer, resolver, unplannable, self._backoff, self._request_planner.replan
        )
        pipeline = BatchPipeline(
            organisation,
            context,
            self._writer,
            ExistingLookup(organisation, context, self._writer, documents),
            resolver,
            self._backoff,
            HistoryNotes(organisation, context, self._writer),
        )
        self._planning_loop = PlanningLoop(
            organisation, context, ledger, group_commit, ready_queue, self._request_planner, self._backoff
        )
        self._scheduler = BatchScheduler(
            organisation, context, self._writer, pipeline, ready_queue, self._planning_loop, self._backoff
        )

    def wake(self) -> None:
        """The ledger has new or changed requests of the organisation."""
        self._planning_loop.wake()

    def master_data_changed(self) -> None:
        """The organisation's contacts, items or currencies changed: rejected shipments may be cured."""
        self._planning_loop.master_data_changed()

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
    def running_batches(self) -> frozenset["asyncio.Task[None]"]:
        """The batches under way."""
        return self._scheduler.running_batches

    async def run(self) -> None:
        """Work through the organisation's rows, those that may have been sent first."""
        stored = self._ledger.backoffs.get(self._organisation)
        # Asking for a token costs no quota, and somebody may have consented since the backoff began.
        if stored is not None and stored.reason != DISCONNECTED:
            self._backoff.resume(stored.reason, stored.until)
        async with asyncio.TaskGroup() as tasks:
            for intent in tuple(self._ledger.intents.values()):
                if intent.organisation == self._organisation:
                    tasks.create_task(self._recover(intent))
            self.wake()
            tasks.create_task(self._notices.run())
            tasks.create_task(self._planning_loop.plan_open())
            tasks.create_task(self._planning_loop.plan_second_looks())
            tasks.create_task(self._planning_loop.release_cured())
            tasks.create_task(self._scheduler.send_ready(tasks))

    async def _recover(self, intent: Intent) -> None:
        await self._inherited.recover(intent)
        self.wake()

    def _announce(self, reason: str, until: datetime) -> None:
        stored = StoredBackoff(organisation=self._organisation, reason=reason, until=until)
        if self._ledger.backoffs.get(self._organisation) != stored:
            self._context.budget.park(self._organisation, until, reason)
            update = self._writer.begin_update()
            update.backs_off(stored)
            update.submit()
        # Only a quota has a known end; the others are tried again and again, and announced once.
        self._notices.tell(WaitReason(reason=reason, until=until if reason == OUT_OF_QUOTA else None))
