"""Send to Accounting: asked first, then a line for each shipment that becomes final by itself."""

from collections.abc import Sequence
from typing import Annotated, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from starlette.responses import RedirectResponse

from mappers.model import Company, ShipmentLog
from streams.web.access import Person, Role
from streams.web.pages.desk import Desk, Visit
from streams.web.pages.parts import PagesParts
from streams.web.pages.rendering import company_path
from streams.web.pages.views.sending import MOST, Candidate, SentLine, candidate, refused_line, sent_line
from streams.web.problems import ApiError, HttpCode
from streams.web.sending import Asked

_Id = Annotated[str, Query(max_length=255)]
Ids = Annotated[list[_Id], Query()]
FormIds = Annotated[list[Annotated[str, Form(max_length=255)]], Form()]
LISTED: Final = 100


class SendScreen:
    """A form has an id: whoever presses its button twice asks once."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._parts = parts
        self._desk = desk

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter(prefix="/companies/{company}")

        @router.get("/send", response_model=None)
        async def confirm(request: Request, company: str, shipment: Ids = []) -> Response:  # noqa: B006  # FastAPI copies it.
            visit, found = self._desk.company_visit(request, company, Role.SENDER)
            return await self._confirm(visit, found, list(dict.fromkeys(shipment)))

        @router.post("/send", response_model=None)
        async def send(
            request: Request,
            company: str,
            form: Annotated[UUID, Form()],
            shipment: FormIds = [],  # noqa: B006
            again: FormIds = [],  # noqa: B006
        ) -> Response:
            visit, found = self._desk.company_visit(request, company, Role.SENDER)
            return await self._send(visit.person, found, form, shipment, again)

        @router.get("/sent", response_model=None)
        async def sent(
            request: Request,
            company: str,
            shipment: Ids = [],  # noqa: B006
            asked: Annotated[list[UUID], Query()] = [],  # noqa: B006
            refused: Ids = [],  # noqa: B006
            why: Ids = [],  # noqa: B006
        ) -> Response:
            visit, found = self._desk.company_visit(request, company)
            lines = await self._lines(found, list(zip(shipment, asked, strict=False))[:LISTED])
            lines += [refused_line(each, code) for each, code in list(zip(refused, why, strict=False))[:LISTED]]
            return self._desk.page(visit, "sent.html", lines=lines, is_final=all(each.is_final for each in lines))

        return router

    async def _confirm(self, visit: Visit, company: Company, ids: list[str]) -> Response:
        if len(ids) > MOST:
            raise ApiError(
                422,
                HttpCode.TOO_MANY_SHIPMENTS,
                f"{len(ids)} shipments were chosen; at most {MOST} can be sent at once.",
                f"Go back and send them in groups of {MOST}.",
            )
        found = await self._candidates(company, ids, visit.person)
        return self._desk.page(visit, "send.html", candidates=found, form_id=self._parts.new_id())

    async def _candidates(self, company: Company, ids: Sequence[str], person: Person) -> list[Candidate]:
        details = await self._desk.read(lambda: [(each, self._parts.lists.detail(company.id, each)) for each in ids])
        return [candidate(company, each, detail, person) for each, detail in details]

    async def _send(
        self, person: Person, company: Company, form: UUID, shipment: Sequence[str], again: Sequence[str]
    ) -> Response:
        ids = list(dict.fromkeys((*shipment, *again)))
        here = company_path(company.id)
        agreed = await self._candidates(company, ids[: MOST + 1], person)
        if not ids or len(ids) > MOST or any(each.asks_first and each.id not in again for each in agreed):
            # Asked first, also where a shipment has got into Xero since the page was made.
            return RedirectResponse(f"{here}/send?{urlencode([('shipment', each) for each in ids])}", 303)
        accepted, refused = await self._parts.sender.send(company, Asked(tuple(ids), person.name), lambda: str(form))
        told = [
            *(pair for each in accepted for pair in (("shipment", each.shipment), ("asked", each.request_id))),
            *(pair for each in refused for pair in (("refused", each.shipment), ("why", each.code))),
        ]
        return RedirectResponse(f"{here}/sent?{urlencode(told)}", 303)

    async def _lines(self, company: Company, asked: Sequence[tuple[str, UUID]]) -> list[SentLine]:
        def read() -> list[SentLine]:
            logs = [self._parts.logs.log(company.id, each) or ShipmentLog() for each, _ in asked]
            return [sent_line(each, str(by), log.entries) for (each, by), log in zip(asked, logs, strict=True)]

        return await self._desk.read(read)
