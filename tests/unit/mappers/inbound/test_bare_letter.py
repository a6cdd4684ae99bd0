"""A letter that fits everywhere: whatever key and headers are, and the record can still be told."""

import hashlib

from hypothesis import given
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
