"""Records of our form in the ledger that cannot be read are told of, and replaced, so that none comes back (ADR 13)."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from mappers.inbound import Coordinates, Poison, PoisonReason, letter_size
from streams.dispatch.context import DispatchMetrics
from streams.dispatch.ledger import BeginUpdate, DeadLetter, Ledger, RowKey, UnreadableRecord, decode_key
from streams.dispatch.ownership.letters import letter_of
from streams.topics import DOCUMENT_LEDGER

log = structlog.get_logger(__name__)

REPLACED_AT_ONCE = 50
LETTER_BYTES = 1_000_000
"""Of one transaction, after which dead letters go without their values."""
OFFSET_UNKNOWN = -1
"""A store keeps no offsets; the newest record of the letter's key is the one."""


class Replacement:
    """Replaces those of one partition, a few at a time: a row by one that is looked up first, all others by nothing."""

    def __init__(
        self,
        ledger: Ledger,
        partition: int,
        is_home: Callable[[str], bool],
        version: str,
        metrics: DispatchMetrics,
        clock: Callable[[], datetime],
        topic: str = DOCUMENT_LEDGER,
    ) -> None:
        """`is_home` says of an organisation whether this partition is its own.

        From now on whatever the ledger takes over one of them tells of it in the same transaction.
        """
        ledger.unreadable.teller = self
        self._ledger = ledger
        self._topic = topic
        self._partition = partition
        self._is_home = is_home
        self._version = version
        self._metrics = metrics
        self._clock = clock
        self._began = clock()

    def step(self, begin_update: BeginUpdate) -> None:
        """Tell and replace the first of what was found."""
        update, ledger = begin_update(), self._ledger
        records = ledger.unreadable.take(REPLACED_AT_ONCE)
        for letter in self.letters(records):
            update.put_aside(letter)
        for record in records:
            key = decode_key(record.key)
            if key not in ledger.lost_intents:
                belongs = isinstance(key, RowKey) and self._is_home(key.organisation)
                update.replace_unreadable(key, belongs=belongs)
        # As long as a request of before waits, the lost intent may have been its own, for the next owner as well.
        if ledger.lost_intents and ((oldest := ledger.oldest()) is None or oldest > self._began):
            for key in ledger.lost_intents:
                update.replace_unreadable(key, belongs=False)
            ledger.lost_intents.clear()
        update.submit_if_any(deferred=True)

    def letters(self, records: Sequence[UnreadableRecord]) -> list[DeadLetter]:
        """The dead letter of each, logged and counted; without their values where there are too many bytes of them."""
        letters: list[DeadLetter] = []
        room = LETTER_BYTES
        for record in records:
            letters.append(letter := self._tell(record, bare=record.value is None or len(record.value) > room))
            room -= letter_size(letter.key, letter.value, letter.headers)
        return letters

    def _tell(self, record: UnreadableRecord, *, bare: bool) -> DeadLetter:
        poison = Poison(PoisonReason.LEDGER_UNREADABLE, f"a record of the ledger that cannot be read: {record.why}")
        self._metrics.dead_letter(poison.reason)
        log.error(
            "ledger_record_replaced",
            partition=self._partition,
            key=record.key.decode(errors="replace")[:200],
            reason=poison.reason.value,
            message=record.why[:200],
            hint="Operations: find out who wrote there; send the shipment again with Sync Now; see docs/operators.md.",
        )
        at = Coordinates(self._topic, self._partition, OFFSET_UNKNOWN)
        return letter_of(record, poison, self._clock(), self._version, at=at, bare=bare)
