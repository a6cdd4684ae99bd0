"""In the place of aiokafka's `PartitionRecords`: what one record or batch has wrong does not keep the others back."""

import hashlib
import struct
from collections.abc import Generator, Iterator
from typing import Any

import structlog
from aiokafka.consumer.fetcher import READ_COMMITTED, PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.record.legacy_records import LegacyRecordBatch
from aiokafka.structs import ConsumerRecord

from mappers.inbound import PoisonReason
from streams.reading.batches import ATTRIBUTES_AT, CURRENT_MAGIC, HEAD_SIZE, Head, RawBatch
from streams.reading.inflate import Codec, inflate
from streams.reading.records import Damaged, read_records
from streams.reading.retries import Retries
from streams.reading.unreadable import Fault, Unreadable

log = structlog.get_logger(__name__)

MOST_INFLATED = 32 * 1024 * 1024
"""Bytes. What a sender's client batches stays far below; what lies above is stepped over."""

# What aiokafka's readers raise for bytes that they do not understand. A missing library (UnsupportedCodecError) and a
# lack of memory are not among them: those are not the record's fault, and it must not be stepped over for them.
_BAD_BYTES = (CorruptRecordException, ValueError, IndexError, OverflowError, AssertionError, struct.error)
_CODEC = 0x07
_OLDER_ATTRIBUTES_AT, _OLDER_KEY_AT = 17, (18, 26)
_SMALLEST = (26, 34, HEAD_SIZE)


