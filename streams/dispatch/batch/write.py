"""Takes one batch to Xero: the intent first, then the call, then every element's answer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mappers.existing import check_amount, held_by_other_shipment
from mappers.model import Action, Document, ExistingDocument, Problem, number_key
from mappers.outbound import is_number_taken, xero_errors, xero_warnings
from streams.dispatch.batch.ready_queue import Prepared
from streams.dispatch.context import World
from streams.dispatch.ledger import (
    Claim,
    Intent,
    Journal,
    Ledger,
    Row,
    RowKey,
    Settlement,
    State,
    Target,
    became,
)
from xero_client.port import ElementReply, Grant, Operation


@dataclass(frozen=True, slots=True)
class Parcel:
    """One document of a batch: the plan, the document that it updates (null: create), and what exactly is sent where
    that differs from the plan (a status that Xero would not take back).
    """

    plan: Prepared
    target: Target | None = None
    send: Document | None = None

    @property
    def xero_id(self) -> str | None:
        """The id of the document that is updated."""
        return None if self.target is None else self.target.xero_id

    @property
    def document(self) -> Document:
        """What is sent."""
        return self.plan.document if self.send is None else self.send


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What a write did not settle: numbers that are taken, and elements that the reply does not mention."""

    taken: tuple[Prepared, ...] = ()
    unmentioned: tuple[Prepared, ...] = ()


