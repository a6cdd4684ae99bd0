"""The records of a batch one by one, where aiokafka's reader gives up at the first that it cannot read.

A record begins with its length, so what is wrong inside one does not touch the next.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streams.reading.batches import Head

_VARINT, _VARLONG = 5, 10


@dataclass(frozen=True, slots=True)
class ReadRecord:
    r"""As aiokafka's record; header names that are not UTF-8 are escaped: `caf\xe9`."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]
    checksum: None = None


@dataclass(frozen=True, slots=True)
class Damaged:
    """A record that cannot be read; its offset where that can, and its bytes as far as they are there."""

    offset: int | None
    raw: memoryview
    message: str


def read_records(head: Head, body: Any) -> Iterator[ReadRecord | Damaged]:
    """Every record up to the end, or up to the first whose length does not fit into what is there."""
    view, at = memoryview(body), 0
    for _ in range(max(0, head.records)):
        try:
            length, start = _varint(view, at, _VARINT)
        except ValueError:
            return
        if not 0 <= length <= len(view) - start:
            return
        at = start + length
        yield _read(head, view[start:at])


def _read(head: Head, view: memoryview) -> ReadRecord | Damaged:
    offset: int | None = None
    try:
        time, at = _varint(view, 1, _VARLONG)
        delta, at = _varint(view, at, _VARINT)
        offset = head.base + delta
        key, at = _bytes(view, at)
        value, at = _bytes(view, at)
        headers, at = _headers(view, at)
    except ValueError as error:
        return Damaged(offset, view, f"the record cannot be read: {error}")
    if at != len(view):
        return Damaged(offset, view, f"the record cannot be read: {len(view) - at} bytes too many")
    timestamp = head.max_timestamp if head.has_append_time else head.first_timestamp + time
    return ReadRecord(offset, timestamp, int(head.has_append_time), key, value, headers)


def _headers(view: memoryview, at: int) -> tuple[list[tuple[str, bytes | None]], int]:
    count, at = _varint(view, at, _VARINT)
    # Each takes two bytes at least.
    if not 0 <= 2 * count <= len(view) - at:
        raise ValueError(f"{count} headers in {len(view) - at} bytes")
    found: list[tuple[str, bytes | None]] = []
    for _ in range(count):
        name, at = _bytes(view, at)
        if name is None:
            raise ValueError("a header without a name")
        value, at = _bytes(view, at)
        found.append((name.decode("utf-8", "backslashreplace"), value))
    return found, at


def _bytes(view: memoryview, at: int) -> tuple[bytes | None, int]:
    length, at = _varint(view, at, _VARINT)
    if length < 0:
        return None, at
    if length > len(view) - at:
        raise ValueError(f"a length of {length} where {len(view) - at} bytes are left")
    return bytes(view[at : at + length]), at + length


def _varint(view: memoryview, at: int, longest: int) -> tuple[int, int]:
    """A signed number and what comes behind it (Protocol Buffers, "Signed Integers": zigzag)."""
    number = 0
    for index, byte in enumerate(view[at : at + longest]):
        number |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:  # noqa: PLR2004  # The bit that says that more follow.
            return (number >> 1) ^ -(number & 1), at + index + 1
    raise ValueError("a number without an end")
