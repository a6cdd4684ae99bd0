"""However calls start, last and are counted, no fixed minute of the server holds more than the limit."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from xero_client.quota.counters import CallWindow

LIMIT = 6
"""The property does not depend on the number; a small one lets the search reach the limit."""


def exactly(largest: float, parts: int = 64) -> st.SearchStrategy[float]:
    """Times that binary floats hold exactly, so that a sum never lands beside the edge of a window."""
    return st.integers(0, int(largest * parts)).map(lambda number: number / parts)


calls = st.lists(
    st.tuples(
        exactly(40.0),  # idle before the call is wanted
        exactly(90.0),  # its duration
        exactly(1.0, parts=8),  # when in it the server counts it
    ),
    min_size=1,
    max_size=40,
)


def counted_per_window(pattern: list[tuple[float, float, float]], phase: float) -> Counter[int]:
    """Run the calls in the order of the pattern, each as soon as the window lets it; count them as the server does."""
    window, now = CallWindow(LIMIT, margin_seconds=0.0), 0.0
    ends: list[float] = []
    counted: Counter[int] = Counter()
    for idle, duration, share in pattern:
        now += idle
        while True:
            for end in sorted(each for each in ends if each <= now):
                window.end(end, used=1)
                ends.remove(end)
            free_at = window.free_at(now)
            if free_at == now:
                break
            now = min(each for each in (free_at, *ends) if each is not None)
        window.begin()
        ends.append(now + duration)
        counted[int((now + duration * share - phase) // 60)] += 1
    return counted


@given(calls, exactly(60.0))
def test_no_fixed_window_of_any_phase_holds_more_than_the_limit(
    pattern: list[tuple[float, float, float]], phase: float
) -> None:
    assert max(counted_per_window(pattern, phase).values()) <= LIMIT


def test_an_idle_window_lets_all_its_calls_go_at_once() -> None:
    window = CallWindow(60, margin_seconds=0.25)
    for _ in range(60):
        assert window.free_at(5.0) == 5.0
        window.begin()
    assert window.free_at(5.0) is None, "all are in flight: only an end can free a place"


def test_a_place_is_free_a_window_after_the_end_of_its_call() -> None:
    window = CallWindow(1, margin_seconds=0.25)
    window.begin()
    window.end(30.0, used=1)
    assert window.free_at(40.0) == 90.25
    assert window.free_at(90.25) == 90.25


def test_a_grant_that_was_not_used_is_given_back() -> None:
    window = CallWindow(1, margin_seconds=0.25)
    window.begin()
    window.end(1.0, used=0)
    assert window.free_at(1.0) == 1.0
    assert window.own(1.0) == 0


def test_calls_of_others_show_in_what_the_server_says_is_left() -> None:
    window = CallWindow(60, margin_seconds=0.0)
    window.begin()
    window.end(0.0, used=1)
    window.correct(9, 0.0)
    assert window.used(0.0) == 51
    assert window.own(0.0) == 1, "the calls of others are not ours"
    window.correct(9, 1.0)
    assert window.used(1.0) == 51, "the same news counts once"
    assert window.used(60.0) == 0


def test_more_calls_left_than_expected_raise_the_limit() -> None:
    window = CallWindow(60, margin_seconds=0.0)
    window.correct(119, 0.0)
    assert window.limit == 120
