"""Revisions order two versions of a shipment where both have one that differs; otherwise their times do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mappers.model.sync_request import SyncRequest
from mappers.model.versions import MOST_AHEAD, credible, is_ahead, is_older
from tests.builders import OCCURRED_AT, make_request


def version(revision: int | None, seconds: float = 0) -> SyncRequest:
    fields: dict[str, Any] = {"revision": revision, "occurred_at": OCCURRED_AT + timedelta(seconds=seconds)}
    return make_request(**fields)


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        (version(6, 9), version(7, 0), True),
        (version(7, 0), version(6, 9), False),
        (version(7, 0), version(7, 9), True),
        (version(int("1000"), 0), version(int("1000"), 9), True),  # Equal, and not the same object.
        (version(7, 9), version(7, 0), False),
        (version(None, 0), version(7, 9), True),
        (version(None, 9), version(7, 0), False),
        (version(6, 9), version(None, 0), False),
        (version(None, 0), version(None, 9), True),
    ],
)
def test_the_older_of_two(one: SyncRequest, other: SyncRequest, older: bool) -> None:
    assert is_older(one, other, OCCURRED_AT) is older


@pytest.mark.parametrize("revision", [7, None])
def test_a_version_is_not_older_than_its_equal(revision: int | None) -> None:
    assert not is_older(version(revision), version(revision), OCCURRED_AT)


DAY = 24 * 3600
AHEAD = DAY + 1


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        (version(None, 0), version(None, AHEAD), False),
        (version(None, AHEAD), version(None, 0), False),
        (version(None, AHEAD), version(None, 2 * AHEAD), False),
        (version(7, 0), version(None, AHEAD), False),
        (version(None, 0), version(None, DAY), True),
        (version(6, 0), version(7, AHEAD), True),
        (version(6, AHEAD), version(7, 0), True),
        (version(7, AHEAD), version(6, 0), False),
    ],
)
def test_a_time_more_than_a_day_ahead_orders_nothing(one: SyncRequest, other: SyncRequest, older: bool) -> None:
    assert is_older(one, other, OCCURRED_AT) is older


FIRST, LAST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize("when", [FIRST, LAST])
@pytest.mark.parametrize("now", [FIRST, LAST])
def test_no_time_leaves_the_calendar(when: datetime, now: datetime) -> None:
    assert is_ahead(when, now) is (when - now > MOST_AHEAD)


@pytest.mark.parametrize(
    ("recorded_at", "is_one"),
    [
        (None, False),
        (datetime(1970, 1, 21, tzinfo=UTC), False),
        (datetime(2011, 1, 1, tzinfo=UTC), False),
        (datetime(2011, 1, 1, 0, 0, 0, 1, tzinfo=UTC), True),
        (OCCURRED_AT, True),
    ],
)
def test_seconds_sent_as_milliseconds_are_no_time_to_measure_by(recorded_at: datetime | None, is_one: bool) -> None:
    assert credible(recorded_at) == (recorded_at if is_one else None)
