"""Looks at what is in Xero before writing: answers what needs no write, names what to create or update."""

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
from streams.dispatch.batch.ready_queue import Prepared
from streams.dispatch.batch.write import Delivery, Parcel, with_number
from streams.dispatch.context import World
from streams.dispatch.ledger import Row, RowKey, Settlement, Target
from xero_client.port import Priority

MOST_RENUMBERINGS = 20
_USED_UP = frozenset({"VOIDED", "DELETED"})


@dataclass(slots=True)
class Findings:
    """What is to be written after the look, and what has to be looked at again under another number."""

    creates: list[Parcel] = field(default_factory=list)
    updates: list[Parcel] = field(default_factory=list)
    renumbered: list[Prepared] = field(default_factory=list)


class Examination:
    """Reads documents by the id that the ledger knows, or by number. May raise the errors of `xero_client.errors`."""

    def __init__(self, organisation: str, world: World, delivery: Delivery) -> None:
        self._organisation = organisation
        self._world = world
        self._delivery = delivery

    async def examine(self, plans: Sequence[Prepared], *, number_taken: bool) -> Findings:
        """Look, judge, answer; `number_taken` says that a PUT was refused because the number exists."""
        total = Findings()
        for _ in range(MOST_RENUMBERINGS):
            findings = await self._look(plans, number_taken=number_taken)
            total.creates += findings.creates
            total.updates += findings.updates
            if not findings.renumbered:
                return total
            plans, number_taken = findings.renumbered, False
        settlement = self._delivery.settlement()
        for plan in plans:
            if self._delivery.may_go(plan):
                settlement.rejected(plan.key, (number_used_up(plan.document),))
        settlement.submit()
        return total

    async def _look(self, plans: Sequence[Prepared], *, number_taken: bool) -> Findings:
        found = await self._fetch(plans)
        findings = Findings()
        settlement = self._delivery.settlement()
        for plan in plans:
            # A newer request may have come while Xero was asked: then its plan comes, and this one is dropped.
            if self._delivery.may_go(plan):
                self._decide(settlement, plan, found.get(plan.key, ()), findings, number_taken=number_taken)
        settlement.submit()
        return findings

    async def _fetch(self, plans: Sequence[Prepared]) -> dict[RowKey, tuple[ExistingDocument, ...]]:
        priority = Priority.PEOPLE if any(plan.urgent for plan in plans) else Priority.BACKLOG
        kind = plans[0].kind
        ours = {plan.key: document.xero_id for plan in plans if (document := self._known(plan)) is not None}
        others = [plan for plan in plans if plan.key not in ours]
        by_id: dict[str, ExistingDocument] = {}
        if ours:
            read = await self._world.accounting.read(self._organisation, kind, tuple(ours.values()), priority)
            by_id = {document.xero_id: document for document in read}
        by_number: dict[str, list[ExistingDocument]] = {}
        if others:
            numbers = tuple({plan.document.number for plan in others})
            for each in await self._world.accounting.find(self._organisation, kind, numbers, priority):
                by_number.setdefault(number_key(each.number), []).append(each)
        found = {plan.key: tuple(by_number.get(number_key(plan.document.number), ())) for plan in others}
        return found | {key: (by_id[xero_id],) for key, xero_id in ours.items() if xero_id in by_id}

    def _decide(
        self,
        settlement: Settlement,
        plan: Prepared,
        found: tuple[ExistingDocument, ...],
        findings: Findings,
        *,
        number_taken: bool,
    ) -> None:
        known = self._known(plan)
        live = tuple(document for document in found if document.status not in _USED_UP)
        candidates = live or found[:1]
        if len(candidates) > 1:
            settlement.rejected(plan.key, (number_ambiguous(plan.document, candidates),))
        elif candidates:
            self._judge(settlement, plan, candidates[0], known, findings)
        elif known is not None or number_taken:
            settlement.rejected(plan.key, (document_gone(plan.document),))
        else:
            findings.creates.append(Parcel(plan))

    def _judge(
        self,
        settlement: Settlement,
        plan: Prepared,
        existing: ExistingDocument,
        known: Known | None,
        findings: Findings,
    ) -> None:
        verdict = decide(plan.document, existing, known=known, company=plan.company, organisation=plan.organisation)
        match verdict:
            case Adopt():
                self._delivery.answer(settlement, plan, existing, self._adopted(settlement.row(plan.key)))
            case Update(xero_id=xero_id, document=document):
                findings.updates.append(
                    Parcel(plan, Target(xero_id=xero_id, fingerprint=fingerprint(existing)), document)
                )
            case Refuse(problem=problem):
                settlement.rejected(plan.key, (problem,))
            case Renumber(number=number):
                findings.renumbered.append(with_number(plan, number))

    def _adopted(self, row: Row) -> Action:
        if row.became is not None and not row.doubtful:
            return Action.UNCHANGED
        self._world.metrics.duplicate_prevented("look_up")
        return Action.RECOVERED

    def _known(self, plan: Prepared) -> Known | None:
        row = self._delivery.row(plan.key)
        if row is None or row.became is None or row.became.kind != plan.kind:
            return None
        return Known(row.became.ref.xero_id, row.became.fingerprint)
