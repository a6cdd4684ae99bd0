"""How far the lists are behind Kafka, as a number of records and as a share."""

import pytest

from mappers.model.lists.following import FollowedPartition, Following, Freshness


def following(*partitions: tuple[int, int, int]) -> Following:
    """Partitions by where they begin, up to where they are folded, and where they end."""
    followed = tuple(
        FollowedPartition("topic", number, position, end, begin)
        for number, (begin, position, end) in enumerate(partitions)
    )
    return Following(Freshness.CATCHING_UP, "", followed)


@pytest.mark.parametrize(
    ("partitions", "behind", "share"),
    [
        ([(0, 0, 8)], 8, 0.0),
        ([(0, 6, 8)], 2, 0.75),
        ([(0, 8, 8)], 0, 1.0),
        ([(100, 106, 108)], 2, 0.75),
        ([(0, 2, 2), (10, 11, 16)], 5, 0.375),
        ([(0, 0, 1)], 1, 0.0),
        ([(7, 7, 7)], 0, 1.0),
        ([(0, 9, 8), (0, 7, 8)], 1, 0.9375),  # Kafka gave out more since it was asked for the end.
        ([(4, 0, 8)], 8, 0.0),  # Kafka began earlier when the lists did.
    ],
)
def test_the_records_that_are_left_are_counted_over_all_partitions(
    partitions: list[tuple[int, int, int]], behind: int, share: float
) -> None:
    now = following(*partitions)
    assert (now.behind, now.share) == (behind, share)


def test_before_the_brokers_have_told_their_partitions_nobody_knows_the_share() -> None:
    assert (following().behind, following().share) == (0, None)
