"""A letter that fits everywhere: whatever key and headers are, and the record can still be told."""

import hashlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mappers.inbound.bare_letter import bare_letter, letter_size

OURS = [("dlq.reason", b"not_json"), ("dlq.offset", b"7")]


def test_a_long_key_and_long_headers_are_beginnings_with_sizes_and_hashes() -> None:
    key, value, headers = b"k" * 500_000, b"v" * 400_000, [("n" * 70, b"h" * 300_000), *OURS]
    kept, found = bare_letter(key, value, headers)
    told = dict(found)
    assert kept == b"k" * 128
    assert told["n" * 64] == b"h" * 64
    assert (told["dlq.reason"], told["dlq.offset"]) == (b"not_json", b"7")
    assert (told["dlq.value_bytes"], told["dlq.key_bytes"], told["dlq.headers"]) == (b"400000", b"500000", b"1")
    assert told["dlq.value_sha256"] == hashlib.sha256(value).hexdigest().encode()
    assert told["dlq.key_sha256"] == hashlib.sha256(key).hexdigest().encode()
    assert "dlq.headers_sha256" in told


def test_short_keys_and_headers_stay_as_they_are() -> None:
    assert bare_letter(b"key", b"value", [("a", b"1"), ("b", None)])[0] == b"key"
    told = dict(bare_letter(b"key", b"value", [("a", b"1"), ("b", None)])[1])
    assert sorted(told) == ["a", "b", "dlq.value_bytes", "dlq.value_sha256"]


def told_of(key: bytes | None, headers: list[tuple[str, bytes | None]]) -> set[str]:
    """What is told beside the value's size and hash, which always are."""
    told = {name for name, _ in bare_letter(key, b"value", headers)[1] if name.startswith("dlq.")}
    return told - {"dlq.value_bytes", "dlq.value_sha256"} - dict(headers).keys()


@pytest.mark.parametrize(
    ("key", "headers"),
    [
        (b"k" * 128, []),
        (b"", [("n" * 64, b"")]),
        (None, [("n", b"v" * 64)]),
        (b"k", [(f"{number}", b"v") for number in range(16)]),
        (b"k", [("n", None), *OURS]),
    ],
)
def test_what_fits_whole_has_no_hash(key: bytes | None, headers: list[tuple[str, bytes | None]]) -> None:
    """128 bytes of a key, 16 headers, 64 characters of each."""
    assert told_of(key, headers) == set()
    assert bare_letter(key, b"value", headers)[0] == key
    assert bare_letter(key, b"value", headers)[1][: len(headers)] == headers


@pytest.mark.parametrize(
    ("key", "headers", "what"),
    [
        (b"k" * 129, [], "key"),
        (b"k", [("n" * 65, b"")], "headers"),
        (b"k", [("n", b"v" * 65)], "headers"),
        (b"k", [(f"{number}", b"v") for number in range(17)], "headers"),
    ],
)
def test_what_is_cut_has_a_size_and_a_hash(
    key: bytes | None, headers: list[tuple[str, bytes | None]], what: str
) -> None:
    assert told_of(key, headers) - {"dlq.headers"} == {f"dlq.{what}_bytes", f"dlq.{what}_sha256"}


def test_of_many_headers_the_first_16_stay_and_the_hash_is_of_all() -> None:
    headers: list[tuple[str, bytes | None]] = [("a", b"1"), ("\u00e9", None), *[("n", b"v")] * 15]
    found = bare_letter(b"key", b"value", headers)[1]
    told = dict(found)
    assert [each for each in found if not each[0].startswith("dlq.")] == headers[:16]
    flat = b"a\x001\x00" + b"\xc3\xa9\x00\x00" + b"n\x00v\x00" * 15
    assert told["dlq.headers_sha256"] == hashlib.sha256(flat).hexdigest().encode()
    assert (told["dlq.headers"], told["dlq.headers_bytes"]) == (b"17", b"68")


def test_a_record_without_a_value_has_the_size_and_the_hash_of_none() -> None:
    told = dict(bare_letter(None, None, [])[1])
    assert told == {"dlq.value_bytes": b"0", "dlq.value_sha256": hashlib.sha256(b"").hexdigest().encode()}


@given(st.none() | st.binary(), st.none() | st.binary(), st.lists(st.tuples(st.text(), st.none() | st.binary())))
@example(b"k" * 1000, b"v" * 2996, [("n", b"x" * 4085)])
def test_a_letter_counts_with_all_that_is_in_it_and_little_more(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    content = sum(len(name.encode()) + len(text or b"") for name, text in headers)
    least = len(key or b"") + len(value or b"") + content
    assert least <= letter_size(key, value, headers) <= least + 200 + 20 * len(headers)


def test_what_is_known_already_is_not_told_twice() -> None:
    """Of a record that could not be read, the hash is of what lies in the topic."""
    found = bare_letter(None, b"", [("dlq.value_sha256", b"of the batch")])[1]
    assert [value for name, value in found if name == "dlq.value_sha256"] == [b"of the batch"]


headers_of_any_size = st.lists(st.tuples(st.text(max_size=300), st.none() | st.binary(max_size=300)), max_size=60)


@given(st.none() | st.binary(max_size=1000), st.none() | st.binary(max_size=1000), headers_of_any_size)
def test_it_always_fits_into_a_few_kilobytes(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    theirs = [each for each in headers if not each[0].startswith("dlq.")]
    kept, found = bare_letter(key, value, [*theirs, *OURS])
    assert letter_size(kept, b"", found) < 8_000
