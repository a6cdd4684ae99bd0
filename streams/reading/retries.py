"""How long a batch with a wrong checksum is fetched again before it is taken for damaged on the broker."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from aiokafka import TopicPartition

log = structlog.get_logger(__name__)

LEAST_TRIES = 10
PATIENCE = 5.0
"""Seconds. Another replica may be asked meanwhile, or a broker that has only a moment's trouble."""
MOST_KNOWN = 1000


@dataclass(slots=True)
class _Tried:
    since: float
    times: int = 0


class Retries:
    """Counts by the offset at which the reading stopped. Each fetch asks the broker anew, perhaps another one."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._tried: dict[tuple[str, int, int], _Tried] = {}

    def may_try_again(self, partition: TopicPartition, offset: int) -> bool:
        """Whether to fetch it once more."""
        place, now = (partition.topic, partition.partition, offset), self._monotonic()
        tried = self._tried.get(place)
        if tried is None:
            log.warning("batch_fetched_again", topic=place[0], partition=place[1], offset=offset)
            if len(self._tried) >= MOST_KNOWN:
                self._tried.pop(next(iter(self._tried)))
            tried = self._tried[place] = _Tried(now)
        tried.times += 1
        if tried.times <= LEAST_TRIES or now - tried.since < PATIENCE:
            return True
        del self._tried[place]
        return False
