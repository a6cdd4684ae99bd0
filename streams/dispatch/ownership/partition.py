"""One owned partition: its ledger, its group commit and its lanes. Crash-only: a failed commit ends it."""

import asyncio
import contextlib
import sys
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from mappers.model import DocumentAttachments, DocumentChange, DocumentDrift, Outcome
from streams.dispatch.context import LaneContext
from streams.dispatch.lane import Lane
from streams.dispatch.lane.following import Watches
from streams.dispatch.ledger import GroupCommit, Ledger, LedgerTransaction, LedgerUpdate, Transactions
from streams.dispatch.ownership.intake import Admission, RequestIntake
from streams.ops import LaneState, Progress, WaitedFor, endless

log = structlog.get_logger(__name__)

MOST_BACKLOG = 2000
MOST_UNSTORED = 10_000
MOST_BYTES = 2_000_000
"""Of what waits to be committed, and of what waits to be stored: beyond, no further requests are read. As objects they
take some six times that.
"""
FORGOTTEN_AT_ONCE = 200
FORGET_EVERY = 3600.0


class Partition:
    """The work of one input partition, from take-over to loss. `start_offset` is where its input goes on."""

    def __init__(
        self,
        number: int,
        start_offset: int,
        ledger: Ledger,
        transactions: Transactions,
        intake: RequestIntake,
        context: LaneContext,
        owner: str,
    ) -> None:
        """`owner` is the name under which it marks the ledger as its own."""
        self.number = number
        self.next_offset = start_offset
        self.commits = 0
        self.is_running = False
        self._context = context
        self._ledger = ledger
        self._intake = intake
        self._replacement = intake.replacement(ledger)
        self._owner = owner
        self._group_commit = GroupCommit(
            ledger, transactions, self._committed, context.clock, context.settings.intake_wait
        )
        self._lanes: dict[str, Lane] = {}
        self._watches = Watches(context, ledger, self._group_commit)
        self._draining = False
        self._tasks: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Work until cancelled. Raises an exception group with PartitionLostError when the partition is lost."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                tasks.create_task(endless(self._group_commit.run(), "the group commit"))
                for organisation in self._ledger.organisations():
                    self._lane(organisation)
                self._watches.begin_all(tasks)
                tasks.create_task(endless(self._report(), "the report of depths"))
                tasks.create_task(endless(self._forget(), "the forgetting"))
                self.is_running = True
        finally:
            self._report_gone()

    def take(self, records: Sequence[Any]) -> float:
        """Take polled records into the ledger; returns how many seconds late the newest of their requests was.

        Raises PartitionLostError.
        """
        fresh = [record for record in records if record.offset >= self.next_offset]
        if not fresh:
            return 0.0
        sys.audit("shipledger.requests_fetched")
        update = self._begin_update()
        ours = {each.organisation for each in self._context.companies.values()}
        accepted = self._intake.take(update, fresh, Admission(ours, self._lanes))
        update.submit(deferred=True)
        self.next_offset = fresh[-1].offset + 1
        for organisation, requests in accepted.items():
            self._lane(organisation).arrived(requests)
        for look in self._intake.looks():
            self._watches.look_at(look)
        asked = [each[-1].asked_at for each in accepted.values() if each[-1].asked_at is not None]
        return (self._context.clock() - max(asked)).total_seconds() if asked else 0.0

    @property
    def is_full(self) -> bool:
        """Whether there is enough to commit for now, or the disk is behind."""
        backlog, ledger = self._group_commit, self._ledger
        too_many = backlog.backlog > MOST_BACKLOG or ledger.unstored > MOST_UNSTORED
        return too_many or backlog.backlog_bytes > MOST_BYTES or ledger.unstored_bytes > MOST_BYTES

    def master_data_changed(self, organisation: str) -> None:
        """Try again what was rejected for master data."""
        lane = self._lanes.get(organisation)
        if lane is not None:
            lane.master_data_changed()

    def connected(self, organisation: str) -> None:
        """End a backoff for lack of consent."""
        lane = self._lanes.get(organisation)
        if lane is not None:
            lane.connected()

    def steered(self, organisations: Collection[str] | None = None, *, by_profile: bool) -> None:
        """A company of theirs was paused or resumed, or is another one; None: it may be anybody's."""
        for organisation in self._lanes if organisations is None else self._lanes.keys() & set(organisations):
            self._lanes[organisation].steered(by_profile=by_profile)

    @property
    def has_uncommitted(self) -> bool:
        """Whether something waits to be committed, or never can be: then the end of the run is overdue."""
        return self._group_commit.has_uncommitted

    def lane_progress(self) -> dict[str, Progress]:
        """Of each organisation: whether its oldest request that is up to us goes on."""
        return {organisation: lane.progress for organisation, lane in self._lanes.items()}

    def sending_progress(self) -> dict[str, Progress]:
        """Of each organisation: whether its oldest request goes on, what Xero takes included."""
        return {organisation: lane.sending_progress for organisation, lane in self._lanes.items()}

    def resume(self) -> None:
        """Begin batches again after `drain`."""
        self._draining = False
        for lane in self._lanes.values():
            lane.resume()

    async def drain(self, timeout: float) -> None:  # noqa: ASYNC109  # The bound is the caller's, and it is not an error.
        """Begin no further batch; give those under way up to `timeout` seconds, and commit their answers."""
        self._draining = True
        for lane in self._lanes.values():
            lane.drain()
        deadline = self._context.monotonic() + timeout
        running = [task for lane in self._lanes.values() for task in lane.running_batches]
        if running:
            await asyncio.wait(running, timeout=timeout)
        with contextlib.suppress(TimeoutError):
            # In this task: where a rebalance is cut off, nothing of it may be left.
            async with asyncio.timeout(max(0.0, deadline - self._context.monotonic())):
                await self._group_commit.drained()
        sys.audit("shipledger.drained")

    def _begin_update(self) -> LedgerUpdate:
        return LedgerUpdate(self._ledger, self._group_commit, self._context.clock())

    def _lane(self, organisation: str) -> Lane:
        lane = self._lanes.get(organisation)
        if lane is None:
            lane = self._lanes[organisation] = Lane(organisation, self._context, self._ledger, self._group_commit)
            if self._draining:
                lane.drain()
            if self._tasks is not None:
                self._tasks.create_task(endless(lane.run(), f"the lane of {organisation}"))
                self._watches.begin(organisation, self._tasks)
        return lane

    def _committed(self, transaction: LedgerTransaction) -> None:
        self.commits += 1
        for outcome in transaction.outcomes:
            self._context.metrics.outcome(outcome)
            _log_outcome(outcome)
        for change in transaction.changes:
            self._context.metrics.document_change(change.change)
            _log_change(change)
        for drift in transaction.drifts:
            self._context.metrics.document_drift(each.kind for each in drift.differences)
            _log_drift(drift)
        for told in transaction.attachments:
            _log_attachments(told)
        self._watches.committed(transaction)
        now = self._context.clock()
        for ended in transaction.ended:
            seconds = max(0.0, (now - ended.asked_at).total_seconds())
            self._context.metrics.end_to_end(seconds, ended.trigger, WaitedFor.of(ended.waited_for))
            traceparent = transaction.traces.get(ended.outcome.outcome_id)
            self._context.tracing.ended(ended.outcome, traceparent, ended.asked_at)

    @property
    def oldest(self) -> datetime | None:
        """When the oldest request without an answer was asked for."""
        return self._ledger.oldest()

    async def _forget(self) -> None:
        """Drop finished rows that are older than the retention, a few at a time."""
        while True:
            horizon = self._context.clock() - timedelta(seconds=self._context.settings.retention)
            # Asked anew after each wait: a request may have come for one of them meanwhile.
            while old := self._ledger.expired(horizon, FORGOTTEN_AT_ONCE):
                update = self._begin_update()
                update.forget(old)
                await update.submit()
            await self._context.sleep(FORGET_EVERY)

    async def _report(self) -> None:
        while True:
            await self._ledger.catch_up()
            self._replacement.step(self._begin_update)
            if self._ledger.mark_is_due:
                update = self._begin_update()
                update.mark(self._owner)
                update.submit(deferred=True)
            for organisation, lane in self._lanes.items():
                self._report_lane(organisation, lane.waits_for)
            await self._context.sleep(1.0)

    def _report_lane(self, organisation: str, waits_for: WaitedFor) -> None:
        for state, depth in self._ledger.depths(organisation).items():
            self._context.metrics.lane(organisation, state, depth)
        ages = {WaitedFor.PEOPLE: self._age(self._ledger.oldest_of(organisation, held=True))}
        # What is held hides nothing that is not: each has its own oldest.
        age = self._age(self._ledger.oldest_of(organisation))
        self._context.metrics.oldest_unanswered(organisation, ages | {waits_for: max(age, ages.get(waits_for, 0.0))})

    def _age(self, asked_at: datetime | None) -> float:
        return 0.0 if asked_at is None else (self._context.clock() - asked_at).total_seconds()

    def _report_gone(self) -> None:
        """Whoever has the partition next shows its lanes: what stayed here would be believed for ever."""
        self._watches.end()
        for organisation in self._lanes:
            for state in LaneState:
                self._context.metrics.lane(organisation, state, 0)
            self._context.metrics.oldest_unanswered(organisation, {})


