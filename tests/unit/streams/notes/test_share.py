"""Whose companies a worker tells: each company has one teller, who first catches up with what others saw."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mappers.model import FollowedPartition, Following, Freshness
from streams.notes.share import SETTLE_SECONDS, Share, partition_of
from tests.fakes.following import ToldFreshness

COMPANIES = [f"company-{number}" for number in range(20)]


def following(position: int = 7, end: int = 7, partitions: int = 4) -> Following:
    followed = tuple(FollowedPartition("outcomes", each, position, end, 0) for each in range(partitions))
    return Following(Freshness.UP_TO_DATE, "", followed)


class Worker:
    def __init__(self, owned: set[int]) -> None:
        self.owned, self.now = owned, 0.0
        self.freshness = ToldFreshness(following())
        self.share = Share(lambda: frozenset(self.owned), COMPANIES, self.freshness, lambda: self.now)

    def settled(self) -> list[str]:
        self.share.companies()
        self.now += SETTLE_SECONDS
        return self.share.companies()


@given(st.sets(st.integers(0, 3)))
def test_each_company_has_one_teller(first: set[int]) -> None:
    one, other = Worker(first), Worker({0, 1, 2, 3} - first)
    assert sorted([*one.settled(), *other.settled()]) == sorted(COMPANIES)


def test_the_order_in_which_workers_were_started_does_not_move_a_company() -> None:
    """The same on every machine and in every process: Python's own hashes are not."""
    assert [partition_of(each, 4) for each in COMPANIES[:6]] == [3, 0, 1, 0, 3, 1]


def test_a_new_owner_waits_until_it_has_folded_what_was_there() -> None:
    worker = Worker({0, 1, 2, 3})
    worker.freshness.told = following(position=7, end=9)
    assert worker.settled() == []
    worker.freshness.told = following(position=8, end=12)
    assert worker.share.companies() == []
    worker.freshness.told = following(position=9, end=20)
    assert worker.share.companies() == COMPANIES


def test_partitions_that_are_lost_and_come_back_are_new_again() -> None:
    worker = Worker({0, 1, 2, 3})
    assert worker.settled() == COMPANIES
    worker.owned = set()
    assert worker.share.companies() == []
    assert not worker.share.still_has(COMPANIES[0])
    worker.owned = {0, 1, 2, 3}
    assert worker.share.companies() == []
    assert worker.share.still_has(COMPANIES[0])
    assert worker.settled() == COMPANIES


def test_whoever_does_not_follow_tells_nobody_and_catches_up_anew() -> None:
    worker = Worker({0, 1, 2, 3})
    assert worker.settled() == COMPANIES
    for freshness in set(Freshness) - {Freshness.UP_TO_DATE}:
        worker.freshness.told = replace(following(), freshness=freshness)
        assert worker.share.companies() == []
        worker.freshness.told = following()
        assert worker.share.companies() == []
        assert worker.settled() == COMPANIES


def test_before_the_brokers_have_told_the_partitions_nobody_is_ours() -> None:
    worker = Worker({0})
    worker.freshness.told = Following(Freshness.UP_TO_DATE, "", ())
    assert worker.settled() == []
