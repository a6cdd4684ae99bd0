"""What needs a person, grouped by cause."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Response

from mappers.model import Affected, Cause, Company
from streams.web.calls.addressing import company_by
from streams.web.calls.answers import answer, refusals_of_all
from streams.web.calls.models import Attention
from streams.web.calls.pages import CursorParameter, invalid_cursor
from streams.web.ports import LogReader
from streams.web.problems import ApiError, HttpCode

MOST: Final = 100
USUAL: Final = 50

_Text = Annotated[str | None, Query(max_length=1_000)]


class AttentionCalls:
    """Reads only."""

    def __init__(self, companies: Mapping[str, Company], logs: LogReader) -> None:
        self._companies = companies
        self._logs = logs

    def router(self) -> APIRouter:
        """The call."""
        router = APIRouter(prefix="/api/v1/companies/{company}", tags=["logs"])
        company, cause = Depends(company_by(self._companies)), Depends(_cause)

        @router.get("/attention", response_model=Attention, responses=refusals_of_all(404, 422))
        async def attention(
            limit: Annotated[int, Query(ge=1, le=MOST, description="Most causes, or shipments.")] = USUAL,
            cursor: CursorParameter = None,
            cause: Cause | None = cause,
            company: Company = company,
        ) -> Response:
            """Causes by how many shipments stand still for them, each with its first shipments; with `status` and
            `code` the shipments of that one cause.
            """
            return await self._attention(company, cause, limit, cursor)

        return router

    async def _attention(self, company: Company, cause: Cause | None, limit: int, cursor: str | None) -> Response:
        read = self._of_all if cause is None else partial(self._of_one, cause)
        try:
            # Reading the index may take a moment: it runs in a thread.
            body = await asyncio.to_thread(read, company.id, limit, cursor)
        except ValueError as error:
            raise invalid_cursor(cursor or "") from error
        return answer({"company_id": company.id, **body})

    def _of_all(self, company_id: str, limit: int, cursor: str | None) -> dict[str, Any]:
        page = self._logs.attention(company_id, limit=limit, cursor=cursor)
        shown = [_shown(each.cause, each.count, each.shipments) for each in page.causes]
        return {"causes": shown, "total_causes": page.total, "next_cursor": page.next}

    def _of_one(self, cause: Cause, company_id: str, limit: int, cursor: str | None) -> dict[str, Any]:
        page = self._logs.affected(company_id, cause, limit=limit, cursor=cursor)
        shown = [_shown(cause, page.count, page.shipments)] if page.shipments else []
        return {"causes": shown, "total_causes": page.total, "next_cursor": page.next}


def _cause(status: _Text = None, code: _Text = None, field: _Text = None, value: _Text = None) -> Cause | None:
    """The cause that a call names. Raises ApiError 422 where it names half of one."""
    if status is not None and code is not None:
        return Cause(status, code, field or "", value or "")
    if (status, code, field, value) == (None, None, None, None):
        return None
    raise ApiError(
        422,
        HttpCode.PARAMETER_INVALID,
        "A cause is named by `status` and `code`, and `field` and `value` where it has them.",
        "Take all four from the list of causes, or leave them all out.",
    )


def _shown(cause: Cause, count: int, shipments: Sequence[Affected]) -> dict[str, Any]:
    first = shipments[0]
    return {
        "status": cause.status,
        "code": cause.code,
        "field": cause.field or None,
        "value": cause.value or None,
        "message": first.message,
        "hint": first.hint,
        "count": count,
        "shipments": [_affected(each) for each in shipments],
    }


def _affected(shipment: Affected) -> dict[str, Any]:
    return {
        "shipment_id": shipment.shipment_id,
        "since": shipment.since,
        "value": shipment.value,
        "message": shipment.message,
        "resume_at": shipment.resume_at,
    }
