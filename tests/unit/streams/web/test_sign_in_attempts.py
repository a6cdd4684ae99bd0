"""How often a wrong token may be tried: by each address, by all, and with bounded memory."""

from hypothesis import given
from hypothesis import strategies as st

from streams.web.access import Allowance, SignInAttempts
from tests.unit.streams.web.conftest import Clock

TEN = Allowance(failures=3, seconds=10.0)
MANY = Allowance(failures=100, seconds=1.0)


def attempts(clock: Clock, *, of_all: Allowance = MANY, most: int = 10) -> SignInAttempts:
    return SignInAttempts(clock, of_an_address=TEN, of_all=of_all, most=most)


def test_an_address_that_failed_too_often_waits_and_its_neighbour_does_not() -> None:
    clock = Clock()
    counted = attempts(clock)
    for _ in range(3):
        assert counted.seconds_until_next("192.0.2.1") == 0
        counted.failed("192.0.2.1")
    assert counted.seconds_until_next("192.0.2.1") == 10
    assert counted.seconds_until_next("192.0.2.2") == 0
    clock.now = 9.5
    assert counted.seconds_until_next("192.0.2.1") == 1
    clock.now = 10.0
    assert counted.seconds_until_next("192.0.2.1") == 0
    counted.failed("192.0.2.1")
    assert counted.seconds_until_next("192.0.2.1") == 10


def test_many_addresses_together_have_an_end_too_and_are_forgotten_in_time() -> None:
    clock = Clock()
    counted = attempts(clock, of_all=Allowance(failures=20, seconds=1.0))
    for index in range(20):
        counted.failed(f"192.0.2.{index}")
    assert len(counted) == 10
    assert counted.seconds_until_next("198.51.100.1") == 1
    clock.now = 1.0
    assert counted.seconds_until_next("198.51.100.1") == 0


def test_a_network_of_ipv6_is_one_address_and_a_mapped_one_is_ipv4() -> None:
    counted = attempts(Clock())
    for index in range(3):
        counted.failed(f"2001:db8:1:2::{index + 1}")
    assert counted.seconds_until_next("2001:db8:1:2:ffff::9") == 10
    assert counted.seconds_until_next("2001:db8:1:3::1") == 0
    for _ in range(3):
        counted.failed("::ffff:192.0.2.7")
    assert counted.seconds_until_next("192.0.2.7") == 10


@given(st.lists(st.tuples(st.floats(0, 30), st.integers(0, 5)), max_size=60))
def test_whoever_keeps_to_the_answer_fails_no_more_than_is_allowed(tries: list[tuple[float, int]]) -> None:
    """However the tries are spread: in any stretch an address fails at most its burst and one per ten seconds."""
    clock = Clock()
    counted = attempts(clock, most=3)
    failures: list[float] = []
    for pause, who in tries:
        clock.now += pause
        if counted.seconds_until_next("192.0.2.1") == 0 and who == 0:
            counted.failed("192.0.2.1")
            failures.append(clock.now)
        elif who > 3 and counted.seconds_until_next(f"192.0.2.{who}") == 0:
            counted.failed(f"192.0.2.{who}")
        assert len(counted) <= 3
    for first in range(len(failures)):
        for last in range(first, len(failures)):
            assert last - first + 1 <= 3 + (failures[last] - failures[first]) / 10.0 + 1e-9
