"""What watching may cost: a tenth of the day at most, nothing of what writes need, and no more after a restart."""

from datetime import UTC, datetime, timedelta

import pytest

from streams.dispatch.lane.watching.spare_calls import Debt, Spare
from xero_client.port import DayLeft

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def spare(calls: int = 5000, *, limit: int = 5000, seconds: float = 86400.0, needed: int = 0) -> Spare:
    return Spare(DayLeft(calls, limit, seconds), needed, 0.1)


@pytest.mark.parametrize("limit", [1000, 5000])
def test_a_whole_day_of_nothing_else_costs_a_tenth_at_most(limit: int) -> None:
    """Whoever always wants another look gets as many as the share allows, and not one more."""
    made, debt = 0, Debt(0.0, NOW)
    for minute in range(1440):
        now = NOW + timedelta(minutes=minute)
        left = spare(limit - made, limit=limit, seconds=86400.0 - 60 * minute)
        debt = debt.paid(left, now)
        while debt.allows(left):
            debt, made = debt.spent(), made + 1
    assert limit * 0.08 <= made <= limit * 0.1


def test_regular_looks_leave_calls_for_those_out_of_turn() -> None:
    between = spare().seconds_between(1, 300.0)
    assert between == pytest.approx(86400 / (5000 * 0.1 * 0.8 * 0.6))
    assert spare().seconds_between(2, 300.0) == pytest.approx(2 * between)
    assert spare(50_000, limit=50_000).seconds_between(1, 300.0) == 300.0


def test_what_open_requests_may_need_is_left_to_them() -> None:
    assert Debt(0.0, NOW).allows(spare(100, needed=99))
    assert not Debt(0.0, NOW).allows(spare(100, needed=100))
    assert not Debt(0.0, NOW).allows(spare(0))
    assert spare(100, needed=100).seconds_between(1, 300.0) == 86400.0


def test_the_day_runs_out_for_watching_before_it_does_for_writes() -> None:
    """Where writes use the day up, the rate falls with what is left."""
    assert spare(500).rate == pytest.approx(spare(5000).rate / 10)


def test_a_debt_is_paid_off_by_time_and_survives_a_wrong_clock() -> None:
    owed = Debt(50.0, NOW)
    assert owed.paid(spare(), NOW + timedelta(hours=1)).owed == pytest.approx(50 - 3600 * spare().rate)
    assert owed.paid(spare(), NOW + timedelta(days=9)).owed == 0.0
    back = owed.paid(spare(), NOW - timedelta(days=9))
    assert back == Debt(50.0, NOW - timedelta(days=9))
