"""Writes one batch to Xero: first the intent, then the call, then every element's answer."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate

from mappers.existing import check_amount, held_by_other_shipment, shows_enough
from mappers.model import Action, Code, Problem, number_key
from mappers.outbound import is_number_taken, xero_errors, xero_warnings
from streams.dispatch.batch.comparison import Comparison, compare_all
from streams.dispatch.batch.invariants import broken_at_write
from streams.dispatch.batch.organisation_calls import OrganisationCalls
from streams.dispatch.batch.ready_queue import BatchItem, PlannedWrite, Standing, UnsettledItems, another_round
from streams.dispatch.context import Clearance, DispatchMetrics, LaneTime
from streams.dispatch.ledger import (
    BeginUpdate,
    Intent,
    Ledger,
    LedgerUpdate,
    NumberReservation,
    Refusal,
    Row,
    RowKey,
    State,
    update_warnings,
)
from streams.ops import Invariant
from xero_client.errors import IntentExpiredError
from xero_client.port import ElementReply, Grant, Operation

MOST_BODY_BYTES = 3_000_000
"""Xero takes 3.5 MB a call (developer.xero.com, "OAuth 2.0 API limits"), and the intent must fit its topic."""
MOST_LINES = 4000
"""What Xero answers is in memory as a whole, as bytes, as JSON and as objects."""


class BatchWriter:
    """Writes batches of one organisation. Every method may raise the errors of `xero_client.errors`."""

    def __init__(
        self,
        calls: OrganisationCalls,
        clearance: Clearance,
        metrics: DispatchMetrics,
        time: LaneTime,
        start_guard: float,
        ledger: Ledger,
        begin_update: BeginUpdate,
    ) -> None:
        self._calls = calls
        self._clearance = clearance
        self._metrics = metrics
        self._time = time
        self._start_guard = start_guard
        self._ledger = ledger
        self.begin_update = begin_update

    def row(self, key: RowKey) -> Row | None:
        """The shipment's row."""
        return self._ledger.rows.get(key)

    def may_be_sent(self, plan: PlannedWrite) -> bool:
        """Whether the plan is still its shipment's newest request and no other shipment has its number."""
        return self.is_current(plan) and self.holder(plan) in (None, plan.key)

    def holder(self, plan: PlannedWrite) -> RowKey | None:
        """The shipment whose document has the plan's number, or is about to have it."""
        return self._ledger.holder(self._calls.organisation, plan.kind, plan.document.number)

    def holder_by_id(self, xero_id: str) -> RowKey | None:
        """The shipment whose document has the Xero id."""
        return self._ledger.holder_by_id(self._calls.organisation, xero_id)

    def is_current(self, plan: PlannedWrite) -> bool:
        """Whether the plan is that of its shipment's newest request, and the request is neither under way nor held."""
        row = self._ledger.rows.get(plan.key)
        if row is None or row.request is None or row.state is State.SENDING or not self._clearance.stands(plan.company):
            return False
        return row.request.request_id == plan.request_id

    def standing(self, plan: PlannedWrite) -> Standing:
        """Whether the plan may be sent; asked often, so each thing is looked up once."""
        if not self.is_current(plan):
            return Standing.REPLACED
        holder = self.holder(plan)
        if holder is None or holder == plan.key:
            return Standing.SENDABLE
        return Standing.HELD if self._has_number(holder, plan) else Standing.RESERVED

    def conflicting(self, plan: PlannedWrite) -> RowKey | None:
        """Another shipment whose document has the plan's number. One that only reserves it is waited for."""
        return self.holder(plan) if self.standing(plan) is Standing.HELD else None

    def _has_number(self, holder: RowKey, plan: PlannedWrite) -> bool:
        synced = self._ledger.rows[holder].synced
        return synced is not None and number_key(synced.ref.number) == number_key(plan.document.number)

    def reject_conflict(self, update: LedgerUpdate, plan: PlannedWrite) -> bool:
        """Reject a plan whose number another shipment's document has."""
        holder = self.conflicting(plan)
        if holder is not None:
            update.rejected(plan.key, Refusal((held_by_other_shipment(plan.document, str(holder)),)))
        return holder is not None

    def writable(self, items: Sequence[BatchItem]) -> list[BatchItem]:
        """The items that may be sent now, no number twice. What is left out is planned again."""
        chosen: dict[str, BatchItem] = {}
        for item in items:
            free = item.xero_id is None or self.holder_by_id(item.xero_id) in (None, item.plan.key)
            if free and self.may_be_sent(item.plan) and self.may_write([item.plan.key]):
                chosen.setdefault(number_key(item.document.number), item)
        return list(chosen.values())

    def may_write(self, keys: Iterable[RowKey]) -> bool:
        """Whether nothing holds the shipments' companies, all of which are the organisation's; of none: anybody's."""
        return self._clearance.is_known and all(self._clearance.may_plan(key.company_id) for key in keys)

    def release(
        self,
        plans: Sequence[PlannedWrite],
        intent: Intent,
        *,
        maybe_written: bool = False,
        rounds: int = 0,
        faults: int = 0,
    ) -> None:
        """The plans are surely not under way: open their rows again and forget the intent."""
        update = self.begin_update()
        for plan in plans:
            if self._ledger.rows[plan.key].reservation is not None:
                update.released(plan.key, maybe_written=maybe_written, rounds=rounds, faults=faults)
        update.close(intent)
        update.submit()

    def close(self, intent: Intent) -> None:
        """Forget the intent where none of its members is under way with it any more."""
        update = self.begin_update()
        update.close(intent)
        update.submit_if_any()

    async def encoded(self, items: Sequence[BatchItem]) -> Mapping[RowKey, bytes]:
        """The body of each document by itself. Others have their turn meanwhile, so rows may change."""
        bodies: dict[RowKey, bytes] = {}
        turn = self._time.begin_turn()
        for item in items:
            turn = await self._time.next_turn(turn)
            bodies[item.plan.key] = self._calls.encode(item.plan.kind, [(item.document, item.xero_id)])
        return bodies

    def make_intent(
        self, operation: Operation, items: list[BatchItem], bodies: Mapping[RowKey, bytes]
    ) -> tuple[Intent, list[BatchItem]]:
        """The batch's exact bytes and its Idempotency-Key, and the items in it.

        Items that are too much for one call are left out, and planned again. A single one goes whatever its size.
        """
        sizes = accumulate(len(bodies[each.plan.key]) for each in items)
        lines = accumulate(len(each.document.lines) for each in items)
        fits = [size <= MOST_BODY_BYTES and many <= MOST_LINES for size, many in zip(sizes, lines, strict=True)]
        items = items[: max(1, sum(fits))]
        body = self._calls.joined(items[0].plan.kind, [bodies[each.plan.key] for each in items])
        return self._intent(operation, body, items), items

    def _intent(self, operation: Operation, body: bytes, items: Sequence[BatchItem]) -> Intent:
        now = self._time.utc()
        return Intent(
            key=self._key(operation, body, items),
            organisation=self._calls.organisation,
            kind=items[0].plan.kind,
            operation=operation,
            body=body.decode(),
            begun_at=now,
            committed_at=now,
            members=tuple(each.plan.key for each in items),
            targets=tuple(each.target for each in items if each.target is not None),
        )

    def _key(self, operation: Operation, body: bytes, items: Sequence[BatchItem]) -> str:
        """SHA-256 hex of the organisation, the operation, the requests it serves, their attempts and the exact body.

        Requests and attempts are in it because Xero repeats its answers for six minutes, refusals and faults too: what
        is sent again after a correction in Xero has the same body, and must not be answered with the old refusal.
        """
        digest = hashlib.sha256(f"{self._calls.organisation}\n{operation}\n".encode())
        for item in items:
            attempt = self._ledger.rows[item.plan.key].attempts
            digest.update(item.plan.request_id.bytes + attempt.to_bytes(4, "big"))
        digest.update(body)
        return digest.hexdigest()

    async def write(self, grant: Grant, intent: Intent, items: Sequence[BatchItem]) -> UnsettledItems:
        """Commit the intent, send the batch once, and answer every element that the reply decides."""
        replies = await self.send(grant, intent, items)
        self._metrics.batch(len(items))
        return await self.record_replies(intent, items, replies)

    async def send(self, grant: Grant, intent: Intent, items: Sequence[BatchItem]) -> tuple[ElementReply, ...]:
        """Send the batch once its intent is durable. Raises IntentExpiredError, nothing sent, if that took too long,
        or if a company was paused or moved meanwhile.
        """
        # Read before the commit: a process that is paused during it must find its time used up when it resumes.
        begun = self._time.monotonic()
        await self._commit(intent.model_copy(update={"committed_at": self._time.utc()}), items)
        if not self.may_write(intent.members):
            raise IntentExpiredError("a company of the batch was paused or moved before the write began")
        for broken in broken_at_write(intent, self._ledger, self._clearance.companies, self._time.utc()):
            self._metrics.invariant_violated(broken)
        rows = (self._ledger.rows.get(each.plan.key) for each in items)
        served = [row.request for row in rows if row is not None and row.request is not None]
        return await self._calls.write(grant, intent, served, begun + self._start_guard)

    async def _commit(self, intent: Intent, items: Sequence[BatchItem]) -> None:
        update = self.begin_update()
        update.intent(intent)
        for item in items:
            document = item.document
            number = NumberReservation(
                intent=intent.key, kind=document.type, number=document.number, contact_id=document.contact_id
            )
            update.sending(item.plan.key, number)
        await update.submit()

    async def record_replies(
        self, intent: Intent, items: Sequence[BatchItem], replies: Sequence[ElementReply]
    ) -> UnsettledItems:
        """Answer the elements by number, a few in a turn. Returns what the replies leave open."""
        # Exact: `ElementReply.number` is the number that was sent, whatever spelling Xero answered with.
        by_number = {reply.number: reply for reply in replies}
        replied = [(each, by_number.get(each.document.number)) for each in items]
        compared = await compare_all(self._time, ((item.plan, reply.document) for item, reply in replied if reply))
        unsettled = UnsettledItems()
        turn, update = self._time.begin_turn(), self.begin_update()
        for item, reply in replied:
            self._record_reply(update, item, reply, compared.get(item.plan.key), unsettled)
            if self._time.is_over(turn):
                # The answers of a batch go together where they can: the last of them presses.
                update.submit(deferred=True)
                turn, update = await self._time.next_turn(turn), self.begin_update()
        # The intent outlives the members that are answered: a new owner finds those that are not by it.
        update.close(intent)
        update.submit()
        return unsettled

    def _record_reply(
        self,
        update: LedgerUpdate,
        item: BatchItem,
        reply: ElementReply | None,
        compared: Comparison | None,
        unsettled: UnsettledItems,
    ) -> None:
        if reply is None:
            unsettled.unmentioned.append(item.plan)
        elif compared is not None and not shows_enough(item.document, compared.existing):
            unsettled.shown_in_part.append((item, reply))
        elif compared is not None:
            action = Action.CREATED if item.xero_id is None else Action.UPDATED
            warnings = (*update_warnings(item.target, compared.existing), *xero_warnings(reply.warnings))
            self.answer(update, item.plan, compared, action, warnings)
        elif item.xero_id is None and is_number_taken(reply.errors):
            update.released(item.plan.key, rounds=1)
            unsettled.number_taken.append(another_round(item.plan))
        else:
            self.refuse(update, item.plan, reply.errors)

    def refuse(self, update: LedgerUpdate, plan: PlannedWrite, messages: Sequence[str]) -> None:
        """Xero refused the document. Where master data has changed since it was read, it is read and planned again."""
        problems = xero_errors(messages)
        if self._calls.doubts(problems, plan.rounds):
            update.released(plan.key, rounds=1)
        else:
            update.rejected(plan.key, Refusal(problems))

    def answer(
        self,
        update: LedgerUpdate,
        plan: PlannedWrite,
        compared: Comparison,
        action: Action,
        warnings: tuple[Problem, ...] = (),
    ) -> None:
        """The document is in Xero: PROCESSED if its amount is the shipment's, REJECTED naming both amounts if not."""
        document, holder = compared.existing, self.holder_by_id(compared.existing.xero_id)
        if holder not in (None, plan.key):
            # Renumbered by a person while the reply was on its way, and taken on by another shipment meanwhile.
            self._metrics.invariant_violated(Invariant.ONE_DOCUMENT)
            update.rejected(plan.key, Refusal((held_by_other_shipment(plan.document, str(holder)),)))
            return
        problem = check_amount(plan.document, document)
        if problem is None:
            update.processed(plan.key, action, compared.synced, (*plan.warnings, *warnings, *compared.warnings))
            # What was found teaches nothing: the warnings of its write are lost, or a person chose its rate.
            if action in (Action.CREATED, Action.UPDATED) and Code.XERO_WARNING not in {each.code for each in warnings}:
                quoted, is_new = plan.company.exchange_rate_quoted, action is Action.CREATED
                update.learn_rate(plan.key, quoted, plan.document, document, is_new=is_new)
        else:
            self._metrics.invariant_violated(Invariant.TO_THE_CENT)
            update.rejected(plan.key, Refusal((problem,), document=compared.synced))
