"""One shipment: the guide's Integration tab, and what would be sent."""

import asyncio
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from mappers.model import Company, ShipmentDetail
from streams.web.calls.addressing import unknown_shipment
from streams.web.calls.explain import unavailable
from streams.web.pages.desk import Desk, Visit
from streams.web.pages.parts import PagesParts
from streams.web.pages.views.document import document_view
from streams.web.pages.views.problems import problem_rows
from streams.web.pages.views.shipment import shipment_view
from streams.web.paths import decoded
from streams.web.problems import ApiError, HttpCode
from streams.web.sync_now import sync_now_request
from xero_client.errors import XeroError

# Xero may have to be asked, behind other work.
EXPLAIN_SECONDS: Final = 20.0


class ShipmentScreen:
    """Status, Sync Now or why not, the log, and Explain."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._parts = parts
        self._desk = desk

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/companies/{company}/shipments/{shipment}")

        @router.get("", response_model=None)
        async def shipment(request: Request, company: str, shipment: str) -> Response:
            visit, found, detail = await self._found(request, company, shipment)
            return await self._page(visit, found, detail, explained=None)

        @router.post("/explain", response_model=None)
        async def explain(request: Request, company: str, shipment: str) -> Response:
            visit, found, detail = await self._found(request, company, shipment)
            explained = await self._explained(found, detail)
            return await self._page(visit, found, detail, explained=explained)

        return router

    async def _found(self, request: Request, company_id: str, segment: str) -> tuple[Visit, Company, ShipmentDetail]:
        visit, company = self._desk.company_visit(request, company_id)
        shipment_id = decoded(segment)
        detail = await self._desk.read(lambda: self._parts.lists.detail(company.id, shipment_id))
        if detail is None:
            raise unknown_shipment(company, shipment_id)
        return visit, company, detail

    async def _page(
        self, visit: Visit, company: Company, detail: ShipmentDetail, explained: dict[str, Any] | None
    ) -> Response:
        letters = await self._parts.dead_letters.of_shipment(company.id, detail.line.shipment_id)
        view = shipment_view(company, detail, visit.person, letters)
        return self._desk.page(
            visit,
            "shipment.html",
            view=view,
            sent_since=any(each.sent_since for each in detail.differences),
            form_id=self._parts.new_id(),
            explained=explained,
        )

    async def _explained(self, company: Company, detail: ShipmentDetail) -> dict[str, Any]:
        """What would be sent now, or every problem."""
        if detail.snapshot is None:
            raise unknown_shipment(company, detail.line.shipment_id)
        request = sync_now_request(company, detail.line.shipment_id, detail.snapshot, self._parts.new_id)
        try:
            async with asyncio.timeout(EXPLAIN_SECONDS):
                told = await self._parts.dry_run.run(request)
        except XeroError as error:
            raise unavailable(error) from error
        except TimeoutError as error:
            message = f"Xero did not answer within {EXPLAIN_SECONDS:g} seconds."
            raise ApiError(503, HttpCode.TOO_SLOW, message, "Try again in a minute.") from error
        rows = {name: problem_rows("REJECTED", told[name]) for name in ("problems", "warnings")}
        would_send = told["would_send"]
        document = None if would_send is None else document_view(would_send, told.get("taxes", []))
        return {"would_send": would_send, "document": document, "not_compared": told.get("not_compared", []), **rows}
