"""The list of a company's shipments, and the page of one."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response

from mappers.model import Company, ShipmentFilter
from streams.web.calls.addressing import ShipmentId, company_by, unknown_shipment
from streams.web.calls.answers import answer, refusals_of_all
from streams.web.calls.lists.models import ShipmentList, ShipmentPageModel
from streams.web.calls.lists.shown import detail_shown, freshness_shown, line_shown
from streams.web.calls.lists.wanted import wanted_of
from streams.web.calls.pages import CursorParameter, invalid_cursor
from streams.web.paths import decoded
from streams.web.ports import FollowingReader, ListReader

MOST: Final = 200
USUAL: Final = 50


class ShipmentCalls:
    """Reads only."""

    def __init__(self, companies: Mapping[str, Company], lists: ListReader, following: FollowingReader) -> None:
        self._companies = companies
        self._lists = lists
        self._following = following

    def router(self) -> APIRouter:
        """The calls."""
        router = APIRouter(prefix="/api/v1/companies/{company}", tags=["shipments"])
        company, wanted = Depends(company_by(self._companies)), Depends(wanted_of)

        @router.get("/shipments", response_model=ShipmentList, responses=refusals_of_all(404, 422))
        async def shipments(
            wanted: ShipmentFilter = wanted,
            limit: Annotated[int, Query(ge=1, le=MOST, description="Most shipments.")] = USUAL,
            cursor: CursorParameter = None,
            company: Company = company,
        ) -> Response:
            """The shipments of which an event was seen, newest first; searched by the beginning of any of their ids."""
            return await self._page(company, wanted, limit, cursor)

        @router.get("/shipments/{shipment}", response_model=ShipmentPageModel, responses=refusals_of_all(404))
        async def shipment(shipment: ShipmentId, company: Company = company) -> Response:
            """One shipment with its log, its problems, and who removes them. 404 where no event of it was seen."""
            return await self._shipment(company, decoded(shipment))

        return router

    async def _page(self, company: Company, wanted: ShipmentFilter, limit: int, cursor: str | None) -> Response:
        try:
            page = await asyncio.to_thread(self._lists.shipments, company.id, wanted, limit=limit, cursor=cursor)
        except ValueError as error:
            raise invalid_cursor(cursor or "") from error
        return answer(
            {
                "company_id": company.id,
                "shipments": [line_shown(company, line) for line in page.lines],
                "counts": dict(await asyncio.to_thread(self._lists.counts, company.id)),
                "freshness": freshness_shown(self._following.following()),
                "next_cursor": page.next,
            }
        )

    async def _shipment(self, company: Company, shipment_id: str) -> Response:
        detail = await asyncio.to_thread(self._lists.detail, company.id, shipment_id)
        if detail is None:
            raise unknown_shipment(company, shipment_id)
        return answer(detail_shown(company, detail))
