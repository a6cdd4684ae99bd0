"""Counts every answer by its route's template and its status."""

import time
from typing import Protocol

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware


class ApiRequests(Protocol):
    """Counts and times answered requests."""

    def observe(self, route: str, status: int, seconds: float) -> None:
        """One was answered; `route` is empty where none matched."""
        ...


def observed(requests: ApiRequests) -> Middleware:
    """The middleware for the outermost place, where every answer has its final status."""

    @web.middleware
    async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
        began, status = time.monotonic(), 500
        try:
            answer = await handler(request)
            status = answer.status
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            requests.observe(template_of(request), status, time.monotonic() - began)
        return answer

    return observe


def template_of(request: web.Request) -> str:
    """Such as `/api/v1/companies/{company}/attention`; the path itself would make a series of each shipment."""
    resource = request.match_info.route.resource
    return "" if resource is None else resource.canonical


def templates(app: web.Application) -> list[str]:
    """All of the app's routes."""
    return [each.canonical for each in app.router.resources()]
