"""Explain: what would be sent to Xero for a shipment, or everything that is wrong with it."""

from collections.abc import Callable, Mapping
from datetime import UTC

from fastapi import APIRouter, Depends, Response

from mappers.model import Company, minute_in_words
from streams.web.access import Role
from streams.web.calls.addressing import ShipmentId, company_by, unknown_shipment
from streams.web.calls.answers import answer, refusals_of_all
from streams.web.calls.models import Explanation
from streams.web.paths import decoded
from streams.web.ports import DryRunner, SnapshotReader
from streams.web.problems import ApiError, HttpCode
from streams.web.sync_now import sync_now_request
from xero_client.errors import DisconnectedError, OutOfQuotaError, XeroError


class ExplainCalls:
    """Asks Xero for master data at most; writes nothing anywhere."""

    def __init__(
        self,
        companies: Mapping[str, Company],
        snapshots: SnapshotReader,
        dry_run: DryRunner,
        new_event_id: Callable[[], str],
    ) -> None:
        self._companies = companies
        self._snapshots = snapshots
        self._dry_run = dry_run
        self._new_event_id = new_event_id

    def router(self) -> APIRouter:
        """The call."""
        router = APIRouter(prefix="/api/v1/companies/{company}", tags=["shipments"])
        company = Depends(company_by(self._companies, Role.VIEWER))

        @router.post("/shipments/{shipment}/explain", response_model=Explanation, responses=refusals_of_all(404, 422))
        async def explain(shipment: ShipmentId, company: Company = company) -> Response:
            """What the shipment would become now, or every problem: the newest snapshot, whatever its status."""
            return await self._explain(company, decoded(shipment))

        return router

    async def _explain(self, company: Company, shipment_id: str) -> Response:
        snapshot = self._snapshots.snapshot(company.id, shipment_id)
        if snapshot is None:
            raise unknown_shipment(company, shipment_id)
        try:
            explained = await self._dry_run.run(sync_now_request(company, shipment_id, snapshot, self._new_event_id))
        except XeroError as error:
            raise unavailable(error) from error
        return answer(explained)


def unavailable(error: XeroError) -> ApiError:
    if isinstance(error, DisconnectedError):
        return ApiError(503, HttpCode.DISCONNECTED, error.message, "Operations: connect the organisation again.")
    if isinstance(error, OutOfQuotaError):
        hint = f"Ask again after {minute_in_words(error.resume_at.astimezone(UTC))}."
        return ApiError(503, HttpCode.OUT_OF_QUOTA, error.message, hint)
    return ApiError(503, HttpCode.XERO_UNAVAILABLE, error.message, "Ask again in a minute.")
