"""A client on a scripted server. Every request that reaches it is checked against Xero's own OpenAPI description."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from mappers.model.company import DocumentType
from tests.fakes.raw_http import Answer, RawServer, raw_server
from tests.fakes.xero_collaborators import FakeTokens, OpenGovernor, RecordingObserver, fixed_clock
from tests.simulator import openapi
from tests.unit.xero_client.accounting.documents import ORGANISATION, make_document
from xero_client.accounting.client import XeroClient
from xero_client.accounting.exchange import Endpoint
from xero_client.collaborators import Monotonic
from xero_client.port import ElementReply, Operation, Priority
from xero_client.timeouts import Timeouts


@dataclass
class Harness:
    """A client, the scripted server it talks to, and its collaborators."""

    client: XeroClient
    server: RawServer
    tokens: FakeTokens = field(default_factory=FakeTokens)
    governor: OpenGovernor = field(default_factory=OpenGovernor)
    observer: RecordingObserver = field(default_factory=RecordingObserver)

    async def create(
        self, *numbers: str, kind: DocumentType = DocumentType.INVOICE, start_before: float | None = None
    ) -> tuple[ElementReply, ...]:
        """PUT of one document for each number (one of the usual number where none is given)."""
        documents = [make_document(type=kind, number=number) for number in numbers or ("INV-2026-0042",)]
        body = self.client.encode(kind, [(document, None) for document in documents])
        before = time.monotonic() + 60 if start_before is None else start_before
        async with self.client.slot(ORGANISATION, Priority.BACKLOG) as grant:
            return await self.client.write(
                grant, kind, Operation.CREATE, body, idempotency_key="key-1", start_before=before
            )


OpenHarness = Callable[..., Awaitable[Harness]]


@pytest.fixture
async def open_harness() -> AsyncIterator[OpenHarness]:
    """Opens a harness whose server gives the answers; `timeouts` and `base_url` may be given."""
    async with AsyncExitStack() as stack:

        async def opened(
            *answers: Answer,
            timeouts: Timeouts | None = None,
            base_url: str | None = None,
            places: int = 5,
            monotonic: Monotonic = time.monotonic,
        ) -> Harness:
            server = await stack.enter_async_context(raw_server(*answers))
            stack.callback(_check_requests, server)
            tokens, governor, observer = FakeTokens(), OpenGovernor(places), RecordingObserver()
            endpoint = Endpoint(base_url or server.url, "shipledger/test", timeouts or Timeouts())
            client = XeroClient(
                endpoint,
                tokens=tokens,
                governor=governor,
                observer=observer,
                clock=fixed_clock,
                monotonic=monotonic,
            )
            stack.callback(client.close)
            return Harness(client, server, tokens, governor, observer)

        yield opened


def _check_requests(server: RawServer) -> None:
    for request in server.requests:
        path = request.target.removeprefix("/api.xro/2.0")
        assert openapi.validate_url(request.method, path, request.headers, request.body) == []
