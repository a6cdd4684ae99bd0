"""The causes that are resolved."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response

from mappers.model import Company
from streams.web.calls.addressing import company_by
from streams.web.calls.answers import answer, refusals_of_all
from streams.web.calls.lists.models import ResolvedCauses
from streams.web.calls.lists.shown import resolved_shown
from streams.web.calls.lists.wanted import LONGEST, TIME, moment_of
from streams.web.ports import ListReader

MOST: Final = 100
USUAL: Final = 50


class ResolvedCalls:
    """Reads only."""

    def __init__(self, companies: Mapping[str, Company], lists: ListReader) -> None:
        self._companies = companies
        self._lists = lists

    def router(self) -> APIRouter:
        """The call."""
        router = APIRouter(prefix="/api/v1/companies/{company}", tags=["logs"])
        company = Depends(company_by(self._companies))

        @router.get("/resolved-causes", response_model=ResolvedCauses, responses=refusals_of_all(404, 422))
        async def resolved_causes(
            begin: Annotated[
                str,
                Query(alias="from", max_length=LONGEST, description="The oldest moment.", json_schema_extra=TIME),
            ],
            limit: Annotated[int, Query(ge=1, le=MOST, description="Most causes.")] = USUAL,
            company: Company = company,
        ) -> Response:
            """Causes that the last shipment has left since, the latest first; one that came back is not among them."""
            since = moment_of("from", begin)
            found = await asyncio.to_thread(self._lists.resolved, company.id, since, limit=limit)
            return answer({"company_id": company.id, "resolved": [resolved_shown(each) for each in found]})

        return router
