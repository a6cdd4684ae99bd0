"""The application of the pages: their routes, what is refused, and what every page may load."""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.web.access import is_from_elsewhere
from streams.web.pages.desk import Desk, Visit
from streams.web.pages.door import Doors, NotSignedInError
from streams.web.pages.forms import Forms
from streams.web.pages.parts import PagesParts
from streams.web.pages.rendering import Assets, Rendering
from streams.web.pages.screens import routers
from streams.web.paths import Segments
from streams.web.problems import ApiError, HttpCode

# Nothing inline, nothing from elsewhere. The referrer stays with us: without one a browser would call the origin of our
# own forms "null" (Fetch, "append a request Origin header").
_HEADERS: Final = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
            b"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    (b"referrer-policy", b"same-origin"),
)
_STATIC: Final = "/static/"


class Pages:
    """ASGI. `paths` are the templates of its routes."""

    def __init__(self, app: ASGIApp, paths: Sequence[str], forms: Forms) -> None:
        self._app = app
        self.paths = paths
        self._forms = forms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises ApiError 503 where as many calls are under way as may be, 408 and 413 for a form."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *_HEADERS]}
            await send(message)

        async with AsyncExitStack() as stack:
            if not scope["path"].startswith(_STATIC):
                receive = await self._forms.let_in(stack, scope, receive)
            await self._app(scope, receive, send_with_headers)


def build_pages(parts: PagesParts) -> Pages:
    """All pages."""
    assets = Assets()
    desk = Desk(parts, Rendering(assets))
    made = routers(parts, desk, assets)
    paths = [route.path for router in made for route in router.routes if isinstance(route, Route)]
    return Pages(Segments(_SameSite(_application(made, parts.doors, desk))), paths, Forms(parts.doors))


class _SameSite:
    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_from_elsewhere(scope):
            raise ApiError(
                403,
                HttpCode.NOT_ALLOWED,
                "This form was not sent from a page of Shipledger.",
                "Open the page here and press the button there.",
            )
        await self._app(scope, receive, send)


def _application(made: list[APIRouter], doors: Doors, desk: Desk) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    for each in made:
        app.include_router(each)
    refusals = _Refusals(doors, desk)
    app.add_exception_handler(NotSignedInError, refusals.not_signed_in)
    app.add_exception_handler(ApiError, refusals.refused)
    app.add_exception_handler(HTTPException, refusals.unrouted)
    app.add_exception_handler(RequestValidationError, refusals.invalid)
    return app


class _Refusals:
    """What is answered instead of a page."""

    def __init__(self, doors: Doors, desk: Desk) -> None:
        self._doors = doors
        self._desk = desk

    async def not_signed_in(self, request: Request, _error: Exception) -> Response:
        """To the sign-in page, and from there to where they wanted to go."""
        path = request.scope["path"] + (f"?{request.url.query}" if request.url.query else "")
        wanted = f"?next={quote(path, safe='')}" if request.method == "GET" and path != "/" else ""
        return RedirectResponse(f"/sign-in{wanted}", 303)

    async def refused(self, request: Request, error: Exception) -> Response:
        """A page that says what is wrong and what to do."""
        if not isinstance(error, ApiError):
            raise error
        return self._shown(request, error)

    async def unrouted(self, request: Request, error: Exception) -> Response:
        """No such page; nobody who is not signed in hears which pages there are."""
        if not isinstance(error, HTTPException):
            raise error
        if self._doors.person(request) is None:
            return await self.not_signed_in(request, error)
        return self._shown(
            request,
            ApiError(error.status_code, HttpCode.PATH_NOT_FOUND, "There is no such page.", "Check the address."),
        )

    async def invalid(self, request: Request, error: Exception) -> Response:
        """An address that no page of ours links to."""
        if not isinstance(error, RequestValidationError):
            raise error
        first: Any = error.errors()[0]
        message = f"The address has {first['loc'][-1]}={str(first.get('input'))[:100]!r}, which cannot be read."
        return self._shown(
            request,
            ApiError(
                422, HttpCode.PARAMETER_INVALID, message, "Go back to the page that led here, and try again there."
            ),
        )

    def _shown(self, request: Request, error: ApiError) -> Response:
        person = self._doors.person(request)
        if person is None:
            page = self._desk.bare_page("refused.html", status=error.status, error=error)
        else:
            visit = Visit(request, person, self._desk.company_in_path(request, person))
            page = self._desk.page(visit, "refused.html", status=error.status, error=error)
        page.headers.update(error.headers)
        return page
