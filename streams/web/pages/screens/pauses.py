"""Pause and Resume of a company, asked first: for operators."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from mappers.model import LONGEST_REASON, Company
from streams.web.access import Role
from streams.web.pages.desk import Desk, Visit
from streams.web.pages.parts import PagesParts
from streams.web.pages.views.activity import BY_THE_TOKEN
from streams.web.problems import ApiError, HttpCode


class PauseScreen:
    """From Connections and back."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._parts = parts
        self._desk = desk

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/companies/{company}")

        @router.get("/pause", response_model=None)
        async def ask(request: Request, company: str) -> Response:
            return self._asked(*self._desk.company_visit(request, company, Role.OPERATOR))

        @router.post("/pause", response_model=None)
        async def pause(
            request: Request, company: str, reason: Annotated[str, Form(max_length=LONGEST_REASON)] = ""
        ) -> Response:
            visit, found = self._desk.company_visit(request, company, Role.OPERATOR)
            if not reason.strip():
                return self._asked(visit, found, lacks_reason=True)
            return await self._say(visit, found, reason.strip(), paused=True)

        @router.post("/resume", response_model=None)
        async def resume(
            request: Request, company: str, reason: Annotated[str, Form(max_length=LONGEST_REASON)] = ""
        ) -> Response:
            visit, found = self._desk.company_visit(request, company, Role.OPERATOR)
            return await self._say(visit, found, reason.strip(), paused=False)

        return router

    def _asked(self, visit: Visit, company: Company, *, lacks_reason: bool = False) -> Response:
        """The question. Raises ApiError 503 where it is not known whether the company is paused."""
        if why_not := self._parts.pauses.why_not_ready():
            raise ApiError(503, HttpCode.KAFKA_UNAVAILABLE, f"{why_not.capitalize()}.", "Try again in a minute.")
        said = self._parts.pauses.said_of(company.id)
        return self._desk.page(
            visit,
            "pause.html",
            status=422 if lacks_reason else 200,
            said=said if said is not None and said.paused else None,
            lacks_reason=lacks_reason,
            longest=LONGEST_REASON,
        )

    async def _say(self, visit: Visit, company: Company, reason: str, *, paused: bool) -> Response:
        await self._parts.pauser.say(company, visit.person.name or BY_THE_TOKEN, reason, paused=paused)
        return RedirectResponse("/connections", 303)
