"""What a shipment's log says: how it stands, which document it is in Xero, and what people did to that."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from mappers.model.outcome import Status
from mappers.model.shipment_log import (
    Cause,
    LogEntry,
    LoggedAttachments,
    LoggedChange,
    LoggedDrift,
    ShipmentLog,
    Snapshot,
)

DOCUMENT = {"xero_id": "id-1", "number": "INV-7", "xero_status": "DRAFT", "total": "110.00", "currency": "USD"}


def entry(offset: int, status: str = "PROCESSED", document: dict[str, str] | None = None) -> LogEntry:
    """As it is read from the topic: no text of it is the same object as another."""
    outcome = {"status": status, "occurred_at": f"2026-11-20T03:15:{offset:02}Z", "document": document}
    return LogEntry(offset, offset, orjson.loads(orjson.dumps(outcome)))


def change(offset: int, xero_id: str = "id-1", **after: str) -> LoggedChange:
    told = {"document": {"xero_id": xero_id}, "after": {"xero_status": "AUTHORISED", "number": "INV-7", **after}}
    return LoggedChange(offset, offset, orjson.loads(orjson.dumps(told)))


def log(*entries: LogEntry, **more: Any) -> ShipmentLog:
    return ShipmentLog(entries, **more)


@pytest.mark.parametrize(
    ("statuses", "at"),
    [
        (["PROCESSED", "REJECTED"], 0),
        (["SKIPPED", "REJECTED", "PROCESSED"], 1),
        (["SKIPPED", "WAITING"], 1),
        (["SKIPPED", "SKIPPED"], 0),
    ],
)
def test_a_shipment_stands_as_its_newest_request_that_was_not_skipped(statuses: list[str], at: int) -> None:
    entries = [entry(9 - place, status) for place, status in enumerate(statuses)]
    newest = log(*entries)
    assert newest.latest is entries[at]
    assert newest.sync_status == statuses[at]
    assert newest.synced_at == f"2026-11-20T03:15:0{9 - at}Z"


def test_a_log_without_entries_says_nothing() -> None:
    empty = log()
    assert (empty.latest, empty.sync_status, empty.synced_at, empty.document) == (None, None, None, None)
    assert (empty.drift, empty.answered_since_files) == (None, None)


def test_the_latest_of_the_nightly_comparisons_is_the_one_that_counts() -> None:
    newer, older = LoggedDrift(2, 2, {}), LoggedDrift(1, 1, {})
    assert log(drifts=(newer, older)).drift is newer


@pytest.mark.parametrize(
    ("entries", "answered"),
    [
        ([entry(4)], False),
        ([entry(5)], False),
        ([entry(6)], True),
        ([entry(7, "REJECTED"), entry(6)], True),
        ([entry(7, "REJECTED"), entry(4)], False),
        ([entry(6, "REJECTED")], False),
    ],
)
def test_files_are_behind_where_a_request_was_answered_after_their_last_word(
    entries: list[LogEntry], answered: bool
) -> None:
    behind = log(*entries, attachments=LoggedAttachments(5, 5, {})).answered_since_files
    assert (behind is not None) is answered
    assert behind is None or behind.status is Status.PROCESSED


def test_a_shipment_without_files_is_never_behind_with_them() -> None:
    assert log(entry(6)).answered_since_files is None


def test_the_document_is_that_of_the_newest_outcome_that_names_one() -> None:
    known = log(entry(3, "REJECTED"), entry(2, document=DOCUMENT), entry(1, document=DOCUMENT | {"number": "INV-6"}))
    assert known.document == DOCUMENT
    assert log(entry(3, "REJECTED")).document is None


def test_what_people_changed_after_the_outcome_is_shown_and_what_they_changed_before_is_not() -> None:
    changes = (change(5, number="INV-8", total="120.00", sent_to_contact="x"),)
    after = {"xero_status": "AUTHORISED", "number": "INV-8", "total": "120.00"}
    assert log(entry(4, document=DOCUMENT), changes=changes).document == DOCUMENT | after
    assert log(entry(5, document=DOCUMENT), changes=changes).document == DOCUMENT
    assert log(entry(6, document=DOCUMENT), changes=changes).document == DOCUMENT


@pytest.mark.parametrize("other", ["id-0", "id-2"])
def test_a_change_of_another_document_is_not_shown(other: str) -> None:
    changes = (change(6, xero_id=other, total="1.00"), change(5, total="120.00"))
    shown = log(entry(4, document=DOCUMENT), changes=changes).document
    assert shown is not None
    assert shown["total"] == "120.00"
    assert log(entry(4, document=DOCUMENT), changes=changes[:1]).document == DOCUMENT


@pytest.mark.parametrize(
    ("after", "payment"),
    [
        ({}, {}),
        ({"amount_paid": "0.00", "amount_credited": "0.00"}, {}),
        ({"amount_paid": "40.00"}, {"payment": "part_paid", "amount_paid": "40.00"}),
        ({"amount_credited": "10.50"}, {"payment": "part_paid", "amount_paid": "10.50"}),
        ({"amount_paid": "40.00", "amount_credited": "10.50"}, {"payment": "part_paid", "amount_paid": "50.50"}),
        ({"xero_status": "PAID", "amount_paid": "110.00"}, {"payment": "paid", "amount_paid": "110.00"}),
        ({"xero_status": "PAID"}, {"payment": "paid", "amount_paid": "0"}),
        ({"xero_status": "VOIDED"}, {}),
        ({"xero_status": "VOIDED", "amount_paid": "5.00"}, {"payment": "part_paid", "amount_paid": "5.00"}),
    ],
)
def test_payments_and_credit_notes_are_shown_together_also_where_the_outcome_is_newer(
    after: dict[str, str], payment: dict[str, str]
) -> None:
    shown = log(entry(6, document=DOCUMENT), changes=(change(5, **after),)).document
    assert shown == DOCUMENT | payment


def test_when_kafka_took_the_event_makes_no_other_snapshot_of_it() -> None:
    then = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
    taken = [Snapshot("company", "SHP-1", 7, then, "DONE", recorded_at=each) for each in (None, then)]
    assert taken[0] == taken[1]


@pytest.mark.parametrize("status", list(Status))
def test_only_a_cause_of_a_document_in_xero_holds_nothing_up(status: Status) -> None:
    cause = Cause(status.value, "customer_not_found")
    assert cause.holds_nothing_up is (status is Status.PROCESSED)
