"""What of the topics on the brokers would lose data, in values and in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from streams.topics.specs import MOST_COPIES, TopicSpec


@dataclass(frozen=True, slots=True)
class PartitionState:
    """Where a partition is: its leader (-1: none), the brokers that have a copy, and those of them that keep up."""

    number: int
    leader: int
    copies: frozenset[int]
    in_sync: frozenset[int]


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as it is, and the operations that we may do on it; None where the brokers do not tell."""

    name: str
    partitions: tuple[PartitionState, ...]
    operations: int | None = None

    @property
    def copies(self) -> int:
        """Of the partition that has the fewest."""
        return min(len(each.copies) for each in self.partitions)


@dataclass(frozen=True, slots=True)
class Needs:
    """What a topic lacks: settings, as they must be, and copies of its partitions (0: enough)."""

    topic: str
    settings: Mapping[str, str] = field(default_factory=dict)
    copies: int = 0
    copies_now: int = 0

    def __bool__(self) -> bool:
        return bool(self.settings or self.copies)

    def __str__(self) -> str:
        words = [f"{key}={value}" for key, value in sorted(self.settings.items())]
        if self.copies:
            words.append(f"{self.copies} copies of each partition instead of {self.copies_now}")
        return f"{self.topic} needs {', '.join(words)}"


def needs_of(
    specs: Sequence[TopicSpec],
    states: Mapping[str, TopicState],
    entries: Mapping[str, Sequence[Any]],
    brokers: int,
) -> list[Needs]:
    """What the topics lack, those left out that are in order.

    `entries` are the settings as Kafka describes them (name, value, …), none where they are hidden from us.
    """
    found = [_needs(spec, states[spec.name], entries.get(spec.name, ()), brokers) for spec in specs]
    return [each for each in found if each]


def _needs(spec: TopicSpec, state: TopicState, entries: Sequence[Any], brokers: int) -> Needs:
    wanted = min(MOST_COPIES, brokers)
    too_few = state.copies < wanted
    # With the copies that it is to have, so that settings and copies can be mended in either order.
    settings = spec.shortfalls({entry[0]: entry[1] for entry in entries}, state.copies)
    return Needs(spec.name, settings, wanted if too_few else 0, state.copies)


def in_words(needs: Sequence[Needs]) -> str:
    """All of it in one line."""
    return "; ".join(map(str, needs))


def what_to_do(needs: Sequence[Needs]) -> str:
    """Which command mends it, and what no command of ours can."""
    advice = []
    if any(each.settings for each in needs):
        advice.append("run: shipledger topics create --repair")
    if any(each.copies for each in needs):
        advice.append("copies are added by Kafka's own kafka-reassign-partitions.sh")
    return "; ".join(advice)
