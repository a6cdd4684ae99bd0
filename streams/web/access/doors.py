"""The door of the API: calls with a token pass, and what they may see goes with them."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from streams.web.access.bearer import bearer_in
from streams.web.access.people import People, Person, Role
from streams.web.problems import ApiError, HttpCode

HEALTH_PATHS: Final = frozenset({"/livez", "/readyz"})
METRICS_PATH: Final = "/metrics"
_CALLER: Final = "shipledger.caller"


def caller_of(scope: Scope) -> Person:
    """Who called; there is one behind every door."""
    caller: Person = scope[_CALLER]
    return caller


def with_caller(scope: Scope, caller: Person) -> Scope:
    """The scope for what is behind the door."""
    return {**scope, _CALLER: caller}


class CallsUnderWay:
    """So many calls that need to be let in may be under way at once, so that health always finds its place."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._count = 0

    @asynccontextmanager
    async def one_more(self) -> AsyncIterator[None]:
        """A place for the block. Raises ApiError 503 where there is none."""
        if self._count >= self._most:
            raise _busy()
        self._count += 1
        try:
            yield
        finally:
            self._count -= 1


class Access:
    """Lets calls with a token pass; without one not even the existence of a path is revealed."""

    def __init__(self, app: ASGIApp, people: People, open_paths: Collection[str], calls: CallsUnderWay) -> None:
        self._app = app
        self._people = people
        self._open_paths = frozenset(open_paths)
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. Raises ApiError 401, 403 and 503."""
        if scope["path"] in self._open_paths:
            await self._app(scope, receive, send)
            return
        given = bearer_in(scope)
        caller = None if given is None else self._people.by_token(given)
        if caller is None:
            raise _unauthorised()
        if scope["path"] == METRICS_PATH and not (caller.may(Role.OPERATOR) and caller.companies is None):
            raise not_allowed(Role.OPERATOR, "Metrics are of all companies.")
        async with self._calls.one_more():
            await self._app(with_caller(scope, caller), receive, send)


def not_allowed(role: Role, message: str) -> ApiError:
    """The answer to somebody who is known and may not."""
    return ApiError(
        403,
        HttpCode.NOT_ALLOWED,
        message,
        f"It takes the role {role.value}, which operations give in the access file.",
    )


def _unauthorised() -> ApiError:
    return ApiError(
        401,
        HttpCode.UNAUTHORISED,
        "This call needs the API's token.",
        "Send the header `Authorization: Bearer <token>`: your own of the access file, or SHIPLEDGER_HTTP__TOKEN.",
        headers={"WWW-Authenticate": "Bearer"},
    )


def _busy() -> ApiError:
    return ApiError(
        503,
        HttpCode.BUSY,
        "The worker answers as many calls as it can already.",
        "Call again in a second.",
        headers={"Retry-After": "1"},
    )
