"""Whatever lies in a topic: every other record is delivered, in order, and what cannot be read is told in its place."""

import hashlib
import inspect
from collections.abc import Sequence
from typing import Any

import aiokafka.consumer.fetcher
import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import READ_COMMITTED, Fetcher
from aiokafka.record.legacy_records import LegacyRecordBatchBuilder
from hypothesis import given
from hypothesis import strategies as st

from streams.reading.batches import FetchedBatches
from streams.reading.guard import guard_readers
from streams.reading.partition import ReadablePartition
from streams.reading.retries import LEAST_TRIES, PATIENCE, Retries
from streams.reading.unreadable import Unreadable
from tests.kafka_bytes import CODECS, CRC_AT, Batch, Sent, varint

MOST = 1_000_000
PLACE = TopicPartition("t", 3)
BAD_NAME = Sent(b"v", headers=[(b"caf\xe9", b"1"), (b"ok", None)])


class Reading:
    """A consumer's position, and fetches at it."""

    def __init__(self, data: bytes, start: int = 0, aborted: Sequence[tuple[int, int]] = ()) -> None:
        self.data, self.position, self.aborted = data, start, list(aborted)
        self.now = 0.0
        self.retries = Retries(lambda: self.now)

    def fetch(self) -> list[Any]:
        arguments = (PLACE, FetchedBatches(self.data), self.aborted, self.position, None, None, True, READ_COMMITTED)
        partition = ReadablePartition(self.retries, MOST, *arguments)
        found = list(partition)
        self.position = partition.next_fetch_offset
        return found


def read(data: bytes, start: int = 0, aborted: Sequence[tuple[int, int]] = ()) -> list[Any]:
    return Reading(data, start, aborted).fetch()


def values(found: list[Any]) -> list[Any]:
    return [each.value.fault.reason.value if isinstance(each.value, Unreadable) else each.value for each in found]


@pytest.mark.parametrize("name", CODECS)
def test_every_compression_is_read(name: str) -> None:
    found = read(Batch([Sent(b"a", headers=[(b"h", b"1")]), Sent(None, key=None)], base=7, codec=name).encoded(), 7)
    assert [(each.offset, each.key, each.value, each.headers) for each in found] == [
        (7, b"k", b"a", (("h", b"1"),)),
        (8, None, None, ()),
    ]


@pytest.mark.parametrize("name", CODECS)
def test_a_header_name_that_is_not_utf8_is_escaped_and_its_neighbours_are_read(name: str) -> None:
    found = read(Batch([Sent(b"a"), BAD_NAME, Sent(b"c")], codec=name).encoded())
    assert values(found) == [b"a", b"v", b"c"]
    assert found[1].headers == (("caf\\xe9", b"1"), ("ok", None))
    assert [each.timestamp for each in found] == [1_700_000_000_000] * 3


@pytest.mark.parametrize(
    "body",
    [
        b"\0",
        b"\0" + varint(0) + varint(1) + varint(1000) + b"x",
        b"\0" + varint(0) + varint(1) + varint(-1) + varint(-1) + varint(-5),
        b"\0" + varint(0) + varint(1) + varint(-1) + varint(-1) + varint(2**30),
        b"\0" + varint(0) + varint(1) + varint(-1) + varint(-1) + varint(1) + varint(-1),
        b"\0" + varint(0) + varint(1) + varint(-1) + varint(-1) + varint(0) + b"more",
        b"\xff" * 20,
    ],
)
def test_a_record_with_wrong_lengths_inside_is_told_alone(body: bytes) -> None:
    found = read(Batch([Sent(b"a"), Sent(None, body=body), Sent(b"c")]).encoded())
    assert values(found) == [b"a", "undecodable", b"c"]
    fault = found[1].value.fault
    assert (fault.first, fault.last, fault.stored_bytes) == (1, 1, len(body))
    assert fault.stored_sha256 == hashlib.sha256(body).hexdigest()


@pytest.mark.parametrize("name", ["gzip", "snappy", "lz4", "zstd"])
def test_a_bomb_is_stepped_over_and_what_lies_before_it_in_its_batch_is_read(name: str) -> None:
    bomb = Batch([Sent(b"a"), Sent(bytes(MOST)), Sent(b"behind")], base=5, codec=name).encoded()
    behind = Batch([Sent(b"next")], base=8).encoded()
    reading = Reading(bomb + behind, 5)
    found = reading.fetch()
    # The blocks of one codec stop at a boundary: the first record may be behind it.
    assert values(found)[-2:] == ["inflates_too_far", b"next"]
    assert values(found)[:-2] == [b"a"]
    fault = found[-2].value.fault
    assert (fault.first, fault.last, fault.stored_bytes) == (6, 7, len(bomb))
    assert (found[-2].offset, reading.position) == (7, 9)


