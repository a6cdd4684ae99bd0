"""Records of types that a later version tells are skipped; those of ours that cannot be read are told."""

import pytest
from structlog.testing import capture_logs

from mappers.outbound.drift import drift_headers, encode_drift
from streams.projection.ingest import Ingest
from streams.projection.store import ProjectionStore
from tests.builders import COMPANY_ID, OCCURRED_AT, make_company
from tests.fakes.key_value import MemoryKeyValue
from tests.outcome_builders import make_drift
from tests.unit.streams.projection.test_ingest import Record


class Nothing:
    def invariant_violated(self, invariant: object) -> None:
        raise AssertionError(invariant)


@pytest.fixture
def ingest() -> Ingest:
    store = ProjectionStore(MemoryKeyValue())
    return Ingest(store, {COMPANY_ID: make_company()}, Nothing(), limit=10**6, clock=lambda: OCCURRED_AT)


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ([("ce_type", b"accounting.something_new")], []),
        ([("ce_type", b"accounting.document_drifted")], ["outcome_unreadable"]),
        ([("ce_type", b"accounting.sync_outcome")], ["outcome_unreadable"]),
        ([], ["outcome_unreadable"]),
    ],
)
def test_what_a_later_version_tells_is_skipped(
    ingest: Ingest, headers: list[tuple[str, bytes]], told: list[str]
) -> None:
    with capture_logs() as logs:
        assert ingest.fold([[Record(b'{"schema_version": 9}', headers=headers)]]) == 1
    assert [each["event"] for each in logs] == told


def test_a_drift_is_read_as_it_was_published(ingest: Ingest) -> None:
    drift = make_drift("missing", ledger="A")
    with capture_logs() as logs:
        ingest.fold([[Record(encode_drift(drift), headers=drift_headers(drift))]])
    assert logs == []
