"""How often a batch with a wrong checksum is fetched again before it is taken for damaged on the broker."""

import structlog
from aiokafka import TopicPartition

log = structlog.get_logger(__name__)

MOST_TRIES = 10
MOST_KNOWN = 1000


class Retries:
    """Counts by the offset at which the reading stopped. Each fetch asks the broker anew, perhaps another one."""

    def __init__(self) -> None:
        self._tries: dict[tuple[str, int, int], int] = {}

    def may_try_again(self, partition: TopicPartition, offset: int) -> bool:
        """Whether to fetch it once more."""
        place = partition.topic, partition.partition, offset
        tries = self._tries.pop(place, 0) + 1
        if tries > MOST_TRIES:
            return False
        if len(self._tries) >= MOST_KNOWN:
            self._tries.pop(next(iter(self._tries)))
        self._tries[place] = tries
        log.warning("batch_fetched_again", topic=place[0], partition=place[1], offset=offset, tries=tries)
        return True
