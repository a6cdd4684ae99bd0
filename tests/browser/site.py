"""The site that the browser visits: the real application, its store in memory, Kafka and Xero played by this file."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from prometheus_client import CollectorRegistry

from mappers.model.sync_request import SyncRequest
from streams.ops.health import Liveness, Readiness
from streams.projection.store import ProjectionStore
from streams.web.app import HealthParts, WebParts
from tests.builders import COMPANY_ID, make_company
from tests.fakes.key_value import MemoryKeyValue
from tests.outcome_builders import make_outcome, make_snapshot, rejected

TOKEN = "a-token-of-the-test"


class Requests:
    """Remembers what was sent; a test answers when it likes."""

    def __init__(self) -> None:
        self.published: list[SyncRequest] = []

    async def publish(self, request: SyncRequest) -> None:
        self.published.append(request)


class DryRuns:
    """Explains every shipment in the same way."""

    async def run(self, request: SyncRequest) -> Mapping[str, Any]:
        return {"would_send": {"Reference": request.shipment_id}, "content_hash": "aa", "problems": [], "warnings": []}


@dataclass(frozen=True)
class SiteParts:
    """What a test may change while the browser looks."""

    store: ProjectionStore
    requests: Requests
    web: WebParts
    offsets: Iterator[int] = field(default_factory=lambda: count(1_000))


@dataclass(frozen=True)
class Site:
    """Where it is."""

    url: str
    parts: SiteParts


def site_parts() -> SiteParts:
    """A worker's pages with a few shipments."""
    store = ProjectionStore(MemoryKeyValue())
    requests = Requests()
    ids = count(1)
    store.apply(
        [(1, rejected(shipment_id="SHP-1", request="1")), (2, make_outcome(shipment_id="SHP-2", request="2"))],
        [make_snapshot(shipment_id=each) for each in ("SHP-1", "SHP-2", "SHP-3")],
        {},
    )
    web = WebParts(
        health=HealthParts(TOKEN, Liveness(time.monotonic), Readiness(), CollectorRegistry()),
        companies={COMPANY_ID: make_company()},
        logs=store,
        snapshots=store,
        publisher=requests,
        dry_run=DryRuns(),
        new_event_id=lambda: str(UUID(int=next(ids))),
    )
    return SiteParts(store, requests, web)
