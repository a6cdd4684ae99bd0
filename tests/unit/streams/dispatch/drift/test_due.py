"""When a comparison begins, and that one which is not over goes on."""

from datetime import UTC, datetime, time, timedelta

from streams.dispatch.lane.drift.due import begun, due_since
from streams.dispatch.ledger.records import NightlyWalk

AT = time(2, 30)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
DUE = datetime(2026, 11, 26, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def test_it_is_due_at_its_time_of_the_day() -> None:
    assert due_since(NOON, AT) == DUE
    assert due_since(DUE, AT) == DUE
    assert due_since(DUE - timedelta(microseconds=1), AT) == DUE - DAY


def test_the_first_one_waits_for_its_time() -> None:
    first = begun(None, NOON, AT)
    assert (first.begun_at, first.ended_at) == (DUE, DUE)
    assert begun(first, DUE + DAY, AT) == NightlyWalk(begun_at=DUE + DAY)


def test_one_that_ended_is_followed_once_a_day() -> None:
    ended = NightlyWalk(begun_at=DUE, ended_at=DUE + timedelta(hours=1), compared=7)
    assert begun(ended, NOON, AT) == ended
    assert begun(ended, DUE + 3 * DAY, AT) == NightlyWalk(begun_at=DUE + 3 * DAY)


def test_one_that_is_not_over_goes_on_where_it_is() -> None:
    going_on = NightlyWalk(begun_at=DUE, compared=7)
    assert begun(going_on, DUE + 2 * DAY, AT) == going_on
