"""Calls at once are halved when Xero complains, and come back one by one."""

from xero_client.quota.quota_concurrency import BURST_SECONDS, STEP_SUCCESSES, Concurrency


def test_a_telling_off_halves_down_to_one() -> None:
    bound = Concurrency(5)
    allowed = []
    for burst in range(4):
        bound.told_off(burst * BURST_SECONDS)
        allowed.append(bound.allowed)
    assert allowed == [2, 1, 1, 1]


def test_one_burst_is_told_off_once() -> None:
    bound = Concurrency(8)
    for _ in range(5):
        bound.told_off(10.0)
    assert bound.allowed == 4


def test_successes_in_a_row_bring_one_place_back_and_never_more_than_the_maximum() -> None:
    bound = Concurrency(3)
    bound.told_off(0.0)
    for _ in range(STEP_SUCCESSES - 1):
        bound.succeeded()
    assert bound.allowed == 1
    bound.succeeded()
    assert bound.allowed == 2
    for _ in range(10 * STEP_SUCCESSES):
        bound.succeeded()
    assert bound.allowed == 3