class ReadablePartition(PartitionRecords):  # type: ignore[misc]  # aiokafka publishes no types.
    """As aiokafka 0.14.0, with an `Unreadable` where a record cannot be read.

    A wrong checksum may be a fault on the way here, so the batch is fetched again first; `retries` counts that.
    Where the checksum is right the bytes are those that the broker has, and will not change.
    """

    next_fetch_offset: int
    """Where the reading is: it moves with each record that is handed out."""

    def __init__(self, retries: Retries, most_inflated: int, *arguments: Any) -> None:
        """`arguments` are those of aiokafka's."""
        self._retries = retries
        self._most_inflated = most_inflated
        super().__init__(*arguments)

    def _unpack_records(self) -> Iterator[ConsumerRecord]:
        while self._records.has_next():
            batch: RawBatch = self._records.next_batch()
            reader = self._reader(batch)
            if reader is None:
                if self._retries.may_try_again(self._tp, self.next_fetch_offset):
                    return  # The position stays, so it is fetched again.
                yield self._stepped_over(batch, _last_of(batch), PoisonReason.UNDECODABLE, _NOT_INTACT)
            elif batch.magic < CURRENT_MAGIC:
                yield from self._older(batch, reader)
            else:
                yield from self._current(batch, reader)

    def _reader(self, batch: RawBatch) -> Any:
        """aiokafka's compiled reader of the batch; None where length or checksum is wrong."""
        if not batch.is_whole or len(batch.raw) < _SMALLEST[min(batch.magic, CURRENT_MAGIC)]:
            return None  # It would look behind the end.
        try:
            is_older = batch.magic < CURRENT_MAGIC
            reader = LegacyRecordBatch(batch.raw, batch.magic) if is_older else DefaultRecordBatch(batch.raw)
            return reader if not self._check_crcs or reader.validate_crc() else None
        except _BAD_BYTES:
            return None

    # -- the current format --------------------------------------------------------------------------------------

    def _current(self, batch: RawBatch, reader: Any) -> Iterator[ConsumerRecord]:
        head = Head.of(batch.raw)
        after = self.next_fetch_offset if head.last is None else head.last + 1
        if not self._is_skipped(reader):
            yield from self._records_of(batch, head, reader)
        # Not from the last record: compaction may have taken it away, and the batch would be fetched for ever.
        self.next_fetch_offset = max(self.next_fetch_offset, after)

    def _is_skipped(self, reader: Any) -> bool:
        """Whether it is a transaction's marker, or was aborted. It need not be inflated for that."""
        if self._isolation_level == READ_COMMITTED:
            self._consume_aborted_up_to(reader.base_offset)
            if reader.is_control_batch:
                # Commit or abort, it ends the transaction; a later one that is aborted is listed by itself.
                self._aborted_producers.discard(reader.producer_id)
            elif reader.is_transactional and reader.producer_id in self._aborted_producers:
                return True
        return bool(reader.is_control_batch)

    def _records_of(self, batch: RawBatch, head: Head, reader: Any) -> Iterator[ConsumerRecord]:
        if head.magic != CURRENT_MAGIC or head.codec > Codec.ZSTD or head.last is None:
            message = f"format {head.magic}, compression {head.codec}, offsets to {head.last_delta}: not known"
            yield self._stepped_over(batch, _last_of(batch), PoisonReason.UNDECODABLE, message)
            return
        inflated = inflate(Codec(head.codec), batch.raw[HEAD_SIZE:], self._most_inflated)
        try:
            if inflated.fault is None:
                if head.codec:
                    reader = DefaultRecordBatch(_uncompressed(batch.raw, inflated.data))
                yield from self._quickly(head, reader)
                return
        except _BAD_BYTES as error:
            log.debug("read_one_by_one", topic=self._tp.topic, partition=self._tp.partition, error=repr(error)[:200])
        is_whole = yield from self._one_by_one(head, inflated.data)
        if not is_whole and self.next_fetch_offset <= head.last:
            reason, message = inflated.fault or (PoisonReason.UNDECODABLE, _NO_RECORD)
            yield self._stepped_over(batch, head.last, reason, message)

    def _quickly(self, head: Head, reader: Any) -> Iterator[ConsumerRecord]:
        """Raises one of `_BAD_BYTES` at the first record that aiokafka's reader cannot read."""
        before = head.base - 1
        for record in reader:
            if not _is_in_order(before, record.offset, head):
                raise ValueError(f"offset {record.offset} behind {before}")
            before = record.offset
            if before >= self.next_fetch_offset:
                yield self._delivered(record)

    def _one_by_one(self, head: Head, body: Any) -> Generator[ConsumerRecord, None, bool]:
        """What is behind the position, each record by itself. Returns whether all of them are there, in order."""
        before, count = head.base - 1, 0
        for record in read_records(head, body):
            offset = before + 1 if record.offset is None else record.offset
            if not _is_in_order(before, offset, head):
                return False
            before, count = offset, count + 1
            if offset < self.next_fetch_offset:
                continue
            if isinstance(record, Damaged):
                yield self._unreadable(record.raw, offset, PoisonReason.UNDECODABLE, record.message, head)
            else:
                yield self._delivered(record)
        return count == head.records

    # -- the formats before Kafka 0.11 ---------------------------------------------------------------------------

    def _older(self, batch: RawBatch, reader: Any) -> Iterator[ConsumerRecord]:
        """A batch has the offset of its last record, and is one record where it is not compressed."""
        try:
            self._check_size(batch)
            for record in reader:
                if record.offset >= self.next_fetch_offset:
                    yield self._delivered(record)
        except _BAD_BYTES as error:
            if self.next_fetch_offset <= batch.base:
                yield self._stepped_over(batch, batch.base, PoisonReason.UNDECODABLE, f"{error}"[:200])
        self.next_fetch_offset = max(self.next_fetch_offset, batch.base + 1)

    def _check_size(self, batch: RawBatch) -> None:
        """Raises ValueError where what is inside is more than may be; aiokafka itself would inflate all of it."""
        codec = batch.raw[_OLDER_ATTRIBUTES_AT] & _CODEC
        if not codec:
            return
        at = _OLDER_KEY_AT[batch.magic]
        (key,) = struct.unpack_from(">i", batch.raw, at)
        at += 8 + max(0, key)  # Two lengths stand before the value, and the key.
        fault = inflate(Codec(codec), batch.raw[at:], self._most_inflated).fault
        if fault is not None:
            raise ValueError(fault[1])

    # -- what is delivered ---------------------------------------------------------------------------------------

    def _delivered(self, record: Any) -> ConsumerRecord:
        made = self._consumer_record(self._tp, record)
        self.next_fetch_offset = record.offset + 1
        return made

    def _stepped_over(self, batch: RawBatch, last: int, reason: PoisonReason, message: str) -> ConsumerRecord:
        """One for all of the batch that is left."""
        head = Head.of(batch.raw) if batch.is_current else None
        return self._unreadable(batch.raw, max(last, self.next_fetch_offset), reason, message, head)

    def _unreadable(
        self, raw: bytes | memoryview, last: int, reason: PoisonReason, message: str, head: Head | None
    ) -> ConsumerRecord:
        first, digest = self.next_fetch_offset, hashlib.sha256(raw).hexdigest()
        value = Unreadable(Fault(reason, message, first, last, len(raw), digest))
        log.error(
            "record_unreadable",
            topic=self._tp.topic,
            partition=self._tp.partition,
            first=first,
            last=last,
            reason=reason.value,
            message=message,
        )
        self.next_fetch_offset = last + 1
        # The last offset, so that whoever commits it or goes on behind it never meets the same again.
        time = -1 if head is None else head.max_timestamp
        return ConsumerRecord(self._tp.topic, self._tp.partition, last, time, 0, None, value, None, -1, 0, ())


_NOT_INTACT = "the batch is damaged: its length or its checksum is wrong"
_NO_RECORD = "the batch has not as many records as it says, or not in order"


def _uncompressed(raw: bytes, body: Any) -> bytes:
    """The batch as it would be without compression; its checksum is of the compressed one, and was looked at."""
    head = bytearray(raw[:HEAD_SIZE])
    head[ATTRIBUTES_AT + 1] &= ~_CODEC & 0xFF
    return b"".join((head, body))


def _is_in_order(before: int, offset: int, head: Head) -> bool:
    """Brokers do not check the offsets inside of a batch, and the next position is taken from each.

    Only compaction leaves gaps, and a batch then has fewer records than offsets.
    """
    if head.records == head.last_delta + 1:
        return offset == before + 1
    return head.last is not None and before < offset <= head.last


def _last_of(batch: RawBatch) -> int:
    """The last offset of a batch whose head cannot be trusted: not beyond the next batch. -1 where nothing tells."""
    said = Head.of(batch.raw).last if batch.is_current else None
    ends = [said, None if batch.next_base is None else batch.next_base - 1]
    return min((each for each in ends if each is not None), default=-1)
