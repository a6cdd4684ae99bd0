"""How fresh the lists are, as a test says."""

from mappers.model import FollowedPartition, Following, Freshness

UP_TO_DATE = Following(Freshness.UP_TO_DATE, "", (FollowedPartition("accounting.sync-outcomes.v1", 0, 7, 7, 0),))


class ToldFreshness:
    """Answers what it was told last."""

    def __init__(self, told: Following = UP_TO_DATE) -> None:
        self.told = told

    def following(self) -> Following:
        return self.told
