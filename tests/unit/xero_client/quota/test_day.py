"""The day's budget: a reserve for people, an end that only Xero knows."""

from datetime import timedelta

from tests.fakes.alarm_clock import START as BEGAN
from xero_client.port import DayLeft, Priority
from xero_client.quota.clock import Moment
from xero_client.quota.counters import DayBudget
from xero_client.quota.limits import QuotaLimits

HOUR = timedelta(hours=1)
START = Moment(1_000.0, BEGAN)


def after(wait: timedelta) -> Moment:
    """So much later, by both clocks."""
    return Moment(START.seconds + wait.total_seconds(), START.utc + wait)


def spent(calls: int, *, per_day: int = 100) -> DayBudget:
    """A budget of a day of which so many calls are used."""
    budget = DayBudget(QuotaLimits(per_day=per_day))
    for _ in range(calls):
        budget.begin(START)
    return budget


def test_the_last_five_percent_are_for_people() -> None:
    budget = spent(95)
    assert budget.resume_at(Priority.PEOPLE, START) is None
    assert budget.resume_at(Priority.BACKLOG, START) == BEGAN + HOUR


def test_people_wait_too_when_nothing_is_left() -> None:
    assert spent(100).resume_at(Priority.PEOPLE, START) == BEGAN + HOUR


def test_one_call_an_hour_asks_whether_the_day_is_over() -> None:
    budget = spent(95)
    later = after(HOUR)
    assert budget.resume_at(Priority.BACKLOG, later) is None
    budget.begin(later)
    assert budget.resume_at(Priority.BACKLOG, later) == later.utc + HOUR


def test_more_calls_left_than_before_show_that_a_new_day_began() -> None:
    budget = spent(96)
    budget.observe(99, 0, after(HOUR))
    assert budget.left == 99
    assert budget.resume_at(Priority.BACKLOG, after(HOUR)) is None


def test_a_refused_call_ends_the_day_until_the_time_that_xero_said() -> None:
    budget = spent(1)
    wait = timedelta(seconds=71_468)
    budget.used_up(wait, START)
    assert budget.resume_at(Priority.PEOPLE, after(wait - timedelta(seconds=1))) == BEGAN + wait
    assert budget.resume_at(Priority.PEOPLE, after(wait)) is None
    assert budget.left == 100


def test_a_smaller_plan_shows_in_the_first_reply() -> None:
    budget = spent(1, per_day=5_000)
    budget.observe(999, 0, START)
    assert budget.left == 999


def test_calls_in_flight_are_not_in_what_the_server_says_is_left() -> None:
    budget = spent(3)
    budget.observe(50, 2, START)
    assert budget.left == 48
    budget.observe(51, 0, START)
    assert budget.left == 48, "a late reply knows of fewer calls"


def test_a_day_without_any_headers_starts_anew_after_a_day() -> None:
    budget = spent(100)
    assert budget.resume_at(Priority.BACKLOG, after(timedelta(days=1))) is None
    assert budget.left == 100


def test_a_new_day_is_known_before_anybody_calls_again() -> None:
    """Whoever rests because nothing is left must hear of it without a call."""
    budget = spent(100)
    assert budget.left_at(after(HOUR)) == 0
    assert budget.left_at(after(timedelta(days=1))) == 100


def test_a_grant_given_back_costs_nothing() -> None:
    budget = spent(1)
    budget.give_back()
    assert budget.left == 100


YEAR = timedelta(days=365)


def put_back(now: Moment) -> Moment:
    """The same moment after somebody put the wall clock back by a year."""
    return Moment(now.seconds, now.utc - YEAR)


def test_a_wall_clock_that_is_put_back_does_not_put_the_next_day_off() -> None:
    budget = spent(100)
    assert budget.resume_at(Priority.PEOPLE, put_back(after(2 * HOUR))) is None, "the hourly question"
    assert budget.resume_at(Priority.BACKLOG, put_back(after(timedelta(days=1)))) is None
    assert budget.left == 100


def test_a_used_up_day_ends_when_xero_said_although_the_wall_clock_was_put_back() -> None:
    budget = spent(1)
    budget.used_up(3 * HOUR, START)
    early = put_back(after(HOUR))
    assert budget.resume_at(Priority.PEOPLE, early) == early.utc + 2 * HOUR
    assert budget.resume_at(Priority.PEOPLE, put_back(after(3 * HOUR))) is None


def test_a_machine_that_slept_over_the_end_of_the_day_need_not_wait_it_out_again() -> None:
    budget = spent(1)
    budget.used_up(3 * HOUR, START)
    assert budget.resume_at(Priority.PEOPLE, Moment(START.seconds + 1.0, BEGAN + 3 * HOUR)) is None


def test_the_backlog_is_told_what_is_left_above_the_reserve_and_until_when() -> None:
    budget = spent(15)
    assert budget.for_backlog(after(timedelta(hours=6))) == DayLeft(calls=80, limit=100, seconds=18 * 3600.0)
    assert budget.for_backlog(after(timedelta(days=1))) == DayLeft(calls=95, limit=100, seconds=86400.0)
    assert spent(98).for_backlog(START).calls == 0
