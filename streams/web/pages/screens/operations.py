"""Connections, for everybody, and Dead letters, for operators."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Form, Path, Request, Response
from starlette.responses import RedirectResponse

from mappers.inbound import SentAgain
from streams.web.access import Person, Role
from streams.web.pages.desk import Desk, Visit
from streams.web.pages.letter import Letter
from streams.web.pages.parts import PagesParts
from streams.web.pages.views.activity import BY_THE_TOKEN
from streams.web.pages.views.raw_bytes import shown_bytes
from streams.web.ports import PublishError
from streams.web.problems import ApiError, HttpCode

_log = structlog.get_logger(__name__)

Place = Annotated[int, Path(ge=0, le=2**63 - 1)]


class OperationsScreens:
    """What concerns several companies at once."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._parts = parts
        self._desk = desk

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter()

        @router.get("/connections", response_model=None)
        async def connections(request: Request) -> Response:
            return self._connections(request)

        @router.get("/dead-letters", response_model=None)
        async def dead_letters(request: Request, sent: bool = False) -> Response:
            visit = self._desk.visit(request, Role.OPERATOR)
            try:
                letters = await self._parts.dead_letters.newest()
            except PublishError as error:
                raise _kafka_away(error) from error
            shown = [each for each in letters if _is_theirs(visit.person, each)]
            return self._desk.page(visit, "dead_letters.html", letters=shown, sent=sent)

        @router.get("/dead-letters/{partition}/{offset}", response_model=None)
        async def dead_letter(request: Request, partition: Place, offset: Place) -> Response:
            visit = self._desk.visit(request, Role.OPERATOR)
            try:
                letter = await self._letter(visit, partition, offset)
            except PublishError as error:
                raise _kafka_away(error) from error
            return self._desk.page(visit, "dead_letter.html", it=letter, shown=shown_bytes(letter.content))

        @router.post("/dead-letters", response_model=None)
        async def send_again(
            request: Request, partition: Annotated[int, Form(ge=0)], offset: Annotated[int, Form(ge=0)]
        ) -> Response:
            return await self._send_again(request, partition, offset)

        return router

    def _connections(self, request: Request) -> Response:
        visit = self._desk.visit(request)
        companies = self._desk.companies(visit.person)
        known = self._parts.connections.organisations({each.organisation for each in companies})
        said = {each.id: self._parts.pauses.said_of(each.id) for each in companies}
        rows = [(each, known[each.organisation], said[each.id]) for each in companies]
        return self._desk.page(visit, "connections.html", rows=rows, pauses_unknown=self._parts.pauses.why_not_ready())

    async def _letter(self, visit: Visit, partition: int, offset: int) -> Letter:
        """Raises ApiError 404 where there is none, or none that is theirs; PublishError where Kafka does not answer."""
        letter = await self._parts.dead_letters.one(partition, offset)
        if letter is None or not _is_theirs(visit.person, letter):
            raise ApiError(404, HttpCode.PATH_NOT_FOUND, "There is no such dead letter.", "Look at the list again.")
        return letter

    async def _send_again(self, request: Request, partition: int, offset: int) -> Response:
        visit = self._desk.visit(request, Role.OPERATOR)
        try:
            letter = await self._letter(visit, partition, offset)
            if letter.why_not_again:
                message = f"It cannot be sent again: {letter.why_not_again}."
                raise ApiError(422, HttpCode.PARAMETER_INVALID, message, "Have the shipping system send it anew.")
            again = SentAgain(by=visit.person.name or BY_THE_TOKEN, at=self._parts.now())
            await self._parts.dead_letters.send_again(partition, offset, again)
        except PublishError as error:
            raise _kafka_away(error) from error
        _log.warning("dead_letter_sent_again", partition=partition, offset=offset, requested_by=visit.person.name)
        return RedirectResponse("/dead-letters?sent=true", 303)


def _is_theirs(person: Person, letter: Letter) -> bool:
    """Letters that name no company are for those who see all."""
    return person.sees(letter.company_id)


def _kafka_away(error: PublishError) -> ApiError:
    return ApiError(503, HttpCode.KAFKA_UNAVAILABLE, str(error), "Try again in a minute.")
