"""Plans one request with what this process knows of its company, its organisation and the rates."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import structlog

from mappers.existing import keep_suffix, unasked_tax
from mappers.model import Code, Company, Document, Needs, Problem, ReferenceData, SyncRequest, content_hash
from mappers.planning import KnownRate, Planned, Rejected, Steps, needs_in_steps, plan_in_steps
from streams.dispatch.context import DispatchMetrics
from streams.dispatch.ledger import Ledger, SyncedDocument
from streams.ops import Invariant

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

MOST_STEPS = 50_000
"""A hundred times as many as the largest event takes."""


class ShipmentPlanner:
    """Never raises for a shipment, whatever is in it."""

    def __init__(
        self, companies: Mapping[str, Company], metrics: DispatchMetrics, utc: Callable[[], datetime], ledger: Ledger
    ) -> None:
        self._companies = companies
        self._metrics = metrics
        self._utc = utc
        self._ledger = ledger

    def belongs(self, request: SyncRequest) -> bool:
        """Whether the profile still has the company in the request's organisation."""
        company = self._companies.get(request.company_id)
        return company is not None and company.organisation == request.organisation

    def plan(self, request: SyncRequest, reference: ReferenceData) -> Steps[Planned | Rejected]:
        """The document or every problem, in steps: between them the ledger may have changed."""
        if not self.belongs(request):
            return Rejected(problems=(moved(request),), missing=())
        try:
            company, today = self._companies[request.company_id], self._utc().date()
            last_rate = self._last_rate(request, company)
            steps = plan_in_steps(request, company, reference, last_rate=last_rate, today=today)
            return (yield from _bounded(steps))
        except Exception as error:  # noqa: BLE001  # A shipment that hits a bug of ours must not stop its neighbours.
            return self.fault(request, error)

    def needs(self, request: SyncRequest) -> Steps[Needs | Rejected]:
        """The codes that its plan depends on, in steps; or why that cannot be told."""
        if not self.belongs(request):
            return Rejected(problems=(moved(request),), missing=())
        try:
            return (yield from _bounded(needs_in_steps(request, self._companies[request.company_id])))
        except Exception as error:  # noqa: BLE001  # See `plan`.
            return self.fault(request, error)

    def fault(self, request: SyncRequest, error: Exception) -> Rejected:
        """What a request is answered that hit a bug of ours; the log is told of it."""
        log.error("planning_failed", company_id=request.company_id, shipment_id=request.shipment_id, exc_info=error)
        self._metrics.invariant_violated(Invariant.AGENT_BODY)
        return Rejected(problems=(our_fault(request),), missing=())

    def _last_rate(self, request: SyncRequest, company: Company) -> KnownRate | None:
        currency = request.shipment.get("currency")
        if not isinstance(currency, str):
            return None
        asking = f"{request.company_id}/{request.shipment_id}"
        found = self._ledger.rates.known(
            request.organisation, currency.strip().upper(), company.exchange_rate_quoted, asking
        )
        return None if found is None else KnownRate(found.rate, found.given_by, is_xeros_own=found.is_xeros_own)


def _bounded(steps: Steps[Result]) -> Steps[Result]:
    """The same steps; work that does not end raises."""
    for _ in range(MOST_STEPS):
        try:
            next(steps)
        except StopIteration as done:
            result: Result = done.value
            return result
        yield
    raise RuntimeError(f"no end after {MOST_STEPS} steps")


def moved(request: SyncRequest) -> Problem:
    """Its company was moved to another organisation since."""
    return Problem(
        code=Code.ORGANISATION_CHANGED,
        field="company_id",
        value=request.company_id,
        message=f"Company {request.company_id} no longer belongs to Xero organisation {request.organisation}.",
        hint="Whoever keeps the profile: check the organisation of the company; then Sync Now.",
    )


def our_fault(request: SyncRequest) -> Problem:
    """It met a bug of ours."""
    return Problem(
        code=Code.INTERNAL_ERROR,
        value=str(request.request_id),
        message="The shipment could not be planned because of a fault in Shipledger; nothing was sent to Xero.",
        hint="Send support the request id. Operations: the worker's log has the details under planning_failed.",
    )


def is_equal(document: Document, synced: SyncedDocument) -> bool:
    """Whether the document is what was sent, under the shipment's number or under that with a suffix of ours."""
    if synced.ref.content_hash == content_hash(document):
        return True
    suffixed = keep_suffix(document, synced.ref.number)
    return suffixed is not document and synced.ref.content_hash == content_hash(suffixed)


def asked_no_tax(synced: SyncedDocument, company: Company) -> tuple[Problem, ...]:
    """What to warn of where Xero added a tax that nobody asked for."""
    tax = synced.ref.total_tax
    return () if tax is None else unasked_tax(Decimal(tax), synced.ref.currency, company)
