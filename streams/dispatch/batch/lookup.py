"""Looks up what is in Xero before a write: answers what needs none, and tells what to create or update."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from mappers.existing import (
    Adopt,
    Known,
    Refuse,
    Renumber,
    Update,
    decide,
    document_gone,
    fingerprint,
    number_ambiguous,
    number_used_up,
)
from mappers.model import Action, ExistingDocument, number_key
from streams.dispatch.batch.ready_queue import PlannedWrite
from streams.dispatch.batch.write import BatchItem, BatchWriter, with_number
from streams.dispatch.context import LaneContext
from streams.dispatch.ledger import LedgerUpdate, Row, RowKey, Target
from streams.ops import Invariant, PreventedBy
from xero_client.port import Priority

MOST_RENUMBERINGS = 20
_USED_UP = frozenset({"VOIDED", "DELETED"})


@dataclass(slots=True)
class LookupResult:
    """What is to be written after the look-up, and what has to be looked up again under another number."""

    creates: list[BatchItem] = field(default_factory=list)
    updates: list[BatchItem] = field(default_factory=list)
    renumbered: list[PlannedWrite] = field(default_factory=list)


class ExistingLookup:
    """Reads documents by the id that the ledger knows, or by number. May raise the errors of `xero_client.errors`."""

    def __init__(self, organisation: str, context: LaneContext, writer: BatchWriter) -> None:
        self._organisation = organisation
        self._context = context
        self._writer = writer

    async def look_up(self, plans: Sequence[PlannedWrite], *, number_taken: bool) -> LookupResult:
        """Look up, decide, answer. `number_taken`: a PUT was refused because the number exists."""
        total = LookupResult()
        for _ in range(MOST_RENUMBERINGS):
            result = await self._look_up_once(plans, number_taken=number_taken)
            total.creates += result.creates
            total.updates += result.updates
            if not result.renumbered:
                return total
            plans, number_taken = result.renumbered, False
        update = self._writer.begin_update()
        for plan in plans:
            if self._writer.may_be_sent(plan):
                update.rejected(plan.key, (number_used_up(plan.document),))
        update.submit()
        return total

    async def _look_up_once(self, plans: Sequence[PlannedWrite], *, number_taken: bool) -> LookupResult:
        found = await self._fetch(plans)
        result = LookupResult()
        update = self._writer.begin_update()
        for plan in plans:
            # A newer request may have come meanwhile: then that one is planned, and this plan is dropped.
            if self._writer.may_be_sent(plan):
                self._decide(update, plan, found.get(plan.key, ()), result, number_taken=number_taken)
        update.submit()
        return result

    async def _fetch(self, plans: Sequence[PlannedWrite]) -> dict[RowKey, tuple[ExistingDocument, ...]]:
        priority = Priority.PEOPLE if any(plan.urgent for plan in plans) else Priority.BACKLOG
        kind = plans[0].kind
        ours = {plan.key: document.xero_id for plan in plans if (document := self._known(plan)) is not None}
        others = [plan for plan in plans if plan.key not in ours]
        by_id: dict[str, ExistingDocument] = {}
        if ours:
            read = await self._context.accounting.read(self._organisation, kind, tuple(ours.values()), priority)
            by_id = {document.xero_id: document for document in read}
        by_number: dict[str, list[ExistingDocument]] = {}
        if others:
            numbers = tuple({plan.document.number for plan in others})
            for each in await self._context.accounting.find(self._organisation, kind, numbers, priority):
                by_number.setdefault(number_key(each.number), []).append(each)
        found = {plan.key: tuple(by_number.get(number_key(plan.document.number), ())) for plan in others}
        return found | {key: (by_id[xero_id],) for key, xero_id in ours.items() if xero_id in by_id}

    def _decide(
        self,
        update: LedgerUpdate,
        plan: PlannedWrite,
        found: tuple[ExistingDocument, ...],
        result: LookupResult,
        *,
        number_taken: bool,
    ) -> None:
        known = self._known(plan)
        live = tuple(document for document in found if document.status not in _USED_UP)
        candidates = live or found[:1]
        if len(candidates) > 1:
            self._context.metrics.invariant_violated(Invariant.ONE_DOCUMENT)
            update.rejected(plan.key, (number_ambiguous(plan.document, candidates),))
        elif candidates:
            self._compare(update, plan, candidates[0], known, result)
        elif known is not None or number_taken:
            update.rejected(plan.key, (document_gone(plan.document),))
        else:
            result.creates.append(BatchItem(plan))

    def _compare(
        self,
        update: LedgerUpdate,
        plan: PlannedWrite,
        existing: ExistingDocument,
        known: Known | None,
        result: LookupResult,
    ) -> None:
        verdict = decide(plan.document, existing, known=known, company=plan.company, organisation=plan.organisation)
        match verdict:
            case Adopt():
                self._writer.answer(update, plan, existing, self._action_of_adoption(update.row(plan.key)))
            case Update(xero_id=xero_id, document=document):
                result.updates.append(
                    BatchItem(plan, Target(xero_id=xero_id, fingerprint=fingerprint(existing)), document)
                )
            case Refuse(problem=problem):
                update.rejected(plan.key, (problem,))
            case Renumber(number=number):
                result.renumbered.append(with_number(plan, number))

    def _action_of_adoption(self, row: Row) -> Action:
        if row.synced is not None and not row.maybe_written:
            return Action.UNCHANGED
        self._context.metrics.duplicate_prevented(PreventedBy.LOOK_UP)
        return Action.RECOVERED

    def _known(self, plan: PlannedWrite) -> Known | None:
        row = self._writer.row(plan.key)
        if row is None or row.synced is None or row.synced.kind != plan.kind:
            return None
        return Known(row.synced.ref.xero_id, row.synced.fingerprint)