class Delivery:
    """Writes batches of one organisation. Every method may raise the errors of `xero_client.errors`."""

    def __init__(self, organisation: str, world: World, ledger: Ledger, journal: Journal) -> None:
        self._organisation = organisation
        self._world = world
        self._ledger = ledger
        self._journal = journal

    def settlement(self) -> Settlement:
        """A new step, timed now."""
        return Settlement(self._ledger, self._journal, self._world.clock())

    def row(self, key: RowKey) -> Row | None:
        """The shipment's row."""
        return self._ledger.rows.get(key)

    def may_go(self, plan: Prepared) -> bool:
        """Whether the plan is still its shipment's newest request and its number is nobody else's at the moment."""
        holder = self._ledger.holder(self._organisation, plan.kind, plan.document.number)
        return self._is_current(plan) and holder in (None, plan.key)

    def _is_current(self, plan: Prepared) -> bool:
        row = self._ledger.rows.get(plan.key)
        if row is None or row.request is None or row.state is State.SENDING:
            return False
        return row.request.request_id == plan.request_id

    def refuse_conflict(self, settlement: Settlement, plan: Prepared) -> bool:
        """Reject a plan whose number is the document of another shipment; one that is only under way is waited for."""
        holder = self._ledger.holder(self._organisation, plan.kind, plan.document.number)
        if holder in (None, plan.key) or not self._is_current(plan):
            return False
        row = self._ledger.rows[holder]
        if row.became is None or number_key(row.became.ref.number) != number_key(plan.document.number):
            return False
        settlement.rejected(plan.key, (held_by_other_shipment(plan.document, str(holder)),))
        return True

    def writable(self, parcels: Sequence[Parcel]) -> list[Parcel]:
        """The parcels that may go now, no number twice. What is left out is planned again."""
        chosen: dict[str, Parcel] = {}
        for parcel in parcels:
            if self.may_go(parcel.plan):
                chosen.setdefault(number_key(parcel.document.number), parcel)
        return list(chosen.values())

    def release(self, plans: Sequence[Prepared], intent: Intent, *, doubtful: bool = False) -> None:
        """Surely not under way: the plans' rows are open again and the intent is forgotten."""
        settlement = self.settlement()
        for plan in plans:
            if self._ledger.rows[plan.key].claim is not None:
                settlement.released(plan.key, doubtful=doubtful)
        settlement.close(intent)
        settlement.submit()

    def prepare(self, operation: Operation, parcels: Sequence[Parcel]) -> Intent:
        """Name the batch: its exact bytes and its Idempotency-Key."""
        kind = parcels[0].plan.kind
        body = self._world.accounting.encode(kind, [(each.document, each.xero_id) for each in parcels])
        now = self._world.clock()
        return Intent(
            key=self._key(operation, body, parcels),
            organisation=self._organisation,
            kind=kind,
            operation=operation,
            body=body.decode(),
            begun_at=now,
            committed_at=now,
            members=tuple(each.plan.key for each in parcels),
            targets=tuple(each.target for each in parcels if each.target is not None),
        )

    def _key(self, operation: Operation, body: bytes, parcels: Sequence[Parcel]) -> str:
        """SHA-256 hex of the organisation, the operation, the requests it serves, their attempts and the exact body.

        Requests and attempts are in it because Xero repeats its answers for six minutes, refusals and faults too: what
        is sent again after a correction in Xero has the same body, and must not be answered with the old refusal.
        """
        digest = hashlib.sha256(f"{self._organisation}\n{operation}\n".encode())
        for parcel in parcels:
            attempt = self._ledger.rows[parcel.plan.key].attempts
            digest.update(parcel.plan.request_id.bytes + attempt.to_bytes(4, "big"))
        digest.update(body)
        return digest.hexdigest()

    async def write(self, grant: Grant, intent: Intent, parcels: Sequence[Parcel]) -> Leftovers:
        """Commit the intent, send the batch once, answer every element that the reply settles."""
        replies = await self.send(grant, intent, parcels)
        self._world.metrics.batch(len(parcels))
        return self.settle(intent, parcels, replies)

    async def send(self, grant: Grant, intent: Intent, parcels: Sequence[Parcel]) -> tuple[ElementReply, ...]:
        """The write behind its durable intent. Raises IntentExpiredError, nothing sent, where we slept in between."""
        # Read before the commit: a process that is paused during it must find its time used up when it wakes.
        begun = self._world.monotonic()
        await self._commit(intent.model_copy(update={"committed_at": self._world.clock()}), parcels)
        return await self._world.accounting.write(
            grant,
            intent.kind,
            intent.operation,
            intent.body.encode(),
            idempotency_key=intent.key,
            start_before=begun + self._world.settings.start_guard,
        )

    async def _commit(self, intent: Intent, parcels: Sequence[Parcel]) -> None:
        settlement = self.settlement()
        settlement.intent(intent)
        for parcel in parcels:
            document = parcel.document
            settlement.sending(parcel.plan.key, Claim(intent=intent.key, kind=document.type, number=document.number))
        await settlement.submit()

    def settle(self, intent: Intent, parcels: Sequence[Parcel], replies: Sequence[ElementReply]) -> Leftovers:
        """Answer the elements by number; what is taken or unmentioned is left over."""
        # Exact: `ElementReply.number` is the number that was sent, whatever spelling Xero answered with.
        by_number = {reply.number: reply for reply in replies}
        settlement = self.settlement()
        taken: list[Prepared] = []
        unmentioned: list[Prepared] = []
        for parcel in parcels:
            reply = by_number.get(parcel.document.number)
            if reply is None:
                unmentioned.append(parcel.plan)
            elif reply.document is not None:
                self._wrote(settlement, parcel, reply, reply.document)
            elif parcel.xero_id is None and is_number_taken(reply.errors):
                settlement.released(parcel.plan.key)
                taken.append(parcel.plan)
            else:
                settlement.rejected(parcel.plan.key, xero_errors(reply.errors))
        settlement.close(intent)
        settlement.submit()
        return Leftovers(tuple(taken), tuple(unmentioned))

    def _wrote(self, settlement: Settlement, parcel: Parcel, reply: ElementReply, document: ExistingDocument) -> None:
        action = Action.CREATED if parcel.xero_id is None else Action.UPDATED
        warnings = xero_warnings(reply.warnings)
        self.answer(settlement, parcel.plan, document, action, warnings)

    def answer(
        self,
        settlement: Settlement,
        plan: Prepared,
        document: ExistingDocument,
        action: Action,
        warnings: tuple[Problem, ...] = (),
    ) -> None:
        """The document is in Xero: PROCESSED if its amount is the shipment's, REJECTED naming both amounts if not."""
        mine = became(plan.document, document, plan.organisation)
        problem = check_amount(plan.document, document)
        if problem is None:
            settlement.processed(plan.key, action, mine, (*plan.warnings, *warnings))
            if document.currency_rate is not None and plan.document.currency != plan.organisation.base_currency:
                settlement.rate(self._organisation, plan.document.currency, document.currency_rate)
        else:
            settlement.rejected(plan.key, (problem,), document=mine)


def with_number(plan: Prepared, number: str) -> Prepared:
    """The same plan under another document number."""
    return replace(plan, document=plan.document.model_copy(update={"number": number}))
