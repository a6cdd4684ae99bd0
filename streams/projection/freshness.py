"""How fresh the lists are, from what the follower sees of Kafka."""

from collections.abc import Callable, Mapping
from typing import Final

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from mappers.model import FollowedPartition, Following, Freshness
from streams.ops import Progress

SILENCE: Final = 10.0
"""Seconds: brokers answer a fetch within half a second, also where there is nothing new."""

_AWAY: Final = (KafkaError, OSError, TimeoutError)


class FreshnessWatch:
    """Told by the follower, asked by readiness, liveness and the lists."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._freshness = Freshness.CATCHING_UP
        self.why_not = "the integration log has not been read yet"
        self._partitions: dict[TopicPartition, FollowedPartition] = {}
        self._behind: dict[TopicPartition, int] = {}
        self._heard: dict[TopicPartition, tuple[int | None, float]] = {}
        self._silent: TopicPartition | None = None

    def begin(self, partitions: Mapping[TopicPartition, FollowedPartition]) -> None:
        """These are followed from now on."""
        self._freshness = Freshness.CATCHING_UP
        self._partitions = dict(partitions)
        now = self._monotonic()
        self._heard = dict.fromkeys(self._partitions, (None, now))
        self._silent = None

    def look(self, each: TopicPartition, position: int, end: int | None, answered: int | None) -> int:
        """The partition is folded up to `position`; returns how many records are not folded yet.

        `answered` changes whenever the broker answers a fetch of it.
        """
        known = self._partitions[each]
        told = end if end is not None and end >= 0 else None
        self._partitions[each] = FollowedPartition(
            each.topic, each.partition, position, max(position, known.end if told is None else told), known.begin
        )
        self._behind[each] = 0 if told is None else max(0, told - position)
        if answered != self._heard[each][0]:
            self._heard[each] = (answered, self._monotonic())
        return self._behind[each]

    def judge_silence(self, *, is_idle: bool) -> None:
        """Notice a broker that does not answer: the client goes on trying and says nothing.

        While records come, what was read ahead of other partitions waits its turn, and is not asked for again.
        """
        now = self._monotonic()
        if not is_idle:
            self._heard = {each: (answered, now) for each, (answered, _) in self._heard.items()}
        self._silent = next((each for each, (_, since) in self._heard.items() if now - since > SILENCE), None)

    def caught_up(self) -> None:
        """Everything that was there at the start is folded."""
        self._freshness = Freshness.UP_TO_DATE
        self.why_not = ""

    def interrupted(self, error: Exception) -> None:
        """The follower has to begin again."""
        self._freshness = Freshness.KAFKA_AWAY if isinstance(error, _AWAY) else Freshness.INTERRUPTED
        self.why_not = f"{type(error).__name__}: {error}"

    def ended(self) -> None:
        """Nothing is polled at present; what was known of the partitions is still shown."""
        self._behind = {}
        self._heard = {}
        self._silent = None

    def progress(self) -> dict[str, Progress]:
        """For liveness, of each partition that is followed: there is work where the brokers say so."""
        return {
            f"{each.topic}[{each.partition}]": Progress(done=self._partitions[each].position, has_work=behind > 0)
            for each, behind in self._behind.items()
        }

    def following(self) -> Following:
        """What a page is told."""
        partitions = tuple(self._partitions.values())
        if self._silent is not None:
            reason = f"the broker of {self._silent.topic} {self._silent.partition} does not answer"
            return Following(Freshness.KAFKA_AWAY, reason, partitions)
        return Following(self._freshness, self.why_not, partitions)
