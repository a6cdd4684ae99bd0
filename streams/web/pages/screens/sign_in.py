"""Sign-in: a token once, then a cookie for eight hours."""

from typing import Annotated, Final
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Form, Request, Response
from starlette.responses import RedirectResponse

from streams.web.access import SESSION_SECONDS, cookie_name, is_https
from streams.web.pages.desk import Desk
from streams.web.pages.parts import PagesParts
from streams.web.problems import ApiError, HttpCode

_log = structlog.get_logger(__name__)

LONGEST_TOKEN: Final = 1_000


class SignInScreen:
    """The way in, and out."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._doors = parts.doors
        self._desk = desk

    def router(self) -> APIRouter:
        """The routes."""
        router = APIRouter()

        @router.get("/", response_model=None)
        async def start(request: Request) -> Response:
            companies = self._desk.companies(self._desk.visit(request).person)
            if not companies:
                return self._desk.page(self._desk.visit(request), "no_companies.html")
            return RedirectResponse(f"/companies/{quote(companies[0].id, safe='')}/attention", 303)

        @router.get("/sign-in", response_model=None)
        async def sign_in_form(request: Request, next: str = "/") -> Response:  # noqa: A002  # As it stands in the address.
            if self._doors.person(request) is not None:
                return RedirectResponse(_within(next), 303)
            return self._desk.bare_page("sign_in.html", next=_within(next), wrong=False)

        @router.post("/sign-in", response_model=None)
        async def sign_in(
            request: Request,
            token: Annotated[str, Form(max_length=LONGEST_TOKEN)],
            next: Annotated[str, Form()] = "/",  # noqa: A002  # As the form has it.
        ) -> Response:
            return self._sign_in(request, token, _within(next))

        @router.post("/sign-out", response_model=None)
        async def sign_out(request: Request) -> Response:
            answer = RedirectResponse("/sign-in", 303)
            https = is_https(request.scope)
            answer.delete_cookie(cookie_name(https=https), secure=https, httponly=True, samesite="lax")
            return answer

        return router

    def _sign_in(self, request: Request, token: str, wanted: str) -> Response:
        address = request.client.host if request.client else ""
        if wait := self._doors.attempts.seconds_until_next(address):
            raise _too_often(wait)
        person = self._doors.people.by_token(token.strip().encode())
        if person is None:
            self._doors.attempts.failed(address)
            _log.warning("sign_in_refused", address=address)
            return self._desk.bare_page("sign_in.html", status=403, next=wanted, wrong=True)
        _log.info("signed_in", person=person.name, role=person.role.value)
        answer = RedirectResponse(wanted, 303)
        https = is_https(request.scope)
        answer.set_cookie(
            cookie_name(https=https),
            self._doors.sessions.begin(person),
            max_age=SESSION_SECONDS,
            secure=https,
            httponly=True,
            samesite="lax",
        )
        return answer


def _too_often(wait: int) -> ApiError:
    """Also for whoever has the right token now: else each guess would be told."""
    return ApiError(
        429,
        HttpCode.TOO_MANY_ATTEMPTS,
        "Too many sign-ins failed from where you are, or altogether.",
        f"Wait {wait} seconds and try again. If it was not you, tell operations.",
        headers={"Retry-After": str(wait)},
    )


def _within(wanted: str) -> str:
    """Where to go after it: a path of ours, whatever the address says."""
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if ours else "/"
