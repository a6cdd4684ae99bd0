"""The list of shipments as a file for a spreadsheet, sent while it is read."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from fastapi import APIRouter, Depends, Response
from starlette.responses import StreamingResponse

from mappers.model import Company, ShipmentFilter
from streams.web.calls.addressing import company_by
from streams.web.calls.answers import refusals_of_all
from streams.web.calls.lists.spreadsheet import SHIPMENT_COLUMNS, csv_head, csv_row, shipment_cells
from streams.web.calls.lists.wanted import wanted_of
from streams.web.ports import ListReader


class CsvCalls:
    """Reads only."""

    def __init__(self, companies: Mapping[str, Company], lists: ListReader) -> None:
        self._companies = companies
        self._lists = lists

    def router(self) -> APIRouter:
        """The call."""
        router = APIRouter(prefix="/api/v1/companies/{company}", tags=["shipments"])
        company, wanted = Depends(company_by(self._companies)), Depends(wanted_of)

        @router.get(
            "/shipments.csv",
            response_class=StreamingResponse,
            responses={
                200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "One line a shipment."},
                **refusals_of_all(404, 422),
            },
        )
        async def shipments_csv(wanted: ShipmentFilter = wanted, company: Company = company) -> Response:
            """The whole list, newest first, as a file in UTF-8 whose cells no spreadsheet takes for formulas."""
            return StreamingResponse(
                self._parts(company, wanted),
                media_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": 'attachment; filename="shipments.csv"'},
            )

        return router

    async def _parts(self, company: Company, wanted: ShipmentFilter) -> AsyncIterator[str]:
        """Each part is read when the one before is taken."""
        yield csv_head(SHIPMENT_COLUMNS)
        parts = self._lists.every_shipment(company.id, wanted)
        while (lines := await asyncio.to_thread(next, parts, None)) is not None:
            yield "".join(csv_row(shipment_cells(company, line)) for line in lines)
