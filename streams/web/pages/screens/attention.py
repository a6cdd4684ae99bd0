"""What needs somebody: a card for each cause."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from mappers.model import AttentionPage, Freshness, ResolvedCause
from streams.web.calls.pages import invalid_cursor
from streams.web.pages.desk import Desk
from streams.web.pages.parts import PagesParts
from streams.web.pages.views.attention import cause_card, resolved_title

CARDS: Final = 20
# A day back, not since midnight: whose midnight it is, only the browser knows.
RESOLVED_WITHIN: Final = timedelta(hours=24)


class AttentionScreen:
    """Reads only."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._parts = parts
        self._desk = desk

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter(prefix="/companies/{company}")

        @router.get("/attention", response_model=None)
        async def attention(
            request: Request, company: str, cursor: Annotated[str | None, Query(max_length=1_000)] = None
        ) -> Response:
            visit, found = self._desk.company_visit(request, company)
            page = await self._desk.read(lambda: self._page(found.id, cursor))
            resolved = await self._desk.read(lambda: self._resolved(found.id))
            counts = await self._desk.read(lambda: self._parts.lists.counts(found.id))
            return self._desk.page(
                visit,
                "attention.html",
                cards=[cause_card(each) for each in page.causes],
                total=page.total,
                next=page.next,
                counts=counts,
                resolved=[(resolved_title(each), each) for each in resolved],
                is_up_to_date=self._parts.following.following().freshness is Freshness.UP_TO_DATE,
            )

        return router

    def _page(self, company_id: str, cursor: str | None) -> AttentionPage:
        try:
            return self._parts.logs.attention(company_id, limit=CARDS, cursor=cursor)
        except ValueError as error:
            raise invalid_cursor(cursor or "") from error

    def _resolved(self, company_id: str) -> tuple[ResolvedCause, ...]:
        return self._parts.lists.resolved(company_id, self._parts.now() - RESOLVED_WITHIN, limit=CARDS)
