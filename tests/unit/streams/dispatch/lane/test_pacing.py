"""Calls are spent where they are plentiful and saved where they are not; a burst fills its batches."""

import random
from itertools import accumulate

import pytest

from streams.dispatch.lane.pacing import LONGEST_INTERVAL, QUIET, BatchPacing, Waiting
from tests.fakes.budget import FakeBudget
from tests.unit.streams.dispatch.lane.paced_lane import STEP, PacedLane
from xero_client.port import DayLeft

THOUSAND = 1000
MOST_WRITES = 23
HALF_LOAD = 0.5
"""Requests a second: half of Xero's 60 calls a minute, were each a call of its own."""


def poisson(rate: float, count: int, seed: int) -> list[float]:
    chance = random.Random(seed)  # noqa: S311  # It draws moments, it keeps no secrets.
    return list(accumulate(chance.expovariate(rate) for _ in range(count)))


def share(waits: list[float], part: float) -> float:
    return sorted(waits)[int(part * len(waits))]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("call_seconds", [0.05, 0.8])
def test_at_half_load_a_request_hardly_waits_though_its_organisation_is_called(call_seconds: float, seed: int) -> None:
    """For eight minutes, so that the minute is as full as it gets."""
    lane = PacedLane(call_seconds)
    lane.run(poisson(HALF_LOAD, 240, seed))
    assert share(lane.waits, 0.5) <= STEP
    assert share(lane.waits, 0.99) <= 2 * QUIET


@pytest.mark.parametrize("rate", [40, 100, 400, 2000])
@pytest.mark.parametrize("seed", range(3))
def test_a_thousand_fill_their_batches_however_fast_they_come(rate: float, seed: int) -> None:
    lane = PacedLane(0.1)
    lane.run(poisson(rate, THOUSAND, seed))
    assert sum(lane.sizes) == THOUSAND
    assert len(lane.sizes) <= MOST_WRITES


@pytest.mark.parametrize("seed", range(5))
def test_a_thousand_that_come_in_spurts_still_fill_their_batches(seed: int) -> None:
    """A poll brings up to 200 at once; a busy event loop, or a broker, makes pauses between."""
    chance = random.Random(seed)  # noqa: S311  # It draws moments, it keeps no secrets.
    arrivals, now = list[float](), 0.0
    while len(arrivals) < THOUSAND:
        now += chance.expovariate(1 / 0.15)
        arrivals += [now] * min(chance.randint(1, 80), THOUSAND - len(arrivals))
    lane = PacedLane(0.1)
    lane.run(arrivals)
    assert len(lane.sizes) <= MOST_WRITES + 2


def test_a_few_at_once_take_two_calls_and_no_second() -> None:
    lane = PacedLane(0.05)
    lane.run([index * 0.003 for index in range(20)])
    assert lane.sizes == [1, 19]
    assert max(lane.waits) <= QUIET + 0.07


def test_a_request_during_a_long_call_does_not_wait_for_its_end() -> None:
    lane = PacedLane(call_seconds=2.0)
    lane.run([0.0, 0.5])
    assert lane.begun == pytest.approx([0.0, 0.5 + QUIET], abs=2 * STEP)


def test_a_stream_that_fills_no_batches_leaves_a_quarter_of_the_minute() -> None:
    """Five a second, each of which finds its lane idle."""
    lane = PacedLane(0.05)
    lane.run(poisson(5.0, 600, seed=1))
    busiest = max(sum(1 for each in lane.begun if end - 60 < each <= end) for end in lane.begun)
    assert busiest <= 60
    assert sum(1 for each in lane.begun if each <= 16) >= 40
    assert max(lane.waits) <= 2 * 4.0


def test_where_the_minute_is_short_every_batch_waits_for_its_interval() -> None:
    lane = PacedLane(0.05, used_before=50)
    lane.run([0.0, 0.3, 0.6, 0.9])
    assert lane.sizes == [1, 3]
    assert lane.begun[1] >= 3.0


def test_below_half_of_the_day_single_requests_gather_and_full_batches_do_not_wait() -> None:
    used_up = DayLeft(calls=600, limit=5000, seconds=43200.0)
    lane = PacedLane(0.05, day=used_up)
    lane.run(poisson(HALF_LOAD, 120, seed=1))
    gaps = [after - before for before, after in zip(lane.begun, lane.begun[1:], strict=False)]
    assert min(gaps) >= 50
    full = PacedLane(0.05, day=used_up)
    full.run([0.0] * 500)
    assert full.sizes == [50] * 10
    assert max(full.waits) <= 1.0


@pytest.mark.parametrize("calls", [0, 1, 100])
def test_the_day_alone_holds_a_batch_for_a_minute_at_most_and_people_not_at_all(calls: int) -> None:
    budget = FakeBudget()
    budget.limit, budget.day_left = 60, DayLeft(calls, 5000, 80000.0)
    now = 100.0
    pacing = BatchPacing("organisation", budget, lambda: now)
    pacing.begun(1)
    pacing.finished()
    now = 102.0

    def wait(*, is_urgent: bool) -> float | None:
        return pacing.wait(
            Waiting(is_full=False, is_urgent=is_urgent, first_since=101.0, newest_since=101.0),
            busy=False,
            all_planned=True,
        )

    held, urgent = wait(is_urgent=False), wait(is_urgent=True)
    assert held is not None
    assert urgent is not None
    assert held == pytest.approx(LONGEST_INTERVAL - 2.0)
    assert urgent <= 0


def test_nothing_partial_goes_while_planning_still_fills_the_batch() -> None:
    pacing = BatchPacing("organisation", FakeBudget(), lambda: 100.0)
    partial = Waiting(is_full=False, is_urgent=False, first_since=1.0, newest_since=1.0)
    assert pacing.wait(partial, busy=False, all_planned=False) is None
    full = Waiting(is_full=True, is_urgent=False, first_since=1.0, newest_since=1.0)
    assert pacing.wait(full, busy=True, all_planned=False) == 0.0
