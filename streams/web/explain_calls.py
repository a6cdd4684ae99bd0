"""Explain: what would be sent to Xero for a shipment, or everything that is wrong with it."""

from collections.abc import Callable, Mapping

from aiohttp import web

from mappers.model import Company
from streams.web.addressing import company_of, unknown_shipment
from streams.web.answers import ApiError, answer
from streams.web.ports import DryRunner, SnapshotReader
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

    def routes(self) -> list[web.RouteDef]:
        """The call."""
        return [web.post("/api/v1/companies/{company}/shipments/{shipment}/explain", self.explain)]

    async def explain(self, request: web.Request) -> web.Response:
        """The dry run on the newest snapshot, whatever its status."""
        company = company_of(request, self._companies)
        shipment_id = request.match_info["shipment"]
        snapshot = self._snapshots.snapshot(company.id, shipment_id)
        if snapshot is None:
            raise unknown_shipment(company, shipment_id)
        try:
            explained = await self._dry_run.run(sync_now_request(company, shipment_id, snapshot, self._new_event_id))
        except XeroError as error:
            raise _unavailable(error) from error
        return answer(explained)


def _unavailable(error: XeroError) -> ApiError:
    if isinstance(error, DisconnectedError):
        return ApiError(503, "disconnected", error.message, "Operations: connect the organisation again.")
    if isinstance(error, OutOfQuotaError):
        hint = f"Ask again after {error.resume_at.isoformat(timespec='seconds')}."
        return ApiError(503, "out_of_quota", error.message, hint)
    return ApiError(503, "xero_unavailable", error.message, "Ask again in a minute.")
