"""A projection in memory, and what folds records into it."""

import pytest
from prometheus_client import CollectorRegistry

from streams.ops.metrics import Metrics
from streams.projection.ingest import Ingest
from streams.projection.store import ProjectionStore
from tests.builders import COMPANY_ID, OCCURRED_AT, make_company
from tests.fakes.key_value import MemoryKeyValue


@pytest.fixture
def store() -> ProjectionStore:
    return ProjectionStore(MemoryKeyValue())


@pytest.fixture
def ingest(store: ProjectionStore) -> Ingest:
    metrics = Metrics(CollectorRegistry())
    return Ingest(store, {COMPANY_ID: make_company()}, metrics, limit=1_000_000, clock=lambda: OCCURRED_AT)
