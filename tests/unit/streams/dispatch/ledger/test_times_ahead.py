"""A request far ahead of now, or a row that remembers one, holds no later version of its shipment up."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mappers.model.sync_request import SyncRequest
from streams.dispatch.ledger.records import Row, State
from streams.dispatch.ledger.transitions import IntakeResult, take
from tests.builders import OCCURRED_AT, make_request

NOW = OCCURRED_AT
AHEAD = OCCURRED_AT.replace(year=9999)


def request(occurred_at: datetime, event: str = "e", revision: int | None = None) -> SyncRequest:
    return make_request(event_id=event, occurred_at=occurred_at, revision=revision)


def test_a_row_that_was_stored_with_a_time_far_ahead_takes_the_next_request() -> None:
    stored = Row(state=State.DONE, revision=None, occurred_at=AHEAD)
    result, change = take(stored, request(NOW), NOW)
    assert (result, change.row.occurred_at) == (IntakeResult.ACCEPTED, NOW)


def test_a_request_far_ahead_is_taken_and_leaves_the_order_as_it_was() -> None:
    row = take(None, request(NOW, "first"), NOW)[1].row
    result, change = take(row, request(AHEAD, "ahead"), NOW)
    assert (result, change.row.occurred_at) == (IntakeResult.ACCEPTED, NOW)
    late, _ = take(change.row, request(NOW - timedelta(seconds=1), "late"), NOW)
    assert late is IntakeResult.STALE
    next_one, _ = take(change.row, request(NOW + timedelta(seconds=1), "next"), NOW)
    assert next_one is IntakeResult.ACCEPTED


def test_revisions_order_whatever_the_times_say() -> None:
    row = take(None, request(AHEAD, "seven", revision=7), NOW)[1].row
    assert take(row, request(NOW, "six", revision=6), NOW)[0] is IntakeResult.STALE
    assert take(row, request(NOW, "eight", revision=8), NOW)[0] is IntakeResult.ACCEPTED


def test_what_is_older_is_told_by_its_revision_or_by_no_value_where_it_has_none() -> None:
    for older, newer, value in ((6, 7, "6"), (None, None, None)):
        row = take(None, request(NOW, "newer", revision=newer), NOW)[1].row
        outcome = take(row, request(NOW - timedelta(seconds=1), "older", revision=older), NOW)[1].outcome
        assert outcome is not None
        assert [(each.code, each.value) for each in outcome.warnings] == [("stale_revision", value)]


@given(st.lists(st.sampled_from([NOW - timedelta(days=1), NOW, NOW + timedelta(hours=1), AHEAD]), max_size=8))
def test_whatever_came_before_a_version_of_now_is_taken(times: list[datetime]) -> None:
    row: Row | None = None
    for number, occurred_at in enumerate(times):
        row = take(row, request(occurred_at, str(number)), NOW)[1].row
    newest = NOW + timedelta(hours=1)
    assert take(row, request(newest, "now"), NOW)[0] is IntakeResult.ACCEPTED
