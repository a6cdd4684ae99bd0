"""`accounting.attention-notes.v1`: read from its beginning by each worker that tells, and to its end before each round.

No group and no disk: it is one record a company and channel. Whatever fails, it is read anew from the beginning.
Records of other companies are not kept, whoever writes them.
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Final

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from streams.notes.ports import MemoryAwayError
from streams.notes.told import Told, decode_told, encode_told
from streams.ops import NoteChannel, Patience, bounded
from streams.reading import poison_of
from streams.topics import LARGEST_NOTE_RECORD, TopicsMissingError
from streams.writing import RenewingProducer

log = structlog.get_logger(__name__)

ANSWER_SECONDS: Final = 10.0
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 1.0
LOOK_MILLISECONDS: Final = 200
READ_AT_ONCE: Final = 20

_AWAY: Final = (KafkaError, OSError, TimeoutError, TopicsMissingError)


class KafkaMemory:
    """The port `Memory`. Its users call it one after another: `read` is guarded, so that they may share it."""

    def __init__(
        self,
        make_consumer: Callable[[], Any],
        producer: RenewingProducer,
        partitions: Callable[[], Any],
        topic: str,
        companies: Iterable[str],
    ) -> None:
        """`make_consumer` makes aiokafka's, not started; `partitions` is awaited for every partition of the topic.

        `companies` are those that are told of; they may change.
        """
        self._make_consumer = make_consumer
        self._producer = producer
        self._partitions = partitions
        self._topic = topic
        self._companies = companies
        self._read_for: frozenset[str] = frozenset()
        self._consumer: Any = None
        self._assigned: list[TopicPartition] = []
        self._table: dict[str, tuple[int, int, Told]] = {}
        self._lock = asyncio.Lock()

    async def read(self) -> None:
        """See the port."""
        async with self._lock:
            try:
                await self._read_to_the_end()
            except Exception as error:
                await self._drop_consumer()
                if not isinstance(error, _AWAY):
                    raise
                raise MemoryAwayError(f"what was told cannot be read: {error or repr(error)}") from error

    def told(self, channel: NoteChannel, company_id: str) -> Told:
        """See the port."""
        empty = Told(channel=channel, company_id=company_id)
        return self._table[empty.key][2] if empty.key in self._table else empty

    async def keep(self, told: Told) -> None:
        """See the port."""
        async with self._lock:
            try:
                sending = self._producer.send_and_wait(self._topic, encode_told(told), key=told.key.encode())
                sent = await bounded(sending, ANSWER_SECONDS, "keeping what was told")
            except _AWAY as error:
                raise MemoryAwayError(f"what was told cannot be kept: {error or repr(error)}") from error
            self._take(told, sent.partition, sent.offset)

    async def close(self) -> None:
        """Close both clients."""
        await self._drop_consumer()
        await self._producer.stop()

    async def _read_to_the_end(self) -> None:
        if not self._read_for.issuperset(self._companies):
            await self._drop_consumer()
        if self._consumer is None:
            await self._begin()
        ends = await self._ends()
        if await self._is_beyond(ends):
            # The topic was deleted and made anew: what we know stands nowhere any more.
            await self._drop_consumer()
            await self._begin()
            ends = await self._ends()
        now = asyncio.get_running_loop().time
        patience = Patience(START_SECONDS, now, "the topic of the notes gave nothing before its end")
        while await self._is_behind(ends):
            polled = await bounded(
                self._consumer.getmany(timeout_ms=LOOK_MILLISECONDS, max_records=READ_AT_ONCE),
                ANSWER_SECONDS,
                "the next notes",
            )
            for record in (each for records in polled.values() for each in records):
                self._read(record)
                await asyncio.sleep(0)  # One may be a megabyte.
            patience.check([await self._position(each) for each in self._assigned])

    async def _begin(self) -> None:
        self._assigned = await bounded(self._partitions(), START_SECONDS, "the partitions of the notes")
        consumer = self._make_consumer()
        self._consumer = consumer
        self._read_for = frozenset(self._companies)
        self._table.clear()
        await bounded(consumer.start(), START_SECONDS, "the start of the consumer of the notes")
        first = await bounded(consumer.beginning_offsets(self._assigned), ANSWER_SECONDS, "the first notes")
        consumer.assign(self._assigned)
        for each, offset in first.items():
            consumer.seek(each, offset)

    async def _ends(self) -> dict[TopicPartition, int]:
        ends: dict[TopicPartition, int] = await bounded(
            self._consumer.end_offsets(self._assigned), ANSWER_SECONDS, "the end of the notes"
        )
        return ends

    async def _is_behind(self, ends: dict[TopicPartition, int]) -> bool:
        return any([await self._position(each) < end for each, end in ends.items()])

    async def _is_beyond(self, ends: dict[TopicPartition, int]) -> bool:
        return any([await self._position(each) > end for each, end in ends.items()])

    async def _position(self, partition: TopicPartition) -> int:
        position: int = await bounded(self._consumer.position(partition), ANSWER_SECONDS, "the position in the notes")
        return position

    def _read(self, record: Any) -> None:
        """One that cannot be read counts for nothing: its company may be told again, and loses nothing."""
        if record.value is None and record.key is not None:
            self._table.pop(record.key.decode("utf-8", "replace"), None)
            return
        told = _told_in(record)
        if told is None:
            log.warning("note_record_unreadable", partition=record.partition, offset=record.offset)
        elif told.company_id in self._read_for:
            self._take(told, record.partition, record.offset)

    def _take(self, told: Told, partition: int, offset: int) -> None:
        """The newest counts; what we have just kept is read once more later."""
        known = self._table.get(told.key)
        if known is None or known[0] != partition or known[1] <= offset:
            self._table[told.key] = (partition, offset, told)

    async def _drop_consumer(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with suppress(Exception):
                await bounded(consumer.stop(), STOP_SECONDS, "the end of the consumer of the notes")


def _told_in(record: Any) -> Told | None:
    """What the record says; None where it cannot be read, or says it under the key of something else.

    Under another key it would never be replaced, and come back at every start.
    """
    if poison_of(record.value) or len(record.value or b"") > LARGEST_NOTE_RECORD:
        return None
    try:
        told = decode_told(record.value or b"")
    except ValueError:
        return None
    return told if told.key.encode() == record.key else None
