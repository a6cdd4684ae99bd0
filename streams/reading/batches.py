"""A fetch's bytes, taken apart into batches by what their heads say."""

import struct
from typing import NamedTuple

# Kafka, "Record Batch". Offset, length and the place of the magic byte are the same in the older message formats.
_HEAD = struct.Struct(">qiibIhiqqqhii")
_OFFSET_AND_LENGTH = struct.Struct(">qi")
_MAGIC_AT = 16
_SMALLEST_LENGTH = 5
ATTRIBUTES_AT = 21
CURRENT_MAGIC = 2
_CODEC, _APPEND_TIME = 0x07, 0x08
# A batch of a client has as many offsets as records, and each record takes some bytes.
MOST_OFFSETS = 10_000_000


class Head(NamedTuple):
    """What the head of a batch says, whether or not its checksum is right."""

    base: int
    magic: int
    attributes: int
    last_delta: int
    first_timestamp: int
    max_timestamp: int
    records: int

    @classmethod
    def of(cls, raw: bytes) -> "Head":
        """For the current format. Raises struct.error where there is not that much."""
        base, _, _, magic, _, attributes, last_delta, first, newest, _, _, _, count = _HEAD.unpack_from(raw)
        return cls(base, magic, attributes, last_delta, first, newest, count)

    @property
    def codec(self) -> int:
        """As in `Codec`, or a number that stands for none."""
        return self.attributes & _CODEC

    @property
    def has_append_time(self) -> bool:
        """Whether the broker's time counts, not the sender's."""
        return bool(self.attributes & _APPEND_TIME)

    @property
    def last(self) -> int | None:
        """The last offset; None where what stands there cannot be one."""
        return self.base + self.last_delta if 0 <= self.last_delta < MOST_OFFSETS else None


HEAD_SIZE = _HEAD.size


class RawBatch(NamedTuple):
    """The bytes of one batch. `is_whole`: its length fits; else they are all that was there.

    `next_base` is the first offset of the batch behind it, where one was fetched with it.
    """

    raw: bytes
    is_whole: bool
    next_base: int | None

    @property
    def magic(self) -> int:
        """The version of its format."""
        return self.raw[_MAGIC_AT]

    @property
    def is_current(self) -> bool:
        """Whether it has a head of the current format."""
        return len(self.raw) >= HEAD_SIZE and self.magic >= CURRENT_MAGIC

    @property
    def base(self) -> int:
        """Its first offset, or with the older formats the last one."""
        return int(_OFFSET_AND_LENGTH.unpack_from(self.raw)[0])


class FetchedBatches:
    """In the place of aiokafka's `MemoryRecords`: the same, but nothing in the bytes makes it raise.

    Brokers cut the last batch off where a fetch is full; never the first one (KIP-74). A first one that is not whole
    has a damaged length.
    """

    def __init__(self, data: bytes | None) -> None:
        self._data = data or b""
        self._at = 0
        self._end = self._end_of_batch()

    def size_in_bytes(self) -> int:
        """As aiokafka's."""
        return len(self._data)

    def has_next(self) -> bool:
        """Whether a batch is left."""
        return self._end is not None or (self._at == 0 and bool(self._data))

    def next_batch(self) -> RawBatch:
        """The next one. Only after `has_next`."""
        start, end = self._at, self._end
        self._at = len(self._data) if end is None else end
        self._end = self._end_of_batch()
        next_base = None if self._end is None else int(_OFFSET_AND_LENGTH.unpack_from(self._data, self._at)[0])
        return RawBatch(self._data[start : self._at], end is not None, next_base)

    def _end_of_batch(self) -> int | None:
        if len(self._data) - self._at <= _MAGIC_AT:
            return None
        end = self._at + _OFFSET_AND_LENGTH.size
        length = int(_OFFSET_AND_LENGTH.unpack_from(self._data, self._at)[1])
        return end + length if _SMALLEST_LENGTH <= length <= len(self._data) - end else None
