"""Batches of records as they lie in a topic, byte by byte: also such as no client of ours would write."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka import codec
from aiokafka.record.util import calc_crc32c

_HEAD = struct.Struct(">qiibIhiqqqhii")
CRC_AT, ATTRIBUTES_AT = 17, 21
CODECS = {
    "none": (0, bytes),
    "gzip": (1, codec.gzip_encode),
    "snappy": (2, codec.snappy_encode),
    "lz4": (3, codec.lz4_encode),
    "zstd": (4, codec.zstd_encode),
}


def varint(number: int) -> bytes:
    """Zigzag, least significant first."""
    rest, found = (number << 1) ^ (number >> 63), bytearray()
    while rest >= 0x80:
        found.append(rest & 0x7F | 0x80)
        rest >>= 7
    return bytes([*found, rest])


def sized(data: bytes | None) -> bytes:
    """Its length and itself."""
    return varint(-1) if data is None else varint(len(data)) + data


@dataclass(frozen=True)
class Sent:
    """A record of a batch; header names are bytes. `body` is sent in the place of what follows from the rest."""

    value: bytes | None
    key: bytes | None = b"k"
    headers: Sequence[tuple[bytes, bytes | None]] = ()
    delta: int | None = None
    body: bytes | None = None

    def encoded(self, index: int) -> bytes:
        """With its length in front."""
        return sized(self.body or self._body(index if self.delta is None else self.delta))

    def _body(self, delta: int) -> bytes:
        headers = varint(len(self.headers)) + b"".join(sized(name) + sized(value) for name, value in self.headers)
        return b"\0" + varint(0) + varint(delta) + sized(self.key) + sized(self.value) + headers


@dataclass(frozen=True)
class Batch:
    """A batch of the current format."""

    records: Sequence[Sent]
    base: int = 0
    codec: str = "none"
    time: int = 1_700_000_000_000
    last_delta: int | None = None
    attributes: int = 0
    producer: int = -1
    magic: int = 2
    body: bytes | None = field(default=None, repr=False)

    def encoded(self) -> bytes:
        """With the right length and checksum."""
        number, compress = CODECS[self.codec]
        plain = b"".join(each.encoded(index) for index, each in enumerate(self.records))
        body = compress(plain) if self.body is None else self.body
        last = len(self.records) - 1 if self.last_delta is None else self.last_delta
        attributes, count = self.attributes | number, len(self.records)
        size = _HEAD.size - 12 + len(body)
        rest = (attributes, last, self.time, self.time, self.producer, -1, -1, count)
        covered = _HEAD.pack(self.base, size, 0, self.magic, 0, *rest)[ATTRIBUTES_AT:] + body
        return _HEAD.pack(self.base, size, 0, self.magic, calc_crc32c(covered), *rest) + body
