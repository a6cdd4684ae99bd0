"""Looks up what is in Xero before a write: answers what needs none, and tells what to create or update."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mappers.existing import (
    Known,
    LetGo,
    Refuse,
    Renumber,
    document_gone,
    held_by_other_shipment,
    number_ambiguous,
    number_used_up,
    undecided,
)
from mappers.model import Action, ExistingDocument
from streams.dispatch.batch.comparison import Changed, Judgement, Taken, judge
from streams.dispatch.batch.existing_documents import ExistingDocuments, Found
from streams.dispatch.batch.ready_queue import MOST_ROUNDS, BatchItem, PlannedWrite, another_round, with_number
from streams.dispatch.batch.write import BatchWriter
from streams.dispatch.context import DispatchMetrics, LaneTime
from streams.dispatch.ledger import LedgerUpdate, Refusal, Row, RowKey
from streams.ops import Invariant, PreventedBy

_VOIDED, _DELETED = "VOIDED", "DELETED"


@dataclass(slots=True)
class LookupResult:
    """What is to be written after the look-up, and what has to be looked up again: under a number, or another one.

    `taken` are the documents that this look-up has given to a shipment.
    """

    creates: list[BatchItem] = field(default_factory=list)
    updates: list[BatchItem] = field(default_factory=list)
    again: list[PlannedWrite] = field(default_factory=list)
    taken: dict[str, RowKey] = field(default_factory=dict)


class ExistingLookup:
    """Reads documents by the id that the ledger knows, or by number. May raise the errors of `xero_client.errors`."""

    def __init__(
        self, metrics: DispatchMetrics, time: LaneTime, writer: BatchWriter, documents: ExistingDocuments
    ) -> None:
        self._metrics = metrics
        self._time = time
        self._writer = writer
        self._documents = documents

    async def look_up(self, plans: Sequence[PlannedWrite], *, number_taken: bool) -> LookupResult:
        """Look up, decide, answer. `number_taken`: a PUT was refused because the number exists."""
        result = LookupResult(again=list(plans))
        while result.again:
            plans, result.again = result.again, []
            await self._look_up_once(plans, result, number_taken=number_taken)
            number_taken = False
        return result

    async def _look_up_once(self, plans: Sequence[PlannedWrite], result: LookupResult, *, number_taken: bool) -> None:
        found = await self._fetch(plans, number_taken=number_taken)
        judged = await self._judge(plans, found, number_taken=number_taken)
        update = self._writer.begin_update()
        for plan in plans:
            self._decide(update, plan, found[plan.key], judged, result, number_taken=number_taken)
        update.submit()

    async def _judge(
        self, plans: Sequence[PlannedWrite], found: Found, *, number_taken: bool
    ) -> Mapping[RowKey, Judgement]:
        """What to do where there is one document. Others have their turn meanwhile, so rows may change."""
        judged: dict[RowKey, Judgement] = {}
        turn = self._time.begin_turn()
        for plan in plans:
            known = self._known(plan)
            candidates = self._candidates(plan, known, found[plan.key], number_taken=number_taken)
            if len(candidates) == 1 and plan.rounds < MOST_ROUNDS:
                judged[plan.key], turn = await self._time.finish(judge(plan, candidates[0], known), turn)
                turn = await self._time.next_turn(turn)
        return judged

    async def _fetch(self, plans: Sequence[PlannedWrite], *, number_taken: bool) -> Found:
        urgent = any(plan.urgent for plan in plans)
        kind = plans[0].kind
        ids = {plan.key: known.xero_id for plan in plans if (known := self._known(plan)) is not None}
        numbers = {plan.key: plan.document.number for plan in plans if plan.key not in ids}
        by_id = await self._documents.by_id(kind, ids, urgent=urgent)
        return by_id | await self._documents.alike(kind, numbers, urgent=urgent, thorough=number_taken)

    def _decide(
        self,
        update: LedgerUpdate,
        plan: PlannedWrite,
        found: Sequence[ExistingDocument],
        judged: Mapping[RowKey, Judgement],
        result: LookupResult,
        *,
        number_taken: bool,
    ) -> None:
        # A newer request may have come meanwhile: then that one is planned, and this plan is dropped.
        if self._writer.reject_conflict(update, plan) or not self._writer.may_be_sent(plan):
            return
        known = self._known(plan)
        candidates = self._candidates(plan, known, found, number_taken=number_taken)
        judgement = judged.get(plan.key)
        if plan.rounds >= MOST_ROUNDS:
            update.rejected(plan.key, Refusal((undecided(plan.document, _seen(candidates)),)))
        elif len(candidates) > 1:
            self._metrics.invariant_violated(Invariant.ONE_DOCUMENT)
            update.rejected(plan.key, Refusal((number_ambiguous(plan.document, candidates),)))
        elif (candidates and judgement is None) or (judgement is not None and judgement.known != known):
            result.again.append(another_round(plan))  # What is known of it changed while it was judged.
        elif judgement is not None:
            self._carry_out(update, plan, candidates[0], judgement, result)
        elif known is not None:
            self._let_go(update, plan, result, ())
        elif number_taken:
            update.rejected(plan.key, Refusal((document_gone(plan.document),)))
        else:
            result.creates.append(BatchItem(plan))

    def _carry_out(
        self,
        update: LedgerUpdate,
        plan: PlannedWrite,
        existing: ExistingDocument,
        judgement: Judgement,
        result: LookupResult,
    ) -> None:
        holder = self._writer.holder_by_id(existing.xero_id) or result.taken.get(existing.xero_id)
        if holder not in (None, plan.key):
            update.rejected(plan.key, Refusal((held_by_other_shipment(plan.document, str(holder)),)))
            return
        match judgement.verdict:
            case Taken(compared=compared):
                result.taken[existing.xero_id] = plan.key
                self._writer.answer(update, plan, compared, self._action_of_adoption(update.row(plan.key)))
            case Changed(target=target, document=document):
                result.taken[existing.xero_id] = plan.key
                result.updates.append(BatchItem(plan, target, document))
            case Refuse(problem=problem):
                update.rejected(plan.key, Refusal((problem,)))
            case Renumber(number=number):
                self._renumber(update, plan, number, result)
            case LetGo():
                self._let_go(update, plan, result, (existing,))

    def _renumber(self, update: LedgerUpdate, plan: PlannedWrite, number: str, result: LookupResult) -> None:
        if plan.rounds >= MOST_ROUNDS - 1:
            update.rejected(plan.key, Refusal((number_used_up(plan.document),)))
            return
        update.let_go(plan.key)
        result.again.append(with_number(another_round(plan), number))

    def _let_go(
        self, update: LedgerUpdate, plan: PlannedWrite, result: LookupResult, seen: Sequence[ExistingDocument]
    ) -> None:
        """The shipment's document is gone: look under the number next, as for any shipment without a document."""
        if plan.rounds >= MOST_ROUNDS - 1:
            update.rejected(plan.key, Refusal((undecided(plan.document, _seen(seen)),)))
            return
        update.let_go(plan.key)
        result.again.append(another_round(plan))

    def _action_of_adoption(self, row: Row) -> Action:
        if row.synced is not None and not row.maybe_written:
            return Action.UNCHANGED
        self._metrics.duplicate_prevented(PreventedBy.LOOK_UP)
        return Action.RECOVERED

    def _candidates(
        self, plan: PlannedWrite, known: Known | None, found: Sequence[ExistingDocument], *, number_taken: bool
    ) -> Sequence[ExistingDocument]:
        return found if known is not None else _candidates(plan.document.number, found, number_taken=number_taken)

    def _known(self, plan: PlannedWrite) -> Known | None:
        row = self._writer.row(plan.key)
        if row is None or row.synced is None or row.synced.kind != plan.kind:
            return None
        return Known(row.synced.ref.xero_id, row.synced.fingerprint, row.synced.ref.number)


def _seen(documents: Sequence[ExistingDocument]) -> str:
    """What Xero showed, in words."""
    shown = (f"{each.number} ({each.xero_id}) is {each.status} in Xero." for each in documents)
    return " ".join(shown) or "Xero shows no document of it."


def _candidates(number: str, found: Sequence[ExistingDocument], *, number_taken: bool) -> tuple[ExistingDocument, ...]:
    """The live documents under a number, else one that uses it up; else one under the number in other letters."""
    exact = tuple(each for each in found if each.number.strip() == number)
    alike = tuple(each for each in found if each.number.strip() != number)
    return _standing(exact, number_taken=number_taken) or _standing(alike, number_taken=number_taken)[:1]


def _standing(found: Sequence[ExistingDocument], *, number_taken: bool) -> tuple[ExistingDocument, ...]:
    """Xero gives the number of a deleted document out again (its help on deleting invoices); where it refuses a create
    because the number is taken, the deleted one stands for the reason.
    """
    live = tuple(each for each in found if each.status not in (_VOIDED, _DELETED))
    voided = tuple(each for each in found if each.status == _VOIDED)
    deleted = tuple(each for each in found if each.status == _DELETED)
    return live or voided[:1] or (deleted[:1] if number_taken else ())
