"""Decompression stops at the ceiling, in time and in memory, and says why."""

import gzip
import tracemalloc
from typing import Any

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.reading.codecs import CodecsMissingError, check_codecs
from streams.reading.inflate import CODECS, Codec, inflate
from tests.kafka_bytes import CODECS as ENCODERS

MOST = 200_000


def packed(codec: Codec, data: bytes) -> bytes:
    return bytes(ENCODERS[codec.name.lower()][1](data))


@pytest.mark.parametrize("codec", CODECS)
def test_what_fits_exactly_comes_out_whole(codec: Codec) -> None:
    data = bytes(range(250)) * (MOST // 250)
    found = inflate(codec, packed(codec, data), MOST)
    assert (bytes(found.data), found.fault) == (data, None)


@pytest.mark.parametrize("codec", CODECS)
def test_a_byte_too_many_is_a_fault_and_the_beginning_is_there(codec: Codec) -> None:
    found = inflate(codec, packed(codec, bytes(MOST + 1)), MOST)
    assert found.fault == ("inflates_too_far", f"the batch inflates to more than {MOST} bytes")
    assert MOST - 40_000 <= len(found.data) <= MOST


@pytest.mark.parametrize("codec", CODECS)
def test_a_bomb_takes_no_more_memory_than_the_ceiling_allows(codec: Codec) -> None:
    bomb = packed(codec, bytes(20_000_000))
    tracemalloc.start()
    try:
        assert inflate(codec, bomb, MOST).fault is not None
        assert tracemalloc.get_traced_memory()[1] < 4 * MOST + 2 * len(bomb)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("codec", CODECS)
@given(data=st.binary(max_size=2000), cut=st.integers(0, 2000), byte=st.integers(0, 255))
def test_bytes_that_are_damaged_never_raise(codec: Codec, data: bytes, cut: int, byte: int) -> None:
    sent = packed(codec, data)
    at = cut % len(sent)
    for damaged in (sent[:at], sent[:at] + bytes([byte]) + sent[at + 1 :]):
        assert len(inflate(codec, damaged, MOST).data) <= MOST
    assert len(inflate(codec, data, MOST).data) <= MOST


def test_a_block_that_claims_four_gigabytes_is_not_believed() -> None:
    assert inflate(Codec.SNAPPY, b"\xff\xff\xff\xff\x0f" + b"abc", MOST).fault is not None


def test_snappy_without_blocks_and_gzip_of_several_members_are_read() -> None:
    raw = bytes(cramjam.snappy.compress_raw(b"abc" * 100))
    assert bytes(inflate(Codec.SNAPPY, raw, MOST).data) == b"abc" * 100
    assert bytes(inflate(Codec.GZIP, gzip.compress(b"a") + gzip.compress(b"b"), MOST).data) == b"ab"


def test_all_compressions_work_here() -> None:
    check_codecs()


def test_one_that_does_not_is_named_with_what_to_do() -> None:
    def broken(_: bytes) -> bytes:
        raise ImportError("no module")

    encoders: dict[Codec, Any] = {codec: ENCODERS[codec.name.lower()][1] for codec in CODECS}
    with pytest.raises(CodecsMissingError, match=r"\(lz4: ImportError: no module; zstd: it does not .*cramjam"):
        check_codecs(encoders | {Codec.LZ4: broken, Codec.ZSTD: _other})


def _other(_: bytes) -> bytes:
    return bytes(cramjam.zstd.compress(b"something else"))
