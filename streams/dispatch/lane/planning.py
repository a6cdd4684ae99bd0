"""Plans an organisation's open requests: answers what needs no call, shelves what does."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import structlog

from mappers.model import Action, Code, Document, Needs, Problem, ReferenceData, SyncRequest, Trigger, content_hash
from mappers.planning import Planned, Rejected, needs, plan
from streams.dispatch.batch import Prepared, Shelf, Way
from streams.dispatch.context import World
from streams.dispatch.ledger import Intent, Journal, Ledger, Row, RowKey, Settlement
from streams.ops import Invariant, PreventedBy

log = structlog.get_logger(__name__)

# What one bypass look-up may cure: the code may have been added to Xero since the cache was read.
LOOK_UP = frozenset(
    {Code.CUSTOMER_NOT_FOUND, Code.CUSTOMER_ARCHIVED, Code.PRODUCT_NOT_FOUND, Code.CURRENCY_NOT_ENABLED}
)

Work = tuple[RowKey, SyncRequest]


class Preparation:
    """Turns requests into shelf items or answers.

    The first look uses the cache as it is, so that a shipment with an unknown code never holds up its neighbours; what
    misses a code comes back as `doubtful` for a second look, which may cost calls.
    """

    def __init__(self, world: World, ledger: Ledger, journal: Journal, shelf: Shelf) -> None:
        self._world = world
        self._ledger = ledger
        self._journal = journal
        self._shelf = shelf

    async def first_look(self, organisation: str, work: Sequence[Work]) -> list[Work]:
        """Plan with the cache. Returns what needs a second look. Raises the errors of `xero_client.errors`."""
        reference = await self._world.references.resolve(organisation, Needs())
        return self._plan_all(work, reference, last_look=False)

    async def second_look(self, organisation: str, work: Sequence[Work]) -> None:
        """Look the missing codes up, then plan for good. Raises the errors of `xero_client.errors`."""
        wanted = _joined(needs(request, self._world.companies[request.company_id]) for _, request in work)
        reference = await self._world.references.resolve(organisation, wanted)
        self._plan_all(work, reference, last_look=True)

    async def cured(self, organisation: str, rows: Iterable[tuple[RowKey, Row]]) -> list[Work]:
        """Of the rejected rows, those that the organisation's master data would let through now."""
        reference = await self._world.references.resolve(organisation, Needs())
        work = [(key, row.request) for key, row in rows if row.request is not None and self._belongs(row.request)]
        return [each for each in work if isinstance(self._plan(each[1], reference), Planned)]

    async def again(self, intent: Intent) -> list[Prepared]:
        """Plan the members of a batch that a former owner left under way; who cannot be planned any more is opened.

        The plan takes the number under which the batch went out. Raises the errors of `xero_client.errors`.
        """
        reference = await self._world.references.resolve(intent.organisation, Needs())
        settlement = Settlement(self._ledger, self._journal, self._world.clock())
        plans: list[Prepared] = []
        for key in intent.members:
            row = self._ledger.rows.get(key)
            if row is None or row.request is None or row.claim is None or row.claim.intent != intent.key:
                continue
            planned = self._plan(row.request, reference)
            if isinstance(planned, Planned):
                document = planned.document.model_copy(update={"number": row.claim.number})
                plans.append(self._prepared(key, row.request, planned, reference, document))
            else:
                settlement.released(key, doubtful=True)
        settlement.close(intent)
        settlement.submit()
        return plans

    def _plan_all(self, work: Sequence[Work], reference: ReferenceData, *, last_look: bool) -> list[Work]:
        settlement = Settlement(self._ledger, self._journal, self._world.clock())
        doubtful: list[Work] = []
        changed = False
        for key, request in work:
            if not self._is_current(key, request):
                continue
            planned = self._plan(request, reference)
            if isinstance(planned, Planned):
                changed |= self._settle_or_shelve(settlement, key, request, planned, reference)
            elif not last_look and any(problem.code in LOOK_UP for problem in planned.problems):
                doubtful.append((key, request))
            else:
                settlement.rejected(key, planned.problems, missing=planned.missing)
                changed = True
        if changed:
            settlement.submit()
        return doubtful

    def _settle_or_shelve(
        self, settlement: Settlement, key: RowKey, request: SyncRequest, planned: Planned, reference: ReferenceData
    ) -> bool:
        row = self._ledger.rows[key]
        if row.became is not None and row.became.ref.content_hash == content_hash(planned.document):
            settlement.processed(key, Action.UNCHANGED, row.became, planned.warnings)
            self._world.metrics.duplicate_prevented(PreventedBy.CONTENT_HASH)
            return True
        self._shelf.put(self._prepared(key, request, planned, reference, planned.document))
        return False

    def _prepared(
        self, key: RowKey, request: SyncRequest, planned: Planned, reference: ReferenceData, document: Document
    ) -> Prepared:
        row = self._ledger.rows[key]
        same_kind = row.became is not None and row.became.kind == document.type
        # Whether PUT refuses a taken QuoteNumber is not documented, so a quote's number is always looked up first.
        examine = same_kind or document.type == "quote"
        return Prepared(
            key=key,
            request_id=request.request_id,
            document=document,
            warnings=planned.warnings,
            company=self._world.companies[request.company_id],
            organisation=reference.organisation,
            way=Way.EXAMINE if examine else Way.CREATE,
            urgent=request.trigger is Trigger.SYNC_NOW,
            since=self._world.monotonic(),
        )

    def _plan(self, request: SyncRequest, reference: ReferenceData) -> Planned | Rejected:
        if not self._belongs(request):
            return Rejected(problems=(_moved(request),), missing=())
        try:
            return plan(
                request,
                self._world.companies[request.company_id],
                reference,
                last_rate=self._last_rate(request),
            )
        except Exception:  # One shipment that trips a fault of ours must not stop its neighbours.
            log.exception("planning_failed", company=request.company_id, shipment=request.shipment_id)
            self._world.metrics.invariant_violated(Invariant.AGENT_BODY)
            return Rejected(problems=(_our_fault(request),), missing=())

    def _last_rate(self, request: SyncRequest) -> Decimal | None:
        currency = request.shipment.get("currency")
        if not isinstance(currency, str):
            return None
        return self._ledger.rates.get((request.organisation, currency.strip().upper()))

    def _belongs(self, request: SyncRequest) -> bool:
        company = self._world.companies.get(request.company_id)
        return company is not None and company.organisation == request.organisation

    def _is_current(self, key: RowKey, request: SyncRequest) -> bool:
        row = self._ledger.rows.get(key)
        return row is not None and row.request is not None and row.request.request_id == request.request_id


def _joined(wanted: Iterable[Needs]) -> Needs:
    customers: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    for each in wanted:
        customers |= each.customers
        products |= each.products
    return Needs(customers=customers, products=products)


def _moved(request: SyncRequest) -> Problem:
    return Problem(
        code=Code.ORGANISATION_CHANGED,
        field="company_id",
        value=request.company_id,
        message=f"Company {request.company_id} no longer belongs to Xero organisation {request.organisation}.",
        hint="The integration engineer checks the company profile; then send the shipment again with Sync Now.",
    )


def _our_fault(request: SyncRequest) -> Problem:
    return Problem(
        code=Code.INTERNAL_ERROR,
        value=str(request.request_id),
        message="The shipment could not be planned because of a fault in Shipledger; nothing was sent to Xero.",
        hint="Give the request id to Shipledger's support; the worker's log has the details under planning_failed.",
    )
