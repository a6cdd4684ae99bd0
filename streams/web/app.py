"""The application of all calls, and the one of health alone."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from mappers.inbound import DEFAULT_LIMIT
from mappers.model import Company
from streams.ops import Liveness, Readiness
from streams.web.access import (
    HEALTH_PATHS,
    METRICS_PATH,
    Access,
    CallsUnderWay,
    People,
    Person,
    Sessions,
    SignInAttempts,
    Token,
    TrustedProxy,
)
from streams.web.calls.attention import AttentionCalls
from streams.web.calls.explain import ExplainCalls
from streams.web.calls.feed import FeedCalls
from streams.web.calls.health import HealthCalls, MetricsCall
from streams.web.calls.lists import CsvCalls, FreshnessCalls, ResolvedCalls, ShipmentCalls
from streams.web.calls.logs import LogCalls
from streams.web.calls.pauses import PauseCalls
from streams.web.calls.send import SendCalls
from streams.web.envelope import ApiRequests, Envelope, NoRequests, internal_error
from streams.web.http.limits import HttpLimits
from streams.web.pages import (
    ConnectionReader,
    DeadLetters,
    Doors,
    NoDeadLetters,
    NothingKnown,
    Pages,
    PagesParts,
    build_pages,
)
from streams.web.paths import Segments
from streams.web.pausing import Pauser
from streams.web.ports import (
    DryRunner,
    FollowingReader,
    ListReader,
    LogReader,
    NoFeed,
    PausePublisher,
    PauseReader,
    RequestPublisher,
    SnapshotReader,
    StatusChangePublisher,
)
from streams.web.problems import PROBLEM_JSON, ApiError, HttpCode
from streams.web.sending import Sender
from streams.web.webhook import WEBHOOK_PATH, WebhookParts, XeroWebhook

API_VERSION: Final = "1.0.0"


@dataclass(frozen=True, slots=True)
class HealthParts:
    """What health and metrics are answered from. `registry` is None where metrics are served at another port."""

    token: str
    liveness: Liveness
    readiness: Readiness
    registry: CollectorRegistry | None
    metrics_need_token: bool = False
    requests: ApiRequests = field(default_factory=NoRequests)


@dataclass(frozen=True, slots=True)
class WebParts:
    """What the API answers from. `companies` are by id."""

    health: HealthParts
    companies: Mapping[str, Company]
    logs: LogReader
    snapshots: SnapshotReader
    lists: ListReader
    following: FollowingReader
    publisher: RequestPublisher
    dry_run: DryRunner
    new_event_id: Callable[[], str]
    pauses: PauseReader
    pause_publisher: PausePublisher
    clock: Callable[[], datetime]
    people: Callable[[], Mapping[str, Person]] = dict
    """Those of the access file, by the hash of their token."""
    proxy: TrustedProxy | None = None
    feed: StatusChangePublisher = field(default_factory=NoFeed)
    max_event_bytes: int = DEFAULT_LIMIT
    """How long a status change may be for the gate."""
    connections: ConnectionReader = field(default_factory=NothingKnown)
    dead_letters: DeadLetters = field(default_factory=NoDeadLetters)
    monotonic: Callable[[], float] = time.monotonic
    webhook: WebhookParts | None = None
    """None: nobody has a key, and the path is like any other that is not there."""


def build_app(parts: WebParts, *, most_calls: int = HttpLimits().calls) -> ASGIApp:
    """Everything. Raises ValueError for a short token."""
    token = Token(parts.health.token)
    people = People(token, parts.people)
    calls = CallsUnderWay(most_calls)
    sessions = Sessions(token, people, lambda: parts.clock().timestamp())
    doors = Doors(people, sessions, parts.proxy, calls, SignInAttempts(parts.monotonic))
    pages = build_pages(
        PagesParts(
            companies=parts.companies,
            logs=parts.logs,
            snapshots=parts.snapshots,
            lists=parts.lists,
            following=parts.following,
            doors=doors,
            sender=Sender(parts.snapshots, parts.publisher),
            dry_run=parts.dry_run,
            new_id=parts.new_event_id,
            now=parts.clock,
            pauses=parts.pauses,
            pauser=Pauser(parts.pause_publisher, parts.clock),
            connections=parts.connections,
            dead_letters=parts.dead_letters,
        )
    )
    parts.health.requests.expect(pages.paths)
    webhook = None if parts.webhook is None else XeroWebhook(parts.webhook)
    return _enveloped(parts.health, _routers(parts), people, calls, pages, webhook)


def build_health_app(parts: HealthParts) -> ASGIApp:
    """Health and metrics alone. Raises ValueError for a short token."""
    return _enveloped(parts, _health(parts), People(Token(parts.token), dict), CallsUnderWay(1))


def api(parts: WebParts) -> FastAPI:
    """The calls, without what is around them; its document is made from it."""
    return _fastapi(_routers(parts))


def _routers(parts: WebParts) -> list[APIRouter]:
    calls = (
        LogCalls(parts.companies, parts.logs),
        AttentionCalls(parts.companies, parts.logs),
        SendCalls(parts.companies, parts.snapshots, parts.publisher, parts.new_event_id),
        ShipmentCalls(parts.companies, parts.lists, parts.following),
        CsvCalls(parts.companies, parts.lists),
        ResolvedCalls(parts.companies, parts.lists),
        FreshnessCalls(parts.following),
        ExplainCalls(parts.companies, parts.snapshots, parts.dry_run, parts.new_event_id),
        PauseCalls(parts.companies, parts.pauses, Pauser(parts.pause_publisher, parts.clock)),
        FeedCalls(parts.companies, parts.feed, parts.clock, parts.max_event_bytes),
    )
    return [*_health(parts.health), *(each.router() for each in calls)]


def _health(parts: HealthParts) -> list[APIRouter]:
    routers = [HealthCalls(parts.liveness, parts.readiness, Token(parts.token)).router()]
    if parts.registry is not None:
        routers.append(MetricsCall(parts.registry).router())
    return routers


def _fastapi(routers: list[APIRouter]) -> FastAPI:
    app = FastAPI(
        title="Shipledger",
        version=API_VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    for each in routers:
        app.include_router(each)
    app.add_exception_handler(ApiError, _answer_refusal)
    app.add_exception_handler(HTTPException, _answer_unrouted)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(Exception, _answer_fault)
    return app


def _enveloped(
    parts: HealthParts,
    routers: list[APIRouter],
    people: People,
    calls: CallsUnderWay,
    pages: Pages | None = None,
    webhook: XeroWebhook | None = None,
) -> ASGIApp:
    routes = [route for router in routers for route in router.routes]
    parts.requests.expect(route.path for route in routes if isinstance(route, Route))
    open_paths = HEALTH_PATHS if parts.metrics_need_token else HEALTH_PATHS | {METRICS_PATH}
    api = Access(Segments(_fastapi(routers)), people, open_paths, calls)
    if webhook is not None:
        parts.requests.expect([WEBHOOK_PATH])
    return Envelope(api if pages is None else _Beside(api, pages, webhook), parts.requests)


class _Beside:
    """What is not of the API, of health or metrics, nor Xero's webhook, is a page."""

    def __init__(self, api: ASGIApp, pages: Pages, webhook: XeroWebhook | None) -> None:
        self._api = api
        self._pages = pages
        self._webhook = webhook

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if self._webhook is not None and path == WEBHOOK_PATH:
            await self._webhook(scope, receive, send)
            return
        is_api = path.startswith("/api") or path in HEALTH_PATHS or path == METRICS_PATH
        await (self._api if is_api else self._pages)(scope, receive, send)


