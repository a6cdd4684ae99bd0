"""One shipment: the guide's Integration tab."""

from fastapi import APIRouter, Request, Response

from streams.web.calls.addressing import unknown_shipment
from streams.web.pages.desk import Desk
from streams.web.pages.parts import PagesParts
from streams.web.pages.views.shipment import shipment_view
from streams.web.paths import decoded


class ShipmentScreen:
    """Status, Sync Now or why not, and the log."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._parts = parts
        self._desk = desk

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/companies/{company}/shipments/{shipment}")

        @router.get("", response_model=None)
        async def shipment(request: Request, company: str, shipment: str) -> Response:
            return await self._shipment(request, company, decoded(shipment))

        return router

    async def _shipment(self, request: Request, company_id: str, shipment_id: str) -> Response:
        visit, company = self._desk.company_visit(request, company_id)
        log = await self._desk.read(lambda: self._parts.logs.log(company.id, shipment_id))
        if log is None:
            raise unknown_shipment(company, shipment_id)
        snapshot = await self._desk.read(lambda: self._parts.snapshots.snapshot(company.id, shipment_id))
        view = shipment_view(company, shipment_id, log, snapshot, visit.person)
        return self._desk.page(visit, "shipment.html", view=view, form_id=self._parts.new_form_id())
