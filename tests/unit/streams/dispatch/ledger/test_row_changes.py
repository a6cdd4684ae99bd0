"""What a row counts, keeps and lets go as its requests are sent, answered and replaced."""

from datetime import UTC, datetime, timedelta

import pytest

from mappers.model.outcome import Action
from mappers.model.problem import Code, Problem
from mappers.model.sync_request import Trigger
from streams.dispatch.ledger import transitions
from streams.dispatch.ledger.records import Row, State, WaitReason
from streams.dispatch.ledger.transitions import IntakeResult, Refusal
from tests.unit.streams.dispatch.ledger.test_transitions import (
    DOCUMENT,
    NOW,
    PENDING,
    QUEUED,
    REJECTED,
    RESERVATION,
    SENDING,
    WAITING,
)
from tests.unit.streams.dispatch.requests import numbered

NOTE = Problem(code=Code.PERIOD_LOCKED, message="…")
OUT_OF_QUOTA = WaitReason(reason="out_of_quota", until=NOW)
TRIED = {"attempts": 3, "rounds": 2, "faults": 1, "verify": True, "maybe_written": True, "lost": True}
DONE = transitions.processed(SENDING, Action.CREATED, DOCUMENT, (), NOW).row


def sent(row: Row) -> Row:
    return transitions.sending(row, RESERVATION).row


def counts(row: Row) -> tuple[int, int, int]:
    return row.attempts, row.rounds, row.faults


def test_an_answer_says_which_write_it_is_of_and_the_first_before_any() -> None:
    again = sent(transitions.released(SENDING, NOW).row)
    for row, attempt in ((PENDING, 1), (SENDING, 1), (again, 2)):
        answers = (
            transitions.waiting(row, OUT_OF_QUOTA, "demo", NOW),
            transitions.held(row, "southern-beef", NOTE, NOW),
            transitions.processed(row, Action.CREATED, DOCUMENT, (), NOW),
            transitions.rejected(row, Refusal(()), NOW),
        )
        assert [each.outcome.attempt for each in answers if each.outcome is not None] == [attempt] * 4


def test_what_writes_add_to_a_row_is_added_up() -> None:
    first = transitions.released(SENDING, NOW, rounds=1, faults=1).row
    second = transitions.released(sent(first), NOW, rounds=1, faults=1).row
    third = transitions.released(sent(second), NOW).row
    assert [counts(each) for each in (first, second, third)] == [(1, 1, 1), (2, 2, 2), (3, 2, 2)]
    assert not third.maybe_written


@pytest.mark.parametrize(
    ("trigger", "before", "after"),
    [(Trigger.STATUS, False, False), (Trigger.STATUS, True, True), (Trigger.SYNC_NOW, False, True)],
)
def test_a_newer_request_takes_the_place_of_one_that_is_released_and_begins_anew(
    trigger: Trigger, *, before: bool, after: bool
) -> None:
    asked = numbered(1).model_copy(update={"trigger": trigger})
    row = QUEUED.model_copy(update={**TRIED, "verify": before, "request": asked, "wait_reason": OUT_OF_QUOTA})
    newest, outcome = transitions.released(row, NOW, rounds=1, faults=1)
    assert outcome is not None
    assert (outcome.request_id, outcome.status) == (asked.request_id, "SKIPPED")
    assert (newest.request, newest.queued, newest.wait_reason) == (QUEUED.queued, None, None)
    assert (newest.rounds, newest.faults, newest.verify) == (0, 0, after)
    assert asked.request_id in newest.answered


@pytest.mark.parametrize("missing", [(), ("contact:ALOK",)])
@pytest.mark.parametrize("verify", [True, False])
def test_what_came_while_a_request_was_sent_is_next(missing: tuple[str, ...], *, verify: bool) -> None:
    """After a refusal, and where a person had asked, it is answered from Xero."""
    row = QUEUED.model_copy(update=TRIED | {"verify": verify})
    done = transitions.processed(row, Action.CREATED, DOCUMENT, (), NOW).row
    refused = transitions.rejected(row, Refusal((), missing), NOW).row
    assert (done.verify, refused.verify) == (verify, True)
    for each in (done, refused):
        assert (each.state, each.request, each.queued, each.missing) == (State.PENDING, QUEUED.queued, None, ())
        assert (counts(each), each.reservation, each.maybe_written) == ((0, 0, 0), None, False)


def test_a_finished_row_keeps_no_snapshot_and_nothing_of_what_led_there() -> None:
    row = SENDING.model_copy(update={**TRIED, "wait_reason": OUT_OF_QUOTA})
    done = transitions.processed(row, Action.CREATED, DOCUMENT, (), NOW).row
    refused = transitions.rejected(row, Refusal(()), NOW).row
    for each in (done, refused):
        assert (each.request, each.reservation, each.wait_reason, each.missing) == (None, None, None, ())
        assert (counts(each), each.maybe_written, each.verify, each.ended_at) == ((0, 0, 0), False, False, NOW)
    assert (done.state, done.lost) == (State.DONE, False)
    assert (refused.state, refused.lost) == (State.REJECTED, True)


