"""The API with the real store in memory, and ports whose answers a test chooses."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from aiohttp import ClientSession, TraceConfig, TraceRequestEndParams
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp

from mappers.model.company import TriggerRule
from mappers.model.sync_request import SyncRequest
from streams.ops.health import Liveness, Readiness
from streams.ops.metrics import Metrics
from streams.projection.store import ProjectionStore
from streams.web.app import HealthParts, WebParts, build_app
from streams.web.http.limits import HttpLimits
from streams.web.http.server import WebServer
from streams.web.ports import FedEvent, PublishError, RecordTooLargeError
from tests.builders import COMPANY_ID, make_company
from tests.fakes.following import ToldFreshness
from tests.fakes.key_value import MemoryKeyValue
from tests.fakes.pauses import AT, SaidPauses

TOKEN = "a-token-of-the-test"
OTHER_COMPANY = "northern-lamb"

Client = ClientSession


class Requests:
    """A publisher that remembers; the shipments in `away` find no broker, those in `too_large` no room."""

    def __init__(self) -> None:
        self.published: list[SyncRequest] = []
        self.away: set[str] = set()
        self.too_large: set[str] = set()

    async def publish(self, request: SyncRequest) -> None:
        if request.shipment_id in self.too_large:
            raise RecordTooLargeError("The shipment is too large to be sent.")
        if request.shipment_id in self.away:
            raise PublishError("Kafka did not take the request in time; it may arrive yet.")
        self.published.append(request)


class Topic:
    """Remembers what it was given, in order; `failures` are by key."""

    def __init__(self) -> None:
        self.events: list[FedEvent] = []
        self.failures: dict[bytes, PublishError] = {}

    async def publish(self, events: Sequence[FedEvent]) -> Sequence[PublishError | None]:
        await asyncio.sleep(0)
        self.events += [each for each in events if each.key not in self.failures]
        return [self.failures.get(each.key) for each in events]


class DryRuns:
    """A dry run that answers with the request it got, or as it is told, or raises."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.told: Mapping[str, Any] | None = None

    async def run(self, request: SyncRequest) -> Mapping[str, Any]:
        if self.error is not None:
            raise self.error
        if self.told is not None:
            return self.told
        return {"shipment_id": request.shipment_id, "revision": request.revision, "problems": []}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store() -> ProjectionStore:
    return ProjectionStore(MemoryKeyValue())


@pytest.fixture
def requests() -> Requests:
    return Requests()


@pytest.fixture
def topic() -> Topic:
    return Topic()


@pytest.fixture
def dry_runs() -> DryRuns:
    return DryRuns()


@pytest.fixture
def pauses() -> SaidPauses:
    return SaidPauses()


@pytest.fixture
def readiness() -> Readiness:
    return Readiness()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def liveness(clock: Clock) -> Liveness:
    return Liveness(clock, patience=60)


@pytest.fixture
def parts(
    store: ProjectionStore,
    requests: Requests,
    dry_runs: DryRuns,
    liveness: Liveness,
    readiness: Readiness,
    pauses: SaidPauses,
    clock: Clock,
    *,
    topic: Topic,
) -> WebParts:
    registry = CollectorRegistry()
    Metrics(registry)
    numbers = iter(range(1, 1000))
    companies = (make_company(), make_company(id=OTHER_COMPANY, trigger=TriggerRule.SYNC_NOW))
    return WebParts(
        health=HealthParts(token=TOKEN, liveness=liveness, readiness=readiness, registry=registry),
        companies={company.id: company for company in companies},
        logs=store,
        snapshots=store,
        lists=store.lists,
        following=ToldFreshness(),
        publisher=requests,
        dry_run=dry_runs,
        new_event_id=lambda: f"sync-now-{next(numbers)}",
        pauses=pauses,
        pause_publisher=pauses,
        clock=lambda: AT,
        monotonic=clock,
        feed=topic,
    )


@pytest.fixture
def app(parts: WebParts) -> ASGIApp:
    return build_app(parts)


@pytest.fixture
def limits() -> HttpLimits:
    return HttpLimits()


@pytest.fixture
async def server(app: ASGIApp, limits: HttpLimits) -> AsyncIterator[WebServer]:
    server = WebServer(app, host="127.0.0.1", port=0, limits=limits)
    await server.start()
    yield server
    await server.stop()


async def _read_whole(_session: ClientSession, _context: object, end: TraceRequestEndParams) -> None:
    """A test that looks at the status alone leaves no connection open behind it."""
    await end.response.read()


def calling_with(port: int, headers: Mapping[str, str] | None = None) -> Client:
    """A caller that reads every answer whole."""
    trace = TraceConfig()
    trace.on_request_end.append(_read_whole)
    return Client(f"http://127.0.0.1:{port}", headers=headers, trace_configs=[trace])


@pytest.fixture
async def client(server: WebServer) -> AsyncIterator[Client]:
    """A caller with the token."""
    async with calling_with(server.port, {"Authorization": f"Bearer {TOKEN}"}) as client:
        yield client


@pytest.fixture
async def anonymous(server: WebServer) -> AsyncIterator[Client]:
    """A caller without the token."""
    async with calling_with(server.port) as anonymous:
        yield anonymous


API = f"/api/v1/companies/{COMPANY_ID}"