def test_who_begins_in_the_middle_of_a_bomb_meets_it_once_with_the_same_content() -> None:
    bomb = Batch([Sent(b"a"), Sent(bytes(MOST)), Sent(b"c")], codec="zstd").encoded()
    whole, rest = read(bomb)[-1], read(bomb, 2)
    assert values(rest) == ["inflates_too_far"]
    assert (rest[0].offset, rest[0].timestamp, rest[0].key) == (whole.offset, whole.timestamp, whole.key)
    assert read(bomb, 3) == []


@pytest.mark.parametrize("name", ["gzip", "snappy", "lz4", "zstd"])
def test_compressed_bytes_that_are_none_are_stepped_over_as_their_offsets_tell(name: str) -> None:
    damaged = Batch([Sent(b"a"), Sent(b"b")], codec=name, body=b"\x01nothing of the kind").encoded()
    found = read(damaged + Batch([Sent(b"next")], base=2).encoded())
    assert values(found) == ["undecodable", b"next"]
    assert (found[0].offset, found[0].value.fault.first) == (1, 0)


@pytest.mark.parametrize("batch", [Batch([Sent(b"a")], magic=9), Batch([Sent(b"a")], attributes=6)])
def test_an_unknown_format_or_compression_is_stepped_over(batch: Batch) -> None:
    assert values(read(batch.encoded() + Batch([Sent(b"next")], base=1).encoded())) == ["undecodable", b"next"]


def test_a_wrong_checksum_is_fetched_again_before_the_batch_is_stepped_over() -> None:
    damaged = bytearray(Batch([Sent(b"a"), Sent(b"b")]).encoded())
    damaged[-1] ^= 0xFF
    reading = Reading(bytes(damaged) + Batch([Sent(b"next")], base=2).encoded())
    for _ in range(LEAST_TRIES):
        assert (reading.fetch(), reading.position) == ([], 0)
    reading.now = PATIENCE - 0.1
    assert (reading.fetch(), reading.position) == ([], 0)
    reading.now = PATIENCE
    assert values(reading.fetch()) == ["undecodable", b"next"]
    assert reading.position == 3


def test_a_fetch_that_was_damaged_on_its_way_loses_nothing() -> None:
    good = Batch([Sent(b"a"), Sent(b"b")]).encoded()
    reading = Reading(good[:CRC_AT] + bytes(4) + good[CRC_AT + 4 :])
    assert reading.fetch() == []
    reading.data = good
    assert values(reading.fetch()) == [b"a", b"b"]


@pytest.mark.parametrize("length", [-1, 0, 4, 2**31 - 1])
def test_a_first_batch_of_impossible_length_does_not_hold_the_partition(length: int) -> None:
    broken = Batch([Sent(b"a")], base=4).encoded()
    reading = Reading(broken[:8] + length.to_bytes(4, "big", signed=True) + broken[12:], 4)
    for _ in range(LEAST_TRIES):
        assert reading.fetch() == []
    reading.now = PATIENCE
    assert values(reading.fetch()) == ["undecodable"]
    assert reading.position == 5


def test_the_tail_that_a_full_fetch_cuts_off_is_no_fault() -> None:
    whole, cut = Batch([Sent(b"a")]).encoded(), Batch([Sent(b"b")], base=1).encoded()[:-3]
    reading = Reading(whole + cut)
    assert (values(reading.fetch()), reading.position) == ([b"a"], 1)


@pytest.mark.parametrize("last_delta", [-1, -(2**31), 2**31 - 1])
def test_an_impossible_last_offset_moves_no_position_beyond_what_is_there(last_delta: int) -> None:
    damaged = Batch([Sent(b"a")], base=4, last_delta=last_delta).encoded()
    reading = Reading(damaged + Batch([Sent(b"next")], base=6).encoded(), 4)
    assert (values(reading.fetch()), reading.position) == (["undecodable", b"next"], 7)
    reading = Reading(damaged, 4)
    assert (values(reading.fetch()), reading.position) == (["undecodable"], 5)


