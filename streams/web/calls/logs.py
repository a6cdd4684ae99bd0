"""The integration log of one shipment, and ACCOUNTING LOGS of several."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from mappers.model import Company, ShipmentLog
from streams.web.calls.addressing import ShipmentId, company_by, unknown_shipment
from streams.web.calls.answers import answer, refusals_of_all
from streams.web.calls.logged import attachments_of, changes_of
from streams.web.calls.models import AccountingLogs, IntegrationLog
from streams.web.calls.pages import CursorParameter, following_page, from_cursor, page_of, to_cursor
from streams.web.paths import decoded
from streams.web.ports import LogReader
from streams.web.problems import ApiError, HttpCode

MOST_LOGS: Final = 100
MOST_ENTRIES: Final = 50

# It is read from the query itself, so that a wrong number of them is answered in our words.
_SHIPMENTS: Final = {
    "name": "shipment",
    "in": "query",
    "required": True,
    "description": "Shipment ids, each as a parameter of its own; a repeated one counts once.",
    "schema": {
        "type": "array",
        "items": {"type": "string"},
        "minItems": 1,
        "maxItems": MOST_LOGS,
    },
}


class LogCalls:
    """Reads only."""

    def __init__(self, companies: Mapping[str, Company], logs: LogReader) -> None:
        self._companies = companies
        self._logs = logs

    def router(self) -> APIRouter:
        """The calls."""
        router = APIRouter(prefix="/api/v1/companies/{company}", tags=["logs"])
        company = Depends(company_by(self._companies))

        @router.get(
            "/shipments/{shipment}/integration-log", response_model=IntegrationLog, responses=refusals_of_all(404, 422)
        )
        async def integration_log(
            shipment: ShipmentId,
            limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES, description="Most entries.")] = MOST_ENTRIES,
            cursor: CursorParameter = None,
            company: Company = company,
        ) -> Response:
            """The guide's Integration tab. 404 for a shipment of which no event was seen."""
            return self._integration_log(company, decoded(shipment), limit, cursor)

        @router.get(
            "/accounting-logs",
            response_model=AccountingLogs,
            responses=refusals_of_all(404, 422),
            openapi_extra={"parameters": [_SHIPMENTS]},
        )
        async def accounting_logs(
            request: Request,
            limit: Annotated[int, Query(ge=1, le=MOST_LOGS, description="Most shipments.")] = MOST_LOGS,
            cursor: CursorParameter = None,
            company: Company = company,
        ) -> Response:
            """The guide's ACCOUNTING LOGS, in the order asked; shipments never seen are there with an empty log."""
            return self._accounting_logs(company, request.query_params.getlist("shipment"), limit, cursor)

        return router

    def _integration_log(self, company: Company, shipment_id: str, limit: int, cursor: str | None) -> Response:
        log = self._logs.log(company.id, shipment_id)
        if log is None:
            raise unknown_shipment(company, shipment_id)
        # The place of an entry in its topic: what comes meanwhile is newer, and does not move the pages.
        below = from_cursor(cursor) if cursor is not None else float("inf")
        entries = [entry for entry in log.entries if entry.offset < below]
        page = entries[:limit]
        following = to_cursor(page[-1].offset) if len(entries) > limit else None
        shown = _shown(shipment_id, log) | {"entries": [entry.outcome for entry in page]}
        return answer(shown | following_page(following))

    def _accounting_logs(self, company: Company, named: list[str], limit: int, cursor: str | None) -> Response:
        if not 1 <= len(named) <= MOST_LOGS:
            raise ApiError(
                422,
                HttpCode.SHIPMENTS_OUT_OF_RANGE,
                f"{len(named)} shipments were asked for; one call answers for 1 to {MOST_LOGS}.",
                "Name each as `?shipment=A&shipment=B`.",
            )
        page, following = page_of(list(dict.fromkeys(named)), limit, cursor)
        logs = [(each, self._logs.log(company.id, each) or ShipmentLog()) for each in page]
        shown = {"shipments": [_shown(shipment_id, log) for shipment_id, log in logs]}
        return answer(shown | following_page(following))


def _shown(shipment_id: str, log: ShipmentLog) -> dict[str, Any]:
    return {
        "shipment_id": shipment_id,
        "sync_status": log.sync_status,
        "synced_at": log.synced_at,
        "entries": list(log.outcomes),
        **changes_of(log),
        **attachments_of(log),
    }
