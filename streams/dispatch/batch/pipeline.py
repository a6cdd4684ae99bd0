"""Takes a batch from its grant to every shipment's answer: create or update, look up, resolve unknown effects."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace

from mappers.outbound import xero_errors
from streams.dispatch.batch.backoff import Backoff
from streams.dispatch.batch.existing_documents import ExistingDocuments
from streams.dispatch.batch.history_notes import HistoryNotes
from streams.dispatch.batch.lookup import ExistingLookup
from streams.dispatch.batch.organisation_calls import OrganisationCalls
from streams.dispatch.batch.ready_queue import BatchItem, PlannedWrite
from streams.dispatch.batch.recovery import UnknownEffectResolver
from streams.dispatch.batch.write import BatchWriter, UnsettledItems
from streams.dispatch.context import DispatchMetrics
from streams.dispatch.ledger import Intent, Refusal
from streams.ops import PreventedBy
from xero_client.errors import (
    EffectUnknownError,
    IdempotencyMismatchError,
    IntentExpiredError,
    RefusedError,
    XeroError,
)
from xero_client.port import ElementReply, Grant, Operation


@dataclass(frozen=True, slots=True)
class WriteAttempt:
    """One write: what it left open, or how it failed."""

    intent: Intent
    items: Sequence[BatchItem]
    unsettled: UnsettledItems = field(default_factory=UnsettledItems)
    error: XeroError | None = None


class BatchPipeline:
    """One batch, from the grant or the look-up to every shipment's answer. A failure of Xero ends in a backoff."""

    def __init__(
        self,
        calls: OrganisationCalls,
        metrics: DispatchMetrics,
        writer: BatchWriter,
        lookup: ExistingLookup,
        resolver: UnknownEffectResolver,
        backoff: Backoff,
        notes: HistoryNotes,
    ) -> None:
        self._calls = calls
        self._metrics = metrics
        self._writer = writer
        self._lookup = lookup
        self._resolver = resolver
        self._backoff = backoff
        self._notes = notes
        self._documents = ExistingDocuments(calls)

    @property
    def is_cleared(self) -> bool:
        """Whether anything may be written at this moment: not as long as it is not known who is paused."""
        return self._writer.may_write(())

    def slot(self, *, urgent: bool) -> AbstractAsyncContextManager[Grant]:
        """Wait for the right to make one call."""
        return self._calls.slot(urgent=urgent)

    async def create(self, plans: Sequence[PlannedWrite], grant: Grant) -> WriteAttempt | None:
        """Create the documents under the grant. What comes back is dealt with by `finish`, without the grant."""
        return await self._attempt(Operation.CREATE, [BatchItem(plan) for plan in plans], grant)

    async def look_up_and_write(self, plans: Sequence[PlannedWrite]) -> None:
        """Look the documents up, then write what has to be written."""
        await self._write_after_lookup(plans, number_taken=False)

    async def _write_after_lookup(self, plans: Sequence[PlannedWrite], *, number_taken: bool) -> None:
        try:
            result = await self._lookup.look_up(plans, number_taken=number_taken)
        except RefusedError as error:
            await self._split_lookup(plans, error, number_taken=number_taken)
            return
        except XeroError as error:
            self._backoff.failed(error)
            return
        await self._write_when_granted(Operation.UPDATE, result.updates)
        await self._write_when_granted(Operation.CREATE, result.creates)

    async def _split_lookup(self, plans: Sequence[PlannedWrite], error: RefusedError, *, number_taken: bool) -> None:
        """Xero refused the look-up (an odd number, an id it no longer knows): find the one at fault and reject it."""
        if len(plans) > 1:
            half = len(plans) // 2
            for part in (plans[:half], plans[half:]):
                await self._write_after_lookup(part, number_taken=number_taken)
            return
        update = self._writer.begin_update()
        if self._writer.may_be_sent(plans[0]):
            update.rejected(plans[0].key, Refusal(xero_errors(error.messages)))
        update.submit()

    async def _write_when_granted(self, operation: Operation, items: Sequence[BatchItem]) -> None:
        if not items:
            return
        try:
            async with self._calls.slot(urgent=any(each.plan.urgent for each in items)) as grant:
                attempt = await self._attempt(operation, items, grant)
        except XeroError as error:
            self._backoff.failed(error)
            return
        await self.finish(attempt)

    async def _attempt(self, operation: Operation, items: Sequence[BatchItem], grant: Grant) -> WriteAttempt | None:
        """Send once what may still be sent. It occupies one of Xero's slots, so it must not wait for another."""
        sendable = self._writer.writable(items)
        if not sendable:
            return None
        intent, sendable = self._writer.make_intent(operation, sendable)
        try:
            unsettled = await self._writer.write(grant, intent, sendable)
        except XeroError as error:
            return WriteAttempt(intent, sendable, error=error)
        self._backoff.write_succeeded()
        return WriteAttempt(intent, sendable, unsettled=unsettled)

    async def finish(self, attempt: WriteAttempt | None) -> None:
        """Deal with what the attempt left open; afterwards every shipment is answered or open again."""
        if attempt is None:
            return
        plans = [each.plan for each in attempt.items]
        match attempt.error:
            case None:
                await self._handle_unsettled(attempt.intent, attempt.unsettled)
                await self._notes.write(plans, attempt.intent.operation)
            case EffectUnknownError() as error:
                await self._resolver.resolve(attempt.intent, plans, error=error)
            case IdempotencyMismatchError():
                await self._resolver.resolve(attempt.intent, plans)
            case RefusedError() as error:
                await self._split_write(attempt, error)
            case IntentExpiredError():
                self._writer.release(plans, attempt.intent)
            case error:
                self._writer.release(plans, attempt.intent)
                self._backoff.failed(error)

    async def _handle_unsettled(self, intent: Intent, unsettled: UnsettledItems) -> None:
        if unsettled.shown_in_part:
            await self._read_back(intent, unsettled.shown_in_part)
        if unsettled.unmentioned:
            await self._resolver.resolve(intent, unsettled.unmentioned, executed=True)
        if unsettled.number_taken:
            self._metrics.duplicate_prevented(PreventedBy.NUMBER_TAKEN)
            await self._write_after_lookup(unsettled.number_taken, number_taken=True)

    async def _read_back(self, intent: Intent, shown: Sequence[tuple[BatchItem, ElementReply]]) -> None:
        """Xero's reply left out lines or amounts: read the documents once, and answer by what that shows.

        What it does not show either is looked up as after a lost reply.
        """
        ids = {item.plan.key: reply.document.xero_id for item, reply in shown if reply.document is not None}
        try:
            found = await self._documents.by_id(intent.kind, ids, urgent=any(item.plan.urgent for item, _ in shown))
        except XeroError as error:
            self._backoff.failed(error)
            found = {}
        replies = [replace(reply, document=each) for item, reply in shown for each in found.get(item.plan.key, ())]
        left = await self._writer.record_replies(intent, [item for item, _ in shown], replies)
        unread = [*left.unmentioned, *(item.plan for item, _ in left.shown_in_part)]
        if unread:
            await self._resolver.resolve(intent, unread, executed=True)

    async def _split_write(self, attempt: WriteAttempt, error: RefusedError) -> None:
        """Xero refused the whole call: halve it until the element at fault stands alone."""
        items = attempt.items
        if len(items) == 1:
            update = self._writer.begin_update()
            self._writer.refuse(update, items[0].plan, error.messages)
            update.close(attempt.intent)
            update.submit()
            return
        self._writer.release([each.plan for each in items], attempt.intent)
        half = len(items) // 2
        for part in (items[:half], items[half:]):
            await self._write_when_granted(attempt.intent.operation, part)