def _problem(error: ApiError) -> Response:
    return Response(error.body(), error.status, error.headers, PROBLEM_JSON)


async def _answer_refusal(_request: Request, error: Exception) -> Response:
    if not isinstance(error, ApiError):
        raise error
    return _problem(error)


async def _answer_fault(_request: Request, _error: Exception) -> Response:
    """Starlette raises the fault again after this answer; the envelope logs it."""
    return _problem(internal_error())


async def _answer_unrouted(_request: Request, error: Exception) -> Response:
    """No route took the call: 404 and 405 are all that Starlette raises by itself."""
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 405:  # noqa: PLR2004  # HTTP's number says it.
        allowed = (error.headers or {}).get("Allow", "").replace("GET", "GET, HEAD")
        refusal = ApiError(
            405,
            HttpCode.METHOD_NOT_ALLOWED,
            "This path does not take this method.",
            "See the Allow header.",
            headers={"Allow": allowed},
        )
    else:
        refusal = ApiError(
            404,
            HttpCode.PATH_NOT_FOUND,
            "There is nothing at this path.",
            "The calls are listed in docs/schemas/openapi.json.",
        )
    return _problem(refusal)


async def _answer_invalid(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    first = error.errors()[0]
    name, given = str(first["loc"][-1]), str(first.get("input"))[:100]
    return _problem(
        ApiError(
            422,
            HttpCode.PARAMETER_INVALID,
            f"The parameter `{name}` is {given!r}: {first['msg']}.",
            "docs/schemas/openapi.json says what each parameter takes.",
        )
    )
