"""The bound of concurrent calls is halved when Xero refuses one, and grows back one by one."""

from xero_client.quota.counters import BURST_SECONDS, STEP_SUCCESSES, Concurrency


def test_each_burst_of_refusals_halves_the_bound_down_to_one() -> None:
    bound = Concurrency(5)
    allowed = []
    for burst in range(4):
        bound.on_rate_limited(burst * BURST_SECONDS)
        allowed.append(bound.allowed)
    assert allowed == [2, 1, 1, 1]


def test_one_burst_halves_the_bound_once() -> None:
    bound = Concurrency(8)
    for _ in range(5):
        bound.on_rate_limited(10.0)
    assert bound.allowed == 4


def test_successes_in_a_row_bring_one_place_back_and_never_more_than_the_maximum() -> None:
    bound = Concurrency(3)
    bound.on_rate_limited(0.0)
    for _ in range(STEP_SUCCESSES - 1):
        bound.succeeded()
    assert bound.allowed == 1
    bound.succeeded()
    assert bound.allowed == 2
    for _ in range(10 * STEP_SUCCESSES):
        bound.succeeded()
    assert bound.allowed == 3
