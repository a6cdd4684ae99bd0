"""Plans an organisation's open requests: answers those that need no call, makes the others ready to be sent."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from uuid import UUID

import structlog

from mappers.model import (
    Action,
    Company,
    Document,
    Needs,
    Problem,
    ReferenceData,
    SyncRequest,
    Trigger,
)
from mappers.outbound import xero_errors
from mappers.planning import Planned, Rejected, Steps, lists_behind
from streams.dispatch.batch import InheritedBatch, PlannedWrite, ReadyQueue, UnplannableWrite, WriteMode
from streams.dispatch.context import Clearance, DispatchMetrics, LaneTime
from streams.dispatch.lane.held_requests import HeldRequests
from streams.dispatch.lane.second_looks import LookUps, SecondLook, SecondLooks, Work, watch_what_lacked
from streams.dispatch.lane.shipment_planner import ShipmentPlanner, asked_no_tax, is_equal, moved, our_fault
from streams.dispatch.ledger import (
    BeginUpdate,
    Intent,
    Ledger,
    LedgerUpdate,
    Refusal,
    RowKey,
    State,
)
from streams.ops import PreventedBy
from xero_client.errors import XeroError
from xero_client.port import References

log = structlog.get_logger(__name__)

ANSWERED_AT_ONCE = 500


class RequestPlanner:
    """Turns requests into planned writes or answers.

    The first look uses the cache as it is, so that a shipment with an unknown code never holds up its neighbours. What
    lacks a code is returned for a second look, which may cost calls.
    """

    def __init__(
        self,
        references: References,
        clearance: Clearance,
        metrics: DispatchMetrics,
        time: LaneTime,
        ledger: Ledger,
        begin_update: BeginUpdate,
        ready_queue: ReadyQueue,
    ) -> None:
        self._references = references
        self.held = HeldRequests(begin_update, clearance)
        self._companies = clearance.companies
        self._clearance = clearance
        self._planner = ShipmentPlanner(clearance.companies, metrics, time.utc, ledger)
        self._look_ups = LookUps(references, self._planner, time, self._refuse)
        self._metrics = metrics
        self._time = time
        self._ledger = ledger
        self._begin_update = begin_update
        self._ready_queue = ready_queue

    async def first_look(self, organisation: str, work: Sequence[Work]) -> dict[RowKey, SecondLook]:
        """Plan with the cache. Returns what needs a second look. Raises the errors of `xero_client.errors`."""
        work = self._without_moved(self.held.hold(work))
        second_looks = SecondLooks(asked_at=self._time.monotonic())
        if work:
            reference = await self._references.resolve(organisation, Needs())
            await self._plan_all(work, reference, second_looks)
        return second_looks.found

    async def second_look(self, organisation: str, looks: Mapping[RowKey, SecondLook]) -> None:
        """Look the missing codes up, then plan or reject. Raises the errors of `xero_client.errors`, LookUpFaultError.

        Codes that are known to be missing are looked up once more where one of the requests came later.
        """
        # What was replaced, held or moved meanwhile is planned like anything that is new.
        work = [(key, request) for key, each in looks.items() if (request := self._request(key, each.request_id))]
        work = [(key, request) for key, request in work if self._clearance.may_plan(key.company_id)]
        if not work:
            return
        found, reference = await self._look_ups.look_up(organisation, looks, work)
        if reference is not None:
            await self._plan_all(found, reference, None)

    async def give_up(self, organisation: str, key: RowKey, look: SecondLook, why: XeroError | None) -> None:
        """Answer a request whose codes could not be looked up, time and again: with what is known, and why no more.

        None is a fault of ours. Sent by itself once Xero's lists show what it lacks.
        """
        reference = await self._references.resolve(organisation, Needs())
        request = self._request(key, look.request_id)
        if request is not None and self._clearance.may_plan(key.company_id):
            reasons = (our_fault(request),) if why is None else xero_errors((why.message,))
            await self._plan_all([(key, request)], reference, None, reasons)

    def _refuse(self, key: RowKey, request: SyncRequest, problems: tuple[Problem, ...]) -> None:
        if self._is_current(key, request):
            update = self._begin_update()
            update.rejected(key, Refusal(problems))
            update.submit()

    async def cured(self, organisation: str, keys: Iterable[RowKey]) -> list[Work]:
        """Of the rejected rows, those that the organisation's master data would let through now."""
        reference = await self._references.resolve(organisation, Needs())
        cured: list[Work] = []
        turn = self._time.begin_turn()
        for key in keys:
            row = self._ledger.rows.get(key)
            if row is not None and row.request is not None:
                planned, turn = await self._time.finish(self._planner.plan(row.request, reference), turn)
                if isinstance(planned, Rejected):
                    watch_what_lacked(self._references, row, planned, self._time.utc())
                elif self._is_current(key, row.request):
                    cured.append((key, row.request))
            turn = await self._time.next_turn(turn)
        return cured

    async def replan(self, intent: Intent) -> InheritedBatch:
        """Plan the members of a batch that a former owner left under way.

        A plan has the number under which its document was sent. Raises the errors of `xero_client.errors`.
        """
        reference = await self._references.resolve(intent.organisation, Needs())
        plans: list[PlannedWrite] = []
        unplannable: list[UnplannableWrite] = []
        turn = self._time.begin_turn()
        for key in intent.members:
            turn = await self._time.next_turn(turn)
            row = self._ledger.rows.get(key)
            if row is None or row.request is None or row.reservation is None or row.reservation.intent != intent.key:
                continue
            # Of before the plan: the profile may be another one when it is made.
            company = self._companies.get(key.company_id)
            planned, turn = await self._time.finish(self._planner.plan(row.request, reference), turn)
            if isinstance(planned, Planned) and company is not None:
                document = planned.document.model_copy(update={"number": row.reservation.number})
                plans.append(self._planned_write(row.request, planned, company, reference, document))
            else:
                unplannable.append(UnplannableWrite(key, row.reservation, company, reference.organisation))
        return InheritedBatch(plans, unplannable)

    async def answer_moved(self, organisation: str) -> None:
        """Answer the open requests of companies that the profile has moved to another organisation since.

        Nothing of Xero is needed for that; the organisation may be disconnected for good.
        """
        turn = self._time.begin_turn()
        for key in chain(self._ledger.open_keys(organisation), self._ledger.held_keys(organisation)):
            turn = await self._time.next_turn(turn)
            # Most have not moved, and are not even read. Those of a paused company wait until it goes on.
            stays = self._clearance.belongs(key.company_id) or self.held.is_paused(key)
            row = None if stays else self._ledger.rows.get(key)
            if row is not None and row.request is not None and row.state in (State.PENDING, State.WAITING):
                self._without_moved([(key, row.request)])

    def _without_moved(self, work: Sequence[Work]) -> list[Work]:
        stays = [each for each in work if self._planner.belongs(each[1])]
        gone = [each for each in work if not self._planner.belongs(each[1]) and self._is_current(*each)]
        for start in range(0, len(gone), ANSWERED_AT_ONCE):
            update = self._begin_update()
            for key, request in gone[start : start + ANSWERED_AT_ONCE]:
                update.rejected(key, Refusal((moved(request),)))
            update.submit()
        return stays

    async def _plan_all(
        self,
        work: Sequence[Work],
        reference: ReferenceData,
        second_looks: SecondLooks | None,
        reasons: tuple[Problem, ...] = (),
    ) -> None:
        """Answer the work or make it ready; `second_looks` takes what needs one, None: this is the last look, and
        `reasons` say why there was no better one.

        What fits a turn of the event loop is answered in one update.
        """
        turn, update = self._time.begin_turn(), self._begin_update()
        for key, request in work:
            company = self._companies.get(key.company_id)
            if company is None or not self._is_current(key, request):
                continue
            steps = self._planner.plan(request, reference)
            while (planned := self._within(turn, steps)) is None:
                # Neighbours are answered, and may change, before a large shipment goes on.
                turn, update = await self._next_turn(turn, update)
            # What was held, or planned by a profile that is not the present one, is planned like anything that is new.
            if self._is_current(key, request) and self._clearance.stands(company):
                self._take(update, request, planned, company, reference, second_looks, reasons)
            if self._time.is_over(turn):
                turn, update = await self._next_turn(turn, update)
        update.submit_if_any()

    def _within(self, turn: float, steps: Steps[Planned | Rejected]) -> Planned | Rejected | None:
        """Go on with the plan; None where the turn is over before it is made."""
        try:
            while True:
                next(steps)
                if self._time.is_over(turn):
                    return None
        except StopIteration as done:
            planned: Planned | Rejected = done.value
            return planned

    async def _next_turn(self, turn: float, update: LedgerUpdate) -> tuple[float, LedgerUpdate]:
        update.submit_if_any()
        return await self._time.next_turn(turn), self._begin_update()

    def _take(
        self,
        update: LedgerUpdate,
        request: SyncRequest,
        planned: Planned | Rejected,
        company: Company,
        reference: ReferenceData,
        second_looks: SecondLooks | None,
        reasons: tuple[Problem, ...],
    ) -> None:
        key = key_of(request)
        if isinstance(planned, Planned):
            self._answer_or_enqueue(update, request, planned, company, reference)
        elif second_looks is not None and (lists := lists_behind(planned.problems)):
            urgent, size = request.trigger is Trigger.SYNC_NOW, self._ledger.size(key)
            second_looks.found[key] = SecondLook(request.request_id, urgent, size, lists, second_looks.asked_at)
        else:
            row = self._ledger.rows[key]
            # An earlier write of the request may have made it.
            document = row.synced if row.maybe_written else None
            update.rejected(key, Refusal((*reasons, *planned.problems), planned.missing, document))

    def _answer_or_enqueue(
        self, update: LedgerUpdate, request: SyncRequest, planned: Planned, company: Company, reference: ReferenceData
    ) -> None:
        key = key_of(request)
        row = self._ledger.rows[key]
        equal = row.synced is not None and is_equal(planned.document, row.synced)
        # A person who asks, or who was refused, is answered from Xero: memory is no witness.
        from_memory = not row.verify and request.trigger is not Trigger.SYNC_NOW
        if row.synced is not None and equal and from_memory:
            warnings = (*planned.warnings, *asked_no_tax(row.synced, company))
            update.processed(key, Action.UNCHANGED, row.synced, warnings)
            self._metrics.duplicate_prevented(PreventedBy.CONTENT_HASH)
        else:
            self._ready_queue.put(self._planned_write(request, planned, company, reference, planned.document))

    def _planned_write(
        self, request: SyncRequest, planned: Planned, company: Company, reference: ReferenceData, document: Document
    ) -> PlannedWrite:
        key = key_of(request)
        row = self._ledger.rows[key]
        same_kind = row.synced is not None and row.synced.kind == document.type
        # Whether PUT refuses a taken QuoteNumber is not documented, so a quote's number is always looked up first.
        look_up_first = same_kind or document.type == "quote" or self._ledger.is_lost(row)
        return PlannedWrite(
            key=key,
            request_id=request.request_id,
            document=document,
            warnings=planned.warnings,
            company=company,
            organisation=reference.organisation,
            mode=WriteMode.LOOK_UP_FIRST if look_up_first else WriteMode.CREATE,
            urgent=request.trigger is Trigger.SYNC_NOW,
            since=self._time.monotonic(),
            rounds=row.rounds,
            faults=row.faults,
            contacts=reference.contacts,
            size=self._ledger.size(key),
            late=self._late(request),
        )

    def _late(self, request: SyncRequest) -> float:
        return 0.0 if request.asked_at is None else (self._time.utc() - request.asked_at).total_seconds()

    def _is_current(self, key: RowKey, request: SyncRequest) -> bool:
        return self._request(key, request.request_id) is not None

    def _request(self, key: RowKey, request_id: UUID) -> SyncRequest | None:
        """The request, where it is still its shipment's newest."""
        row = self._ledger.rows.get(key)
        request = None if row is None else row.request
        return request if request is not None and request.request_id == request_id else None


def key_of(request: SyncRequest) -> RowKey:
    """The row that the request is in."""
    return RowKey(request.organisation, request.company_id, request.shipment_id)
