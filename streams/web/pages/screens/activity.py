"""Activity: what people did, newest first, of all companies that are somebody's or of one."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import StreamingResponse

from mappers.model import Act, ActFilter, Freshness
from streams.web.access import Person, Role
from streams.web.calls.lists import csv_head, csv_row
from streams.web.calls.pages import invalid_cursor
from streams.web.pages.desk import Desk, Visit
from streams.web.pages.parts import PagesParts
from streams.web.pages.views.activity import (
    CSV_COLUMNS,
    KINDS,
    ActivityFilters,
    act_line,
    csv_cells_of_acts,
    read_activity_filters,
)
from streams.web.problems import ApiError, HttpCode

ROWS: Final = 50
AT_ONCE: Final = 500
"""Acts that are read at once where all are read."""

Cursor = Annotated[str | None, Query(max_length=1_000)]


class ActivityScreen:
    """Reads only."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._parts = parts
        self._desk = desk

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter()

        @router.get("/activity", response_model=None)
        async def activity(request: Request, cursor: Cursor = None) -> Response:
            return await self._page(request, _filters(request), cursor)

        @router.get("/companies/{company}/activity", response_model=None)
        async def of_company(request: Request, company: str, cursor: Cursor = None) -> Response:
            _, found = self._desk.company_visit(request, company)
            return await self._page(request, _filters(request, found.id), cursor)

        @router.get("/activity.csv", response_model=None)
        async def as_csv(request: Request) -> Response:
            filters = _filters(request)
            companies = self._companies(self._visit(request, filters).person, filters)
            headers = {"content-disposition": 'attachment; filename="activity.csv"'}
            text = self._csv(companies, filters.wanted)
            return StreamingResponse(text, headers=headers, media_type="text/csv; charset=utf-8")

        return router

    async def _page(self, request: Request, filters: ActivityFilters, cursor: str | None) -> Response:
        visit = self._visit(request, filters)
        companies = self._companies(visit.person, filters)
        acts, following = await self._desk.read(lambda: self._acts(companies, filters.wanted, ROWS, cursor))
        return self._desk.page(
            visit,
            "activity.html",
            acts=[act_line(each) for each in acts],
            filters=filters,
            kinds=KINDS,
            known=set(self._parts.companies),
            next=filters.query(cursor=following) if following else "",
            is_first=cursor is None,
            is_operator=visit.person.may(Role.OPERATOR),
            is_up_to_date=self._parts.following.following().freshness is Freshness.UP_TO_DATE,
        )

    def _visit(self, request: Request, filters: ActivityFilters) -> Visit:
        """Raises ApiError 404 for a company that is not theirs."""
        if filters.company:
            return self._desk.named_company_visit(request, filters.company)[0]
        return self._desk.visit(request)

    def _companies(self, person: Person, filters: ActivityFilters) -> list[str] | None:
        """Operators who see all see also what is of no company, or of one that the profile does not have."""
        if filters.company:
            return [filters.company]
        if person.may(Role.OPERATOR) and person.companies is None:
            return None
        return [each.id for each in self._desk.companies(person)]

    def _acts(
        self, companies: Sequence[str] | None, wanted: ActFilter, limit: int, cursor: str | None
    ) -> tuple[tuple[Act, ...], str | None]:
        """Raises ApiError 422 for a cursor that was not given here."""
        try:
            page = self._parts.lists.acts(companies, wanted, limit=limit, cursor=cursor)
        except ValueError as error:
            raise invalid_cursor(cursor or "") from error
        return page.acts, page.next

    async def _csv(self, companies: Sequence[str] | None, wanted: ActFilter) -> AsyncIterator[str]:
        yield csv_head(CSV_COLUMNS)
        cursor = None
        while True:
            at = cursor
            acts, cursor = await self._desk.read(lambda: self._acts(companies, wanted, AT_ONCE, at))  # noqa: B023  # Awaited at once.
            yield "".join(map(csv_row, csv_cells_of_acts(acts)))
            if cursor is None:
                return


def _filters(request: Request, company: str = "") -> ActivityFilters:
    """Raises ApiError 422 for an address that no page of ours links to. `company` is that of the path."""
    try:
        return read_activity_filters({**request.query_params, **({"company": company} if company else {})})
    except ValueError as error:
        raise ApiError(
            422,
            HttpCode.PARAMETER_INVALID,
            f"The filter {str(error)!r} of this address cannot be read.",
            "Go back to Activity and set it there.",
        ) from error
