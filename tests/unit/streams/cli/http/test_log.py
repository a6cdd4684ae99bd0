"""`shipledger log` for people: a table in words, to the minute in their zone."""

import json
from typing import Any

import pytest

from tests.outcome_builders import make_change
from tests.unit.streams.cli.http.test_api import ENTRY, TOKEN, Worker, run, worker

__all__ = ["worker"]

DOCUMENT = {"type": "invoice", "number": "INV-42", "total": "1265.63", "currency": "USD"}
SENT = ENTRY | {
    "occurred_at": "2026-11-20T03:16:23.5Z",
    "status": "PROCESSED",
    "action": "created",
    "trigger": "sync_now",
    "requested_by": "Sandra Lee",
    "document": DOCUMENT,
    "errors": [],
}


def log_of(*entries: dict[str, Any], changes: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    stands = {"sync_status": entries[0]["status"], "synced_at": entries[0]["occurred_at"]}
    shipment = {"shipment_id": "S/1", **stands, "entries": list(entries)}
    return {"shipments": [shipment | ({"changes": list(changes)} if changes else {})]}


@pytest.mark.usefixtures("in_sydney")
def test_it_says_how_each_request_ended_and_what_to_do(worker: Worker) -> None:
    worker.answer = log_of(ENTRY)
    result = run(worker, "log", "southern-beef", "S/1")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "S/1: Rejected, 20 Nov 2026, 14:15 AEDT",
        "  Date and time            Status    Asked for by   Document  Total",
        "  20 Nov 2026, 14:15 AEDT  Rejected  Status change",
        "      Customer.Name(ALOK) : not found Correct it. (customer_not_found)",
    ]
    path = "/api/v1/companies/southern-beef/accounting-logs?shipment=S%2F1"
    assert worker.asked == [("GET", path, None, f"Bearer {TOKEN}")]


@pytest.mark.usefixtures("in_sydney")
def test_who_asked_what_it_became_and_what_people_did_in_xero_stand_there(worker: Worker) -> None:
    paid = make_change("part_paid", xero_status="AUTHORISED", amount_paid="1000.00").model_dump(mode="json")
    worker.answer = log_of(SENT, ENTRY, changes=(paid,))
    assert run(worker, "log", "southern-beef", "S/1").stdout.splitlines()[1:] == [
        "  Date and time            Status     Asked for by            Document               Total",
        "  20 Nov 2026, 14:16 AEDT  Processed  Sync Now by Sandra Lee  INV-42 created  1,265.63 USD",
        "  20 Nov 2026, 14:16 AEDT  Part paid  Somebody in Xero        INV-2026-0042",
        "      paid 1,000.00 USD",
        "  20 Nov 2026, 14:15 AEDT  Rejected   Status change",
        "      Customer.Name(ALOK) : not found Correct it. (customer_not_found)",
    ]


@pytest.mark.usefixtures("in_sydney")
def test_what_waits_says_for_what_and_until_when(worker: Worker) -> None:
    waiting = {"reason": "out_of_quota", "resume_at": "2026-11-20T10:00:00Z", "for": []}
    worker.answer = log_of(ENTRY | {"status": "WAITING", "waiting": waiting, "errors": []})
    *_, said = run(worker, "log", "southern-beef", "S/1").stdout.splitlines()
    assert said == "      Waits until 20 Nov 2026, 21:00 AEDT: Xero's limit of calls is used up."


def test_log_of_a_shipment_without_entries_says_so(worker: Worker) -> None:
    empty: dict[str, Any] = {"shipment_id": "S", "sync_status": None, "synced_at": None, "entries": []}
    worker.answer = {"shipments": [empty]}
    assert "S: nothing was sent" in run(worker, "log", "a", "S").output
    assert json.loads(run(worker, "log", "a", "S", "--json").stdout) == [empty]
