"""The list of shipments: search, filters in the address, ticks for Send to Accounting, CSV."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import StreamingResponse

from mappers.model import Company, Freshness, ShipmentFilter, ShipmentLine
from streams.web.calls.lists import SHIPMENT_COLUMNS, csv_head, csv_row, shipment_cells
from streams.web.calls.pages import invalid_cursor
from streams.web.pages.desk import Desk
from streams.web.pages.parts import PagesParts
from streams.web.pages.views.shipments import STATUSES, Filters, read_filters, shipment_row
from streams.web.problems import ApiError, HttpCode

ROWS: Final = 50
# A look may end before the page is full: so often it goes on before the page says that there is more to look through.
LOOKS: Final = 5


class ShipmentsScreen:
    """Reads only."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._lists = parts.lists
        self._following = parts.following
        self._desk = desk

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/companies/{company}")

        @router.get("/shipments", response_model=None)
        async def shipments(
            request: Request, company: str, cursor: Annotated[str | None, Query(max_length=1_000)] = None
        ) -> Response:
            visit, found = self._desk.company_visit(request, company)
            filters = _filters(request)
            counts = await self._desk.read(lambda: self._lists.counts(found.id))
            lines, following = await self._desk.read(lambda: self._page(found.id, filters.wanted, cursor))
            return self._desk.page(
                visit,
                "shipments.html",
                rows=[shipment_row(found, each) for each in lines],
                next=filters.query(cursor=following) if following else "",
                is_first=cursor is None,
                filters=filters,
                statuses=[(each, counts.get(each, 0)) for each in STATUSES],
                total=sum(counts.values()),
                is_up_to_date=self._following.following().freshness is Freshness.UP_TO_DATE,
            )

        @router.get("/shipments.csv", response_model=None)
        async def shipments_csv(request: Request, company: str) -> Response:
            _, found = self._desk.company_visit(request, company)
            parts = self._lists.every_shipment(found.id, _filters(request).wanted)
            headers = {"content-disposition": 'attachment; filename="shipments.csv"'}
            return StreamingResponse(self._csv(found, parts), headers=headers, media_type="text/csv; charset=utf-8")

        return router

    async def _csv(self, company: Company, parts: Iterator[tuple[ShipmentLine, ...]]) -> AsyncIterator[str]:
        yield csv_head(SHIPMENT_COLUMNS)
        while (part := await self._desk.read(lambda: next(parts, None))) is not None:
            yield "".join(csv_row(shipment_cells(company, line)) for line in part)

    def _page(
        self, company_id: str, wanted: ShipmentFilter, cursor: str | None
    ) -> tuple[list[ShipmentLine], str | None]:
        lines: list[ShipmentLine] = []
        for _ in range(LOOKS):
            try:
                page = self._lists.shipments(company_id, wanted, limit=ROWS - len(lines), cursor=cursor)
            except ValueError as error:
                raise invalid_cursor(cursor or "") from error
            lines += page.lines
            cursor = page.next
            if cursor is None or len(lines) >= ROWS:
                break
        return lines, cursor


def _filters(request: Request) -> Filters:
    """Raises ApiError 422 for an address that no page of ours links to."""
    try:
        return read_filters(dict(request.query_params))
    except ValueError as error:
        raise ApiError(
            422,
            HttpCode.PARAMETER_INVALID,
            f"The filter {str(error)!r} of this address cannot be read.",
            "Go back to the list of shipments and set it there.",
        ) from error
