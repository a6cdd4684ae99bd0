"""How fresh the lists are: whether everything that Kafka has is folded into them."""

from dataclasses import dataclass
from enum import StrEnum


class Freshness(StrEnum):
    """What a page may say above its lists."""

    UP_TO_DATE = "up_to_date"
    CATCHING_UP = "catching_up"
    KAFKA_AWAY = "kafka_away"
    INTERRUPTED = "interrupted"
    """A fault that is none of Kafka's; `reason` says which."""


@dataclass(frozen=True, slots=True)
class FollowedPartition:
    """How far a partition is folded: `position` is the offset to read next, `end` the one that Kafka gives out next."""

    topic: str
    partition: int
    position: int
    end: int
    begin: int
    """The oldest offset that Kafka had at the start."""


@dataclass(frozen=True, slots=True)
class Following:
    """How fresh the lists are. `partitions` is empty before the brokers have told them."""

    freshness: Freshness
    reason: str
    partitions: tuple[FollowedPartition, ...]

    @property
    def behind(self) -> int:
        """How many records are not folded yet."""
        return sum(max(0, each.end - each.position) for each in self.partitions)

    @property
    def share(self) -> float | None:
        """How much of the topics is folded, from 0 to 1; None where it is not known how much there is."""
        if not self.partitions:
            return None
        whole = sum(each.end - each.begin for each in self.partitions)
        return 1.0 if whole <= 0 else max(0.0, 1 - self.behind / whole)
