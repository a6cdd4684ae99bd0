"""A replay of everything a shipment ever asked for is answered by nothing; what was never asked is always answered."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.outcome import Action
from mappers.model.sync_request import SyncRequest
from streams.dispatch.ledger import transitions
from streams.dispatch.ledger.answers import WHOLE_IDS
from streams.dispatch.ledger.codec import decode, encode_key, encode_value
from streams.dispatch.ledger.records import Row, RowKey
from streams.dispatch.ledger.transitions import IntakeResult, Refusal
from tests.unit.streams.dispatch.ledger.test_transitions import DOCUMENT
from tests.unit.streams.dispatch.requests import numbered

NOW = datetime(2026, 11, 20, tzinfo=UTC)
KEY = RowKey("demo", "southern-beef", "SHP-00001")


def answer(row: Row | None, request: SyncRequest) -> Row:
    """Take a request, write its document, store the row and read it back."""
    _, change = transitions.take(row, request, NOW)
    done = transitions.processed(change.row, Action.CREATED, DOCUMENT, (), NOW).row
    (_, stored) = decode(encode_key(KEY), encode_value(done))
    assert isinstance(stored, Row)
    return stored


def history(revisions: int) -> Row:
    row: Row | None = None
    for revision in range(1, revisions + 1):
        row = answer(row, numbered(1, revision=revision))
    assert row is not None
    return row


@pytest.mark.parametrize("revisions", [WHOLE_IDS, WHOLE_IDS + 1, 4 * WHOLE_IDS])
def test_a_replay_of_all_that_was_answered_is_answered_by_nothing(revisions: int) -> None:
    row = history(revisions)
    for revision in range(1, revisions + 1):
        result, change = transitions.take(row, numbered(1, revision=revision), NOW)
        assert (result, change.outcome) == (IntakeResult.DUPLICATE, None)
        row = change.row


def test_an_older_request_that_was_never_answered_is_not_taken_for_a_repeat() -> None:
    row = history(4 * WHOLE_IDS)
    result, change = transitions.take(row, numbered(1, revision=3, event="late"), NOW)
    assert result is IntakeResult.STALE
    assert change.outcome is not None
    assert transitions.take(change.row, numbered(1, revision=3, event="late"), NOW)[0] is IntakeResult.DUPLICATE


@given(st.lists(st.integers(1, 120), max_size=400), st.data())
def test_in_any_order_each_request_has_one_terminal_outcome(revisions: list[int], data: st.DataObject) -> None:
    """Arrivals and repeats in any order; each open request ends now or is replaced."""
    row: Row | None = None
    ended: list[str] = []
    for revision in revisions:
        _, change = transitions.take(row, numbered(1, revision=revision), NOW)
        row = change.row
        ended += [] if change.outcome is None else [change.outcome.event_id]
        if row.request is not None and data.draw(st.booleans()):
            final = transitions.rejected(row, Refusal(()), NOW)
            assert final.outcome is not None
            row, ended = final.row, [*ended, final.outcome.event_id]
    open_now = [] if row is None or row.request is None else [row.request.event_id]
    assert sorted(ended + open_now) == sorted({f"e-1-{revision}" for revision in revisions})
