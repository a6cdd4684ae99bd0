"""Who may call what: everything but health (and, as a default, metrics) needs the token."""

import hmac
from collections.abc import Collection
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from streams.api_token import why_not_a_token
from streams.web.problems import ApiError, HttpCode

HEALTH_PATHS: Final = frozenset({"/livez", "/readyz"})
METRICS_PATH: Final = "/metrics"


class Token:
    """The bearer token of the API. Raises ValueError for one that is no secret: everybody would have it soon."""

    def __init__(self, value: str) -> None:
        if why_not := why_not_a_token(value):
            raise ValueError(f"the API's token {why_not}")
        self._value = value.encode()

    def is_in(self, scope: Scope) -> bool:
        """Whether the call carries the token; compared in constant time. Two headers are none."""
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(given) != 1:
            return False
        scheme, _, value = given[0].partition(b" ")
        return scheme.lower() == b"bearer" and hmac.compare_digest(value.strip(), self._value)


class Access:
    """Lets calls with the token pass; without it not even the existence of a path is revealed.

    Of the calls that need it, `most_calls` may be under way at once, so that health always finds its place.
    """

    def __init__(self, app: ASGIApp, token: Token, open_paths: Collection[str], *, most_calls: int) -> None:
        self._app = app
        self._token = token
        self._open_paths = frozenset(open_paths)
        self._most_calls = most_calls
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. Raises ApiError 401 and 503."""
        if scope["path"] in self._open_paths:
            await self._app(scope, receive, send)
            return
        if not self._token.is_in(scope):
            raise _unauthorised()
        if self._under_way >= self._most_calls:
            raise _busy()
        self._under_way += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way -= 1


def _unauthorised() -> ApiError:
    return ApiError(
        401,
        HttpCode.UNAUTHORISED,
        "This call needs the API's token.",
        "Send the header `Authorization: Bearer <SHIPLEDGER_HTTP__TOKEN>`.",
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
