"""A partition's log: batches with their offsets, control records among them, and what is stable."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import calc_crc32c

from tests.simulation.broker.codes import Code

_BASE_OFFSET = struct.Struct(">q")
_HEAD = struct.Struct(">qiibIhiqqqhii")
"""Of a batch (kafka.apache.org, "Record Batch"): offset, length, leader epoch, magic, checksum, attributes, last offset
delta, first and last time, producer id and epoch, first sequence, count of records."""
_ATTRIBUTES_AT, _CHECKSUM_AT = 21, 17
_TRANSACTIONAL, _CONTROL = 0x10, 0x20
_REMEMBERED = 5
"""Batches of a producer that a broker knows again when they are repeated."""


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """Some records of one producer, or the marker at a transaction's end."""

    first: int
    last: int
    data: bytes
    producer: int
    is_transactional: bool
    is_control: bool
    timestamp: int


@dataclass(slots=True)
class _Sequence:
    """What is known of a producer: its epoch, the next number that it must use, its last batches by number."""

    epoch: int
    expected: int = 0
    recent: dict[int, int] = field(default_factory=dict)


class TopicLog:
    """One partition. `on_change` is told whenever more can be read."""

    def __init__(self, topic: str, partition: int, on_change: Callable[[], None]) -> None:
        self.topic = topic
        self.partition = partition
        self.batches: list[StoredBatch] = []
        self.start = 0
        self.end = 0
        self._on_change = on_change
        self._sequences: dict[int, _Sequence] = {}
        self._open: dict[int, int] = {}
        """The first offset of each producer's open transaction."""
        self._aborted: list[tuple[int, int, int]] = []
        """Producer, first and last offset of what was aborted."""

    @property
    def stable(self) -> int:
        """Up to where everything is decided: the last stable offset."""
        return min(self._open.values(), default=self.end)

    def append(self, data: bytes, now_ms: int) -> tuple[Code, int]:
        """Store a batch as a producer sent it; where it is a repeated one, say where it already is."""
        head = _HEAD.unpack_from(data)
        attributes, delta, producer, epoch, sequence, count = head[5], head[6], head[9], head[10], head[11], head[12]
        if producer >= 0:
            code, offset = self._check(producer, epoch, sequence, count)
            if code is not Code.NONE or offset is not None:
                return code, -1 if offset is None else offset
        first = self.end
        is_transactional = bool(attributes & _TRANSACTIONAL)
        if is_transactional:
            self._open.setdefault(producer, first)
        if producer >= 0:
            self._remember(producer, sequence, count, first)
        self._store(_placed(data, first), first, first + delta, producer, now_ms, is_transactional=is_transactional)
        return Code.NONE, first

    def _check(self, producer: int, epoch: int, sequence: int, count: int) -> tuple[Code, int | None]:
        known = self._sequences.get(producer)
        if known is None or epoch > known.epoch:
            if sequence != 0 and known is not None:
                return Code.OUT_OF_ORDER_SEQUENCE, None
            self._sequences[producer] = _Sequence(epoch, sequence)
            return Code.NONE, None
        if epoch < known.epoch:
            return Code.INVALID_PRODUCER_EPOCH, None
        if sequence in known.recent:
            return Code.NONE, known.recent[sequence]
        if sequence + count <= known.expected:
            return Code.DUPLICATE_SEQUENCE, None
        return (Code.NONE if sequence == known.expected else Code.OUT_OF_ORDER_SEQUENCE), None

    def _remember(self, producer: int, sequence: int, count: int, offset: int) -> None:
        known = self._sequences[producer]
        known.expected = sequence + count
        known.recent[sequence] = offset
        while len(known.recent) > _REMEMBERED:
            del known.recent[next(iter(known.recent))]

    def mark(self, producer: int, epoch: int, now_ms: int, *, commit: bool) -> None:
        """End a producer's transaction: the marker takes an offset. From now on no older epoch may write."""
        first = self._open.pop(producer, None)
        if first is not None and not commit:
            self._aborted.append((producer, first, self.end))
        known = self._sequences.get(producer)
        if known is None or epoch > known.epoch:
            self._sequences[producer] = _Sequence(epoch)
        data = _placed(_marker(producer, epoch, now_ms, commit=commit), self.end)
        self._store(data, self.end, self.end, producer, now_ms, is_transactional=True, is_control=True)

    def _store(
        self,
        data: bytes,
        first: int,
        last: int,
        producer: int,
        now_ms: int,
        *,
        is_transactional: bool,
        is_control: bool = False,
    ) -> None:
        self.batches.append(StoredBatch(first, last, data, producer, is_transactional, is_control, now_ms))
        self.end = last + 1
        self._on_change()

    def read(self, offset: int, most: int, *, committed: bool) -> tuple[bytes, list[tuple[int, int]]]:
        """Batches from an offset on, at least one where there is any, and the aborted transactions among them."""
        upto = self.stable if committed else self.end
        parts: list[bytes] = []
        size, last = 0, offset
        for batch in self._from(offset, upto):
            if parts and size + len(batch.data) > most:
                break
            parts.append(batch.data)
            size, last = size + len(batch.data), batch.last
        aborted = [(each[0], each[1]) for each in self._aborted if each[2] >= offset and each[1] <= last]
        return b"".join(parts), aborted if committed else []

    def _from(self, offset: int, upto: int) -> Iterator[StoredBatch]:
        low, high = 0, len(self.batches)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.batches[middle].last < offset else (low, middle)
        return (each for each in self.batches[low:] if each.first < upto)

    def offset_at(self, timestamp: int) -> tuple[int, int]:
        """The first offset of that time or later, and its time; -1 where there is none."""
        return next(((each.first, each.timestamp) for each in self.batches if each.timestamp >= timestamp), (-1, -1))

    def records(self, *, committed: bool = True) -> list[tuple[int, Any]]:
        """What a reader would be given: for tests."""
        dropped = [(producer, first, last) for producer, first, last in self._aborted] if committed else []
        found = []
        for batch in self._from(self.start, self.stable if committed else self.end):
            is_dropped = any(batch.producer == each[0] and each[1] <= batch.first <= each[2] for each in dropped)
            if not batch.is_control and not (batch.is_transactional and is_dropped):
                found += [(each.offset, each) for each in _decoded(batch.data)]
        return found


def _placed(data: bytes, offset: int) -> bytes:
    """The checksum does not cover the offset: the broker writes it."""
    return _BASE_OFFSET.pack(offset) + data[_BASE_OFFSET.size :]


def _decoded(data: bytes) -> list[Any]:
    memory = MemoryRecords(data)
    found = []
    while (batch := memory.next_batch()) is not None:
        found += list(batch)
    return found


def _marker(producer: int, epoch: int, now_ms: int, *, commit: bool) -> bytes:
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=1,
        producer_id=producer,
        producer_epoch=epoch,
        base_sequence=-1,
        batch_size=1024,
    )
    builder.append(0, now_ms, struct.pack(">hh", 0, int(commit)), struct.pack(">hi", 0, 0), [])
    data = bytearray(builder.build())
    struct.pack_into(">h", data, _ATTRIBUTES_AT, _TRANSACTIONAL | _CONTROL)
    struct.pack_into(">I", data, _CHECKSUM_AT, calc_crc32c(bytes(data[_ATTRIBUTES_AT:])))
    return bytes(data)
