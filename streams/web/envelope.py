"""Around every call: the headers that every answer has, errors in their one shape, the log of those of ours, counts."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Final, Protocol

import structlog
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.web.headers import RawHeaders, with_safe_headers
from streams.web.problems import PROBLEM_JSON, ApiError, HttpCode

_log = structlog.get_logger(__name__)

# Where in the scope stands which route was found: Starlette writes it into a copy of the scope.
FOUND: Final = "shipledger.found"
_SERVER_ERROR: Final = 500


class ApiRequests(Protocol):
    """Counts and times answered calls."""

    def expect(self, routes: Iterable[str]) -> None:
        """These templates of paths are all there are, with those of earlier calls; they are shown from now on."""
        ...

    def observe(self, route: str, status: int, seconds: float) -> None:
        """`route` is the template of the path, empty where there is none."""
        ...


class NoRequests:
    """Counts nothing."""

    def expect(self, routes: Iterable[str]) -> None:
        """As the port says."""
        del routes

    def observe(self, route: str, status: int, seconds: float) -> None:
        """As the port says."""
        del route, status, seconds


class Envelope:
    """The outermost ASGI application. Nothing gets past it: what a bug says goes to the log, not to the caller."""

    def __init__(
        self,
        app: ASGIApp,
        requests: ApiRequests,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._requests = requests
        self._now = now
        self._monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return
        began = self._monotonic()
        answer = _Answer(scope, send, self._now)
        found = {"route": ""}
        try:
            await self._app({**scope, FOUND: found}, receive, answer.send)
        except ApiError as error:
            await answer.problem(error)
        except ClientDisconnect:
            return
        except asyncio.CancelledError:
            # Only the server cancels, at its end, and the task ends here.
            await answer.problem(_stopping())
        except Exception:  # noqa: BLE001  # The catch-all is its purpose; it logs the trace.
            _log.exception("http_failed", method=scope["method"], path=scope["path"])
            await answer.problem(internal_error())
        self._requests.observe(found["route"], answer.status or _SERVER_ERROR, self._monotonic() - began)


class _Answer:
    def __init__(self, scope: Scope, send: Send, now: Callable[[], float]) -> None:
        self._is_head = scope["method"] == "HEAD"
        self._send = send
        self._now = now
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": with_safe_headers(list(message["headers"]), self._now())}
        elif self._is_head:
            message = {**message, "body": b""}
        await self._send(message)

    async def problem(self, error: ApiError) -> None:
        """Answer with the problem, unless another answer has begun."""
        if self.status:
            return
        body = error.body()
        headers: RawHeaders = [
            (b"content-type", PROBLEM_JSON.encode()),
            (b"content-length", str(len(body)).encode()),
            *((name.lower().encode(), value.encode()) for name, value in error.headers.items()),
        ]
        await self.send({"type": "http.response.start", "status": error.status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


def internal_error() -> ApiError:
    """A fault of ours, without a word of the inside."""
    return ApiError(
        500,
        HttpCode.INTERNAL_ERROR,
        "The worker failed to answer; its log has the reason.",
        "Operations: look for http_failed in the log.",
    )


def _stopping() -> ApiError:
    return ApiError(
        503,
        HttpCode.STOPPING,
        "The worker is being stopped and did not finish this call.",
        "Ask another worker, or call again in a minute.",
    )
