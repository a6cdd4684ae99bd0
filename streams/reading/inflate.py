"""Decompression that stops at a ceiling: a megabyte of zstd can become gigabytes."""

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from aiokafka.errors import UnsupportedCodecError

from mappers.inbound import PoisonReason

_GZIP = 16 + zlib.MAX_WBITS
_XERIAL = b"\x82SNAPPY\x00"
_XERIAL_HEADER = 16
_LENGTH_BITS, _LONGEST_LENGTH = 7, 5
_FIRST_GUESS = 16
_GROWTH = 4
_SMALLEST_ROOM = 4 * 1024


class Codec(IntEnum):
    """As the attributes of a batch have them (Kafka, "Record Batch")."""

    NONE = 0
    GZIP = 1
    SNAPPY = 2
    LZ4 = 3
    ZSTD = 4


CODECS = (Codec.GZIP, Codec.SNAPPY, Codec.LZ4, Codec.ZSTD)


@dataclass(frozen=True, slots=True)
class Inflated:
    """What came out; `fault` says why that is not all of it."""

    data: bytes | bytearray | memoryview
    fault: tuple[PoisonReason, str] | None = None


def inflate(codec: Codec, data: bytes, most: int) -> Inflated:
    """The beginning of what the data inflates to, up to `most` bytes, or all of it. Never raises for bad data.

    Raises UnsupportedCodecError where the library is missing: that is for an operator to mend, and no record may be
    stepped over for it.
    """
    return Inflated(data) if codec is Codec.NONE else _INFLATERS[codec](data, most)


def _too_far(data: bytes | bytearray | memoryview, most: int) -> Inflated:
    return Inflated(data, (PoisonReason.INFLATES_TOO_FAR, f"the batch inflates to more than {most} bytes"))


def _damaged(data: bytes | bytearray | memoryview, error: object) -> Inflated:
    return Inflated(data, (PoisonReason.UNDECODABLE, f"the batch cannot be decompressed: {error}"[:200]))


def _gzip(data: bytes, most: int) -> Inflated:
    """Several members in a row are one stream (RFC 1952, 2.2)."""
    found = bytearray()
    rest: bytes = data
    try:
        while rest:
            member = zlib.decompressobj(_GZIP)
            found += member.decompress(rest, most - len(found) + 1)
            if len(found) > most:
                return _too_far(memoryview(found)[:most], most)
            if not member.eof:
                return _damaged(found, "its end is missing")
            rest = member.unused_data
    except zlib.error as error:
        return _damaged(found, error)
    return Inflated(found)


def _snappy(data: bytes, most: int) -> Inflated:
    """Raw, or the blocks of xerial's library, which Java's client writes. Each block says what it inflates to."""
    library = _cramjam().snappy
    found = bytearray()
    try:
        for block in _blocks(data):
            if len(found) + _raw_length(block) > most:
                return _too_far(found, most)
            found += library.decompress_raw(block)
    except (ValueError, struct.error, _cramjam().DecompressionError) as error:
        return _damaged(found, error)
    return Inflated(found)


def _blocks(data: bytes) -> list[memoryview]:
    view = memoryview(data)
    if not data.startswith(_XERIAL):
        return [view]
    blocks, at = [], _XERIAL_HEADER
    while at < len(data):
        (size,) = struct.unpack_from(">i", data, at)
        at += 4
        if not 0 <= size <= len(data) - at:
            raise ValueError(f"a block of {size} bytes where {len(data) - at} are left")
        blocks.append(view[at : at + size])
        at += size
    return blocks


def _raw_length(block: memoryview) -> int:
    """The length that a raw block begins with (snappy's format description, 1)."""
    length = 0
    for index, byte in enumerate(block[:_LONGEST_LENGTH]):
        length |= (byte & 0x7F) << (_LENGTH_BITS * index)
        if byte < 0x80:  # noqa: PLR2004  # The bit that says that more follow.
            return length
    raise ValueError("a block without its length")


def _lz4(data: bytes, most: int) -> Inflated:
    return _into(_cramjam().lz4.decompress_into, data, most)


def _zstd(data: bytes, most: int) -> Inflated:
    return _into(_cramjam().zstd.decompress_into, data, most)


def _into(decompress: Callable[[bytes, bytearray], int], data: bytes, most: int) -> Inflated:
    """Into as much room as it needs, and never more than there may be."""
    room = min(most, max(_SMALLEST_ROOM, _FIRST_GUESS * len(data)))
    while True:
        found = bytearray(room)
        try:
            return Inflated(memoryview(found)[: decompress(data, found)])
        except _cramjam().DecompressionError as error:
            if _WAS_FULL not in str(error):
                return _damaged(b"", error)
            if room >= most:
                return _too_far(found, most)
            room = min(most, room * _GROWTH)


# What Rust's library says where a fixed buffer is full; the tests hold it.
_WAS_FULL = "failed to write whole buffer"


def _cramjam() -> Any:
    try:
        import cramjam  # noqa: PLC0415  # Its absence is a finding, and no crash at the import.
    except ImportError as error:
        raise UnsupportedCodecError("the package cramjam is not installed") from error
    return cramjam


_INFLATERS: Mapping[Codec, Callable[[bytes, int], Inflated]] = {
    Codec.GZIP: _gzip,
    Codec.SNAPPY: _snappy,
    Codec.LZ4: _lz4,
    Codec.ZSTD: _zstd,
}
