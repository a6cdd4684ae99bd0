"""Records in the ledger's topic that are nobody's: unreadable ones, and such as no version of ours writes (ADR 13)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import orjson
import structlog
from aiokafka import TopicPartition

from mappers.inbound import Coordinates, Poison, PoisonReason
from streams.dispatch.context import DispatchMetrics
from streams.dispatch.ledger import DeadLetter
from streams.dispatch.ownership.letters import letter_of
from streams.reading import first_offset, poison_of

log = structlog.get_logger(__name__)

MOST_LETTERS = 100


class ForeignRecords:
    """Steps over them, and tells of each: in the log, in the count of dead letters, and as a dead letter.

    What has a key and a value of our form is not foreign, also where this version does not understand it: a newer
    one's ends the start, and what is damaged or forged is replaced (`Replacement`).
    """

    def __init__(
        self, partition: TopicPartition, version: str, metrics: DispatchMetrics, clock: Callable[[], datetime]
    ) -> None:
        """`partition` of the ledger is where all the records are: their reader may leave that out."""
        self._at = partition
        self._version = version
        self._metrics = metrics
        self._clock = clock
        self._told: set[int] = set()
        self.letters: list[DeadLetter] = []
        """The first of them, for the next transaction; it must not grow without a bound."""

    def is_ours(self, record: Any) -> bool:
        """Whether the record belongs into the ledger."""
        poison = poison_of(record.value) or _foreign(record)
        if poison is not None and record.offset not in self._told:
            self._told.add(record.offset)
            self._tell(record, poison)
        return poison is None

    def _tell(self, record: Any, poison: Poison) -> None:
        self._metrics.dead_letter(poison.reason)
        log.error(
            "ledger_record_stepped_over",
            partition=self._at.partition,
            offset=record.offset,
            reason=poison.reason.value,
            message=poison.message,
            hint="Operations: find out who wrote there or what damaged the broker's disk; see docs/operators.md.",
        )
        if len(self.letters) < MOST_LETTERS:
            at = Coordinates(self._at.topic, self._at.partition, first_offset(record.value, record.offset))
            self.letters.append(letter_of(record, poison, self._clock(), self._version, at=at, bare=True))


def _foreign(record: Any) -> Poison | None:
    value = record.value
    if _is_key(record.key) and (value is None or value.startswith(b"{")):
        return None
    return Poison(PoisonReason.FOREIGN_RECORD, "no version of Shipledger writes such a record into the ledger")


_NAMES = {
    "row": (3,),
    "answered": (4,),
    "intent": (1,),
    "rest": (1,),
    "watch": (1,),
    "rate": (2, 3),
    "owner": (0,),
    "files": (3,),
}
"""How many names follow the kind; of kinds that are not known, any number."""
LONGEST_KEY = 8_192
"""Bytes: three ids of 255 characters, each of which may take eight. Keys are kept by the thousand."""


def _is_key(key: bytes | None) -> bool:
    if key is None or len(key) > LONGEST_KEY or not key.startswith(b'["'):
        return False
    try:
        names = orjson.loads(key)
    except orjson.JSONDecodeError:
        return False
    if not all(isinstance(name, str) for name in names):
        return False
    return len(names) - 1 in _NAMES.get(names[0], (len(names) - 1,))