def test_a_request_that_master_data_may_cure_is_kept_and_what_is_in_xero_stays_known() -> None:
    assert REJECTED.request == PENDING.request
    refused = transitions.rejected(SENDING.model_copy(update={"synced": DOCUMENT}), Refusal(()), NOW).row
    assert refused.synced == DOCUMENT


def test_what_replaces_a_request_that_waits_begins_anew() -> None:
    row = WAITING.model_copy(update=TRIED)
    newer = transitions.take(row, numbered(1, revision=2), NOW)[1].row
    assert (newer.state, newer.revision, newer.wait_reason) == (State.PENDING, 2, None)
    assert (counts(newer), newer.queued) == ((0, 0, 0), None)


def test_what_follows_a_finished_request_replaces_nothing() -> None:
    for finished, verify in ((DONE, False), (REJECTED, True)):
        result, (row, outcome) = transitions.take(finished, numbered(1, revision=2), NOW)
        assert (result, outcome) == (IntakeResult.ACCEPTED, None)
        assert row.request is not None
        assert (row.state, row.request.revision, row.missing, row.verify) == (State.PENDING, 2, (), verify)


def test_of_two_that_come_while_a_request_is_sent_the_newer_one_is_next() -> None:
    for trigger, verify in ((Trigger.STATUS, False), (Trigger.SYNC_NOW, True)):
        second = numbered(1, revision=2).model_copy(update={"trigger": trigger})
        queued = transitions.take(SENDING, second, NOW)[1].row
        row, outcome = transitions.take(queued, numbered(1, revision=3), NOW)[1]
        assert outcome is not None
        assert (outcome.request_id, outcome.status) == (second.request_id, "SKIPPED")
        assert row.queued is not None
        assert (row.state, row.request, row.queued.revision) == (State.SENDING, SENDING.request, 3)
        assert (row.attempts, row.verify) == (1, verify)


def test_a_repeat_of_what_is_worked_on_waits_or_is_answered_changes_nothing() -> None:
    for row, revision in ((PENDING, 1), (QUEUED, 1), (QUEUED, 2), (DONE, 1), (REJECTED, 1)):
        assert transitions.take(row, numbered(1, revision=revision), NOW) == (IntakeResult.DUPLICATE, (row, None))


def test_a_request_without_a_revision_leaves_the_rows_as_it_was() -> None:
    later = PENDING.occurred_at + timedelta(hours=1)
    request = numbered(1, event="later").model_copy(update={"revision": None, "occurred_at": later})
    row = transitions.take(DONE, request, later)[1].row
    assert (row.revision, row.occurred_at) == (1, later)


@pytest.mark.parametrize(("revision", "newer"), [(7, "7"), (None, "2026-11-20T00:00:00+00:00")])
def test_what_is_too_old_is_told_by_which_version(revision: int | None, newer: str) -> None:
    row = DONE.model_copy(update={"revision": revision, "occurred_at": NOW})
    request = numbered(1, revision=2).model_copy(update={"occurred_at": NOW - timedelta(days=1)})
    result, (_, outcome) = transitions.take(row, request, NOW)
    assert result is IntakeResult.STALE
    assert outcome is not None
    assert f"A newer version of the shipment ({newer}) was already taken" in outcome.warnings[0].message


def test_each_release_is_a_request_of_its_own_and_counts_on() -> None:
    assert REJECTED.request is not None
    times = (NOW, NOW, NOW + timedelta(seconds=1))
    rows = [transitions.cured(REJECTED, REJECTED.request, each) for each in times]
    first, same, later = (each.row.request for each in rows if each is not None and each.row.request is not None)
    assert first == same
    assert first.request_id != later.request_id
    assert (first.trigger, first.attempt, first.asked_at) == (Trigger.RELEASED, 2, NOW)
    assert (first.revision, first.shipment) == (REJECTED.request.revision, REJECTED.request.shipment)
    again = transitions.cured(REJECTED.model_copy(update={"request": first}), first, NOW)
    assert again is not None
    assert again.row.request is not None
    assert again.row.request.attempt == 3


def test_a_held_request_waits_for_its_company_without_an_end_and_then_goes_on() -> None:
    row, outcome = transitions.held(PENDING, "southern-beef", NOTE, NOW)
    assert outcome is not None
    assert outcome.waiting is not None
    assert (outcome.waiting.for_, outcome.waiting.resume_at, outcome.warnings) == (("southern-beef",), None, (NOTE,))
    assert (row.state, row.is_held) == (State.WAITING, True)
    assert transitions.let_go_on(row).row.state is State.PENDING


def test_a_waiting_request_says_for_what_and_until_when() -> None:
    until = datetime(2026, 11, 21, tzinfo=UTC)
    outcome = transitions.waiting(PENDING, WaitReason(reason="out_of_quota", until=until), "demo", NOW).outcome
    assert outcome is not None
    assert outcome.waiting is not None
    told = (outcome.waiting.reason, outcome.waiting.resume_at, outcome.waiting.for_)
    assert told == ("out_of_quota", until, ("demo",))


def test_a_document_that_was_found_is_the_shipments_until_it_is_let_go() -> None:
    found = transitions.remembered(PENDING, DOCUMENT).row
    assert (found.synced, found.request) == (DOCUMENT, PENDING.request)
    assert transitions.let_go(found).row == PENDING
