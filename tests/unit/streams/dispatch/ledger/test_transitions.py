"""Every change of a row can be stored and read back: `model_copy` would take a name that no field has."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from mappers.model.company import DocumentType
from mappers.model.outcome import Action, DocumentRef
from mappers.model.sync_request import Trigger
from streams.dispatch.ledger import transitions
from streams.dispatch.ledger.codec import decode, encode_key, encode_value
from streams.dispatch.ledger.records import NumberReservation, Row, RowKey, SyncedDocument, WaitReason
from streams.dispatch.ledger.transitions import Refusal
from tests.unit.streams.dispatch.requests import numbered

NOW = datetime(2026, 11, 20, tzinfo=UTC)
KEY = RowKey("demo", "southern-beef", "SHP-00001")
RESERVATION = NumberReservation(intent="k", kind=DocumentType.INVOICE, number="INV-00001")
DOCUMENT = SyncedDocument(
    ref=DocumentRef(
        type="invoice",
        number="INV-00001",
        xero_id="11111111-2222-3333-4444-555555555555",
        xero_status="DRAFT",
        total="1265.63",
        currency="USD",
        url="https://go.xero.com/1",
        content_hash="aa",
    ),
    fingerprint="f",
)
PENDING = transitions.take(None, numbered(1), NOW)[1].row
SENDING = transitions.sending(PENDING, RESERVATION).row
QUEUED = transitions.take(SENDING, numbered(1, revision=2), NOW)[1].row
WAITING = transitions.waiting(PENDING, WaitReason(reason="out_of_quota", until=NOW), "demo", NOW).row
REJECTED = transitions.rejected(SENDING, Refusal((), ("customer",)), NOW).row
CHANGES: dict[str, tuple[Row, Callable[[Row], bool]]] = {
    "pending": (PENDING, lambda row: row.request is not None),
    "sending": (SENDING, lambda row: row.reservation == RESERVATION),
    "queued": (QUEUED, lambda row: row.queued is not None),
    "waiting": (WAITING, lambda row: row.wait_reason is not None),
    "replaced while it waits": (
        transitions.take(WAITING, numbered(1, revision=2), NOW)[1].row,
        lambda row: row.wait_reason is None,
    ),
    "released": (
        transitions.released(SENDING, NOW, maybe_written=True).row,
        lambda row: row.maybe_written and row.reservation is None,
    ),
    "released again after a write that may have happened": (
        transitions.released(
            transitions.sending(transitions.released(SENDING, NOW, maybe_written=True).row, RESERVATION).row, NOW
        ).row,
        lambda row: row.maybe_written,
    ),
    "released after it had waited": (
        transitions.released(transitions.sending(WAITING, RESERVATION).row, NOW).row,
        lambda row: row.wait_reason is not None,
    ),
    "released after a fault": (
        transitions.released(SENDING, NOW, rounds=1, faults=1).row,
        lambda row: (row.rounds, row.faults) == (1, 1),
    ),
    "done": (
        transitions.processed(
            transitions.released(QUEUED, NOW, maybe_written=True).row, Action.CREATED, DOCUMENT, (), NOW
        ).row,
        lambda row: row.synced == DOCUMENT and not row.maybe_written,
    ),
    "rejected with a document": (
        transitions.rejected(SENDING, Refusal((), document=DOCUMENT), NOW).row,
        lambda row: row.synced == DOCUMENT and row.reservation is None,
    ),
    "rejected for master data": (
        REJECTED,
        lambda row: row.missing == ("customer",),
    ),
    "rejected while a newer one waits": (
        transitions.rejected(QUEUED, Refusal(()), NOW).row,
        lambda row: row.verify and row.state == "pending",
    ),
    "let go": (
        transitions.let_go(transitions.processed(SENDING, Action.CREATED, DOCUMENT, (), NOW).row).row,
        lambda row: row.synced is None,
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_row_is_read_back_as_it_was(name: str) -> None:
    row, is_changed = CHANGES[name]
    assert is_changed(row)
    assert vars(row).keys() == Row.model_fields.keys()
    assert decode(encode_key(KEY), encode_value(row)) == (KEY, row)


def test_a_rejection_tells_of_the_document_that_is_in_xero_nevertheless() -> None:
    """A person has to correct that document."""
    row, outcome = transitions.rejected(SENDING, Refusal((), document=DOCUMENT), NOW)
    assert outcome is not None
    assert (outcome.document, row.synced) == (DOCUMENT.ref, DOCUMENT)


@pytest.mark.parametrize("replaced", [PENDING, WAITING], ids=["pending", "waiting"])
def test_a_request_that_a_newer_one_replaces_ends_with_it(replaced: Row) -> None:
    result, (row, outcome) = transitions.take(replaced, numbered(1, revision=2), NOW)
    assert result == "accepted"
    assert outcome is not None
    assert replaced.request is not None
    assert (outcome.request_id, outcome.status) == (replaced.request.request_id, "SKIPPED")
    assert row.request is not None
    assert row.request.revision == 2
    again, _ = transitions.take(row, replaced.request, NOW)
    assert again == "duplicate", "it is known though its own outcome was no document"


@pytest.mark.parametrize("trigger", [Trigger.STATUS, Trigger.SYNC_NOW])
def test_what_replaces_the_question_of_a_person_is_answered_from_xero_too(trigger: Trigger) -> None:
    """A person asked, and is told of the newer request: not from memory."""
    asked = transitions.take(None, numbered(1).model_copy(update={"trigger": trigger}), NOW)[1].row
    newer = transitions.take(asked.model_copy(update={"verify": False}), numbered(1, revision=2), NOW)[1].row
    assert newer.verify == (trigger is Trigger.SYNC_NOW)


def test_what_follows_a_rejection_is_answered_from_xero() -> None:
    newer = transitions.take(REJECTED, numbered(1, revision=2), NOW)[1].row
    assert newer.verify


def test_only_the_newest_request_and_only_a_rejected_one_is_requested_again() -> None:
    assert REJECTED.request is not None
    assert PENDING.request is not None
    change = transitions.cured(REJECTED, REJECTED.request.model_copy(), NOW)
    assert change is not None
    assert change.row.request is not None
    assert (change.row.state, change.row.verify, change.row.missing) == ("pending", True, ())
    assert change.row.request.request_id != REJECTED.request.request_id
    assert transitions.cured(REJECTED, numbered(1, revision=2), NOW) is None
    assert [transitions.cured(each, PENDING.request, NOW) for each in (PENDING, SENDING, WAITING)] == [None] * 3