def _log_change(change: DocumentChange) -> None:
    log.info(
        "document_changed",
        company_id=change.company_id,
        shipment_id=change.shipment_id,
        document=change.document.number,
        change=change.change.value,
    )


def _log_drift(drift: DocumentDrift) -> None:
    log.info(
        "document_drifted",
        company_id=drift.company_id,
        shipment_id=drift.shipment_id,
        document=drift.document.number,
        differences=[each.kind.value for each in drift.differences],
    )


def _log_attachments(told: DocumentAttachments) -> None:
    log.info(
        "document_attachments",
        company_id=told.company_id,
        shipment_id=told.shipment_id,
        document=told.document.number,
        attachments=[each.status.value for each in told.attachments],
        problems=[each.problem.code.value for each in told.attachments if each.problem is not None],
    )


def _log_outcome(outcome: Outcome) -> None:
    """The canonical line of a request."""
    log.info(
        "request_answered",
        company_id=outcome.company_id,
        shipment_id=outcome.shipment_id,
        revision=outcome.revision,
        request_id=str(outcome.request_id),
        event_id=outcome.event_id,
        trigger=outcome.trigger,
        attempt=outcome.attempt,
        status=outcome.status.value,
        action=None if outcome.action is None else outcome.action.value,
        document=None if outcome.document is None else outcome.document.number,
        errors=[problem.code.value for problem in outcome.errors],
        warnings=[problem.code.value for problem in outcome.warnings],
        waiting=None if outcome.waiting is None else outcome.waiting.reason,
        requested_by=outcome.requested_by,
    )