@pytest.mark.parametrize("delta", [-3, 0, 2**30])
def test_offsets_out_of_order_move_no_position_beyond_the_batch(delta: int) -> None:
    reading = Reading(Batch([Sent(b"a"), Sent(b"b", delta=delta), Sent(b"c")]).encoded())
    found = reading.fetch()
    assert values(found) == [b"a", "undecodable"]
    assert (found[1].value.fault.first, found[1].offset, reading.position) == (1, 2, 3)


def test_what_compaction_took_away_is_no_fault() -> None:
    batch = Batch([Sent(b"b", delta=1), Sent(BAD_NAME.value, headers=BAD_NAME.headers, delta=4)], last_delta=9)
    reading = Reading(batch.encoded())
    assert [each.offset for each in reading.fetch()] == [1, 4]
    assert reading.position == 10


def test_aborted_transactions_and_markers_are_not_delivered() -> None:
    transactional, control = 0x10, 0x20
    aborted = Batch([BAD_NAME], producer=5, attributes=transactional).encoded()
    key = b"\0\0\0\0"
    marker = Batch([Sent(b"\0" * 6, key=key)], base=1, producer=5, attributes=transactional | control).encoded()
    committed = Batch([Sent(b"kept")], base=2, producer=5, attributes=transactional).encoded()
    reading = Reading(aborted + marker + committed, aborted=[(5, 0)])
    assert (values(reading.fetch()), reading.position) == ([b"kept"], 3)


@pytest.mark.parametrize("magic", [0, 1])
@pytest.mark.parametrize("codec", [0, 1, 2])
def test_the_older_formats_are_read(magic: Any, codec: int) -> None:
    builder = LegacyRecordBatchBuilder(magic, codec, 1_000_000)
    for offset in range(3):
        builder.append(offset, timestamp=1, key=b"k", value=b"%d" % offset)
    assert values(read(bytes(builder.build()), 1)) == [b"1", b"2"]


@pytest.mark.parametrize("magic", [0, 1])
def test_a_bomb_in_an_older_format_is_stepped_over(magic: Any) -> None:
    builder = LegacyRecordBatchBuilder(magic, 1, 100_000_000)
    builder.append(0, timestamp=1, key=b"k", value=bytes(MOST + 1))
    assert values(read(bytes(builder.build()))) == ["undecodable"]


@given(st.binary(max_size=300), st.integers(0, 1000))
def test_no_bytes_make_the_reader_raise(data: bytes, start: int) -> None:
    reading = Reading(data, start)
    for _ in range(LEAST_TRIES + 1):
        reading.fetch()
        reading.now += PATIENCE
    assert reading.position >= start
    assert not data or reading.position > start or not FetchedBatches(data).has_next()


@given(st.sampled_from(sorted(CODECS)), st.data())
def test_damage_inside_of_a_batch_never_raises_and_always_goes_on(name: str, draw: st.DataObject) -> None:
    """The checksum is right: as if a sender had written it so."""
    sent = [Sent(b"one", headers=[(b"h", b"1")]), Sent(b"two"), BAD_NAME]
    plain = bytearray(b"".join(each.encoded(index) for index, each in enumerate(sent)))
    at = draw.draw(st.integers(0, len(plain) - 1))
    plain[at] = draw.draw(st.integers(0, 255))
    damaged = Batch(sent, codec=name, body=CODECS[name][1](bytes(plain))).encoded()
    reading = Reading(damaged + Batch([Sent(b"next")], base=3).encoded())
    found = reading.fetch()
    assert (found[-1].value, reading.position) == (b"next", 4)
    assert [each.offset for each in found] == sorted({each.offset for each in found})
    assert {0, 1, 2} <= covered(found)


def covered(found: list[Any]) -> set[int]:
    """The offsets that were delivered or told."""
    ranges = [
        range(each.value.fault.first, each.value.fault.last + 1)
        if isinstance(each.value, Unreadable)
        else (each.offset,)
        for each in found
    ]
    return {offset for each in ranges for offset in each}


def test_the_readers_are_where_aiokafka_takes_them_from(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MemoryRecords", "PartitionRecords"):
        monkeypatch.setattr(aiokafka.consumer.fetcher, name, None)
        assert name in inspect.getclosurevars(Fetcher._proc_fetch_request).globals
    guard_readers()
    assert aiokafka.consumer.fetcher.PartitionRecords.func is ReadablePartition
