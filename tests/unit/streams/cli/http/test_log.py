"""`shipledger log` for people: in words, to the minute in their zone, as a table where they look at a terminal."""

import json
from importlib import import_module
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
    assert result.output.splitlines()[1:] == [
        "S/1: Rejected, 20 Nov 2026, 14:15 AEDT",
        "  20 Nov 2026, 14:15 AEDT  Rejected  Status change",
        "    Customer.Name(ALOK) : not found Correct it. (customer_not_found)",
    ]
    path = "/api/v1/companies/southern-beef/accounting-logs?shipment=S%2F1"
    assert worker.asked == [("GET", path, None, f"Bearer {TOKEN}")]


@pytest.mark.usefixtures("in_sydney")
def test_who_asked_what_it_became_and_what_people_did_in_xero_stand_there(worker: Worker) -> None:
    paid = make_change("part_paid", xero_status="AUTHORISED", amount_paid="1000.00").model_dump(mode="json")
    worker.answer = log_of(SENT, ENTRY, changes=(paid,))
    lines = run(worker, "log", "southern-beef", "S/1").output.splitlines()[2:]
    assert lines == [
        "  20 Nov 2026, 14:16 AEDT  Processed  Sync Now by Sandra Lee  INV-42 created  1,265.63 USD",
        "  20 Nov 2026, 14:16 AEDT  Part paid  Somebody in Xero  INV-2026-0042",
        "    paid 1,000.00 USD",
        "  20 Nov 2026, 14:15 AEDT  Rejected  Status change",
        "    Customer.Name(ALOK) : not found Correct it. (customer_not_found)",
    ]


@pytest.mark.usefixtures("in_sydney")
def test_on_a_terminal_it_is_a_table(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    # Its package has the command itself under the same name.
    monkeypatch.setattr(import_module("streams.cli.http.log"), "is_terminal", lambda: True)
    waiting = {"reason": "out_of_quota", "resume_at": "2026-11-20T10:00:00Z", "for": []}
    worker.answer = log_of(ENTRY | {"status": "WAITING", "waiting": waiting}, SENT)
    headline, *table = run(worker, "log", "southern-beef", "S/1").stdout.splitlines()
    assert headline == "S/1: Waiting, 20 Nov 2026, 14:15 AEDT"
    cells = [line.split("  ") for line in table if line.strip()]
    shown = [[cell.strip() for cell in line if cell.strip()] for line in cells]
    assert shown[0] == ["Date and time", "Status", "Asked for by", "Document", "Total", "What it says"]
    assert shown[2:] == [
        [
            "20 Nov 2026, 14:15 AEDT",
            "Waiting",
            "Status change",
            "Waits until 20 Nov 2026, 21:00 AEDT: Xero's limit of calls is used up.",
        ],
        ["Customer.Name(ALOK) : not found Correct it. (customer_not_found)"],
        ["20 Nov 2026, 14:16 AEDT", "Processed", "Sync Now by Sandra Lee", "INV-42 created", "1,265.63 USD"],
    ]


def test_log_of_a_shipment_without_entries_says_so(worker: Worker) -> None:
    empty: dict[str, Any] = {"shipment_id": "S", "sync_status": None, "synced_at": None, "entries": []}
    worker.answer = {"shipments": [empty]}
    assert "S: nothing was sent" in run(worker, "log", "a", "S").output
    assert json.loads(run(worker, "log", "a", "S", "--json").stdout) == [empty]
