"""A dead letter that fits everywhere: where the record itself does not, its sizes and hashes say which one it was."""

import hashlib
from collections.abc import Iterable, Sequence

from mappers.inbound.dead_letter import DLQ_PREFIX

Headers = Sequence[tuple[str, bytes | None]]

KEPT_KEY = 128
KEPT_HEADERS = 16
KEPT_OF_EACH = 64


def letter_size(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    """About the bytes that the record takes, rather too many than too few."""
    return len(key or b"") + len(value or b"") + 100 + _size(headers)


def bare_letter(
    key: bytes | None, value: bytes | None, headers: Headers
) -> tuple[bytes | None, list[tuple[str, bytes | None]]]:
    """The key and the headers of the letter without its value, a few kilobytes at most.

    `dlq.*` headers stay. Of a long key its beginning stays, and of the sender's headers the beginnings of the first.
    The record still stands at `dlq.topic` and `dlq.offset`.
    """
    ours = [each for each in headers if each[0].startswith(DLQ_PREFIX)]
    theirs = [each for each in headers if not each[0].startswith(DLQ_PREFIX)]
    known = {name for name, _ in ours}
    told = [*_told("value", value), *(_told("key", key) if len(key or b"") > KEPT_KEY else ())]
    if len(theirs) > KEPT_HEADERS or any(_is_long(each) for each in theirs):
        flat = b"".join(part for name, text in theirs for part in (name.encode(), b"\0", text or b"", b"\0"))
        told += [("headers", str(len(theirs)).encode()), *_told("headers", flat)]
    kept = [(name[:KEPT_OF_EACH], None if text is None else text[:KEPT_OF_EACH]) for name, text in theirs]
    added = [(DLQ_PREFIX + name, text) for name, text in told if DLQ_PREFIX + name not in known]
    return None if key is None else key[:KEPT_KEY], [*kept[:KEPT_HEADERS], *ours, *added]


def _told(what: str, data: bytes | None) -> list[tuple[str, bytes]]:
    digest = hashlib.sha256(data or b"").hexdigest()
    return [(f"{what}_bytes", str(len(data or b"")).encode()), (f"{what}_sha256", digest.encode())]


def _is_long(header: tuple[str, bytes | None]) -> bool:
    name, text = header
    return len(name) > KEPT_OF_EACH or len(text or b"") > KEPT_OF_EACH


def _size(headers: Iterable[tuple[str, bytes | None]]) -> int:
    return sum(len(name.encode()) + len(text or b"") + 10 for name, text in headers)
