"""What is nobody's is stepped over in the ledger and told; what may be a newer version's is not touched."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from mappers.inbound.dead_letter import PoisonReason
from streams.dispatch.ledger.codec import KINDS, encode_key
from streams.dispatch.ledger.records import RecordKey, RowKey
from streams.dispatch.ownership.foreign import _NAMES, LONGEST_KEY, MOST_LETTERS, ForeignRecords
from streams.reading.unreadable import Fault, Unreadable
from streams.topics import DOCUMENT_LEDGER
from tests.unit.streams.dispatch.harness import Harness

KEYS: dict[str, RecordKey] = {
    "row": RowKey("o", "c", "s"),
    "answered": ("answered", "o", "c", "s", "0"),
    "intent": ("intent", "k"),
    "rest": ("rest", "o"),
    "watch": ("watch", "o"),
    "rate": ("rate", "o", "USD"),
    "owner": ("owner",),
    "files": ("files", "o", "c", "s"),
}
BOMB = Unreadable(Fault(PoisonReason.INFLATES_TOO_FAR, "too much", 5, 9, 1234, "the hash"))


def record(key: bytes | None, value: bytes | None, offset: int = 9) -> Any:
    """As the restore reads it: without its topic and partition."""
    return SimpleNamespace(offset=offset, key=key, value=value, headers=(("caf\\xe9", b"1"),))


def foreign() -> ForeignRecords:
    harness = Harness()
    return ForeignRecords(TopicPartition(DOCUMENT_LEDGER, 2), "test", harness.metrics, harness.clock.utc)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_our_own_records_and_tombstones_are_ours(kind: str) -> None:
    records = foreign()
    key = encode_key(KEYS[kind])
    assert records.is_ours(record(key, b'{"state":"done"}'))
    assert records.is_ours(record(key, None))
    assert records.letters == []


def test_the_longest_key_of_ours_is_ours() -> None:
    longest = RowKey("o" * 100, "\U0001f404" * 255, "\U0001f404" * 255)
    assert foreign().is_ours(record(encode_key(longest), b"{}"))
    assert foreign().is_ours(record(encode_key(RowKey("o" * 100, '"' * 255, "\\" * 255)), b"{}"))


def test_every_kind_of_key_says_how_many_names_it_has() -> None:
    """One of which nobody said it would pass with any, and end the start, every start, where it is read."""
    assert set(_NAMES) == set(KINDS)


def test_what_a_newer_version_may_have_written_is_not_stepped_over() -> None:
    assert foreign().is_ours(record(b'["something new","x"]', b'{"a":1}'))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (None, b"{}"),
        (b"", b"{}"),
        (b"foreign", b"{}"),
        (b'["row', b"{}"),
        (b'["row",1]', b"{}"),
        (b'["row","a","b"]', b"{}"),
        (b'["intent"]', None),
        (b'["rate","o"]', b"{}"),
        (b'["owner","x"]', b"{}"),
        (b'["files","o"]', b"{}"),
        (b'["files","o","c","s","0"]', None),
        (b'["row","o","c","' + b"s" * LONGEST_KEY + b'"]', b"{}"),
        (b'["row","a","b","c"]', b"no object"),
        (b'["row","a","b","c"]', b""),
        (b"\xff\xfe", None),
    ],
)
def test_what_no_version_of_ours_writes_is_told(key: bytes | None, value: bytes | None) -> None:
    records = foreign()
    assert not records.is_ours(record(key, value))
    (letter,) = records.letters
    headers = dict(letter.headers)
    assert (headers["dlq.reason"], headers["dlq.topic"], headers["dlq.offset"]) == (
        b"foreign_record",
        DOCUMENT_LEDGER.encode(),
        b"9",
    )
    assert letter.value == b""


def test_what_could_not_be_read_is_told_once_with_its_offsets() -> None:
    records = foreign()
    assert not records.is_ours(record(None, BOMB))
    assert not records.is_ours(record(None, BOMB)), "a rebuild reads again what a catching-up read"
    (letter,) = records.letters
    headers = dict(letter.headers)
    assert (headers["dlq.offset"], headers["dlq.last_offset"]) == (b"5", b"9")
    assert (headers["dlq.value_bytes"], headers["dlq.value_sha256"]) == (b"1234", b"the hash")


def test_a_flood_of_them_fits_into_one_transaction() -> None:
    records = foreign()
    for offset in range(MOST_LETTERS + 50):
        assert not records.is_ours(record(b"k" * 100_000, b"v" * 100_000, offset))
    sizes = [len(each.key or b"") + len(repr(each.headers)) for each in records.letters]
    assert len(sizes) == MOST_LETTERS
    assert sum(sizes) < 300_000
