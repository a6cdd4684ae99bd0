"""Explain: the dry run on the newest snapshot."""

from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from streams.projection.store import ProjectionStore
from tests.outcome_builders import make_snapshot
from tests.unit.streams.web.conftest import API, Client, DryRuns, Requests
from xero_client.errors import DisconnectedError, OutOfQuotaError, UnavailableError, XeroError

EXPLAIN = f"{API}/shipments/A/explain"


@pytest.fixture(autouse=True)
def shipment(store: ProjectionStore) -> None:
    store.apply([], [make_snapshot(shipment_id="A", status="DOCS ISSUED")], {})


async def test_the_explanation_is_of_the_newest_snapshot_and_nothing_is_sent(
    client: Client, requests: Requests
) -> None:
    answer = await client.post(EXPLAIN)
    assert answer.status == 200
    assert await answer.json() == {"shipment_id": "A", "revision": 7, "problems": []}
    assert requests.published == []


async def test_a_shipment_never_seen_cannot_be_explained(client: Client) -> None:
    answer = await client.post(f"{API}/shipments/B/explain")
    assert answer.status == 404
    assert (await answer.json())["code"] == "unknown_shipment"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DisconnectedError("consent was revoked"), "disconnected"),
        (OutOfQuotaError("day limit", limit="day", resume_at=datetime(2026, 11, 21, tzinfo=UTC)), "out_of_quota"),
        (UnavailableError("refused"), "xero_unavailable"),
    ],
)
async def test_where_xero_cannot_be_asked_the_answer_says_so(
    client: Client, dry_runs: DryRuns, error: XeroError, code: str
) -> None:
    dry_runs.error = error
    answer = await client.post(EXPLAIN)
    assert answer.status == 503
    body = await answer.json()
    assert (body["code"], body["message"]) == (code, error.message)
    assert body["hint"]


async def test_a_fault_of_ours_is_a_500_that_tells_nothing_of_the_inside(client: Client, dry_runs: DryRuns) -> None:
    dry_runs.error = RuntimeError("the secret inside")
    with capture_logs() as logged:
        answer = await client.post(EXPLAIN)
    assert answer.status == 500
    assert [(each["event"], each["path"]) for each in logged] == [("http_failed", EXPLAIN)]
    text = await answer.text()
    assert '"code":"internal_error"' in text
    assert "secret" not in text
