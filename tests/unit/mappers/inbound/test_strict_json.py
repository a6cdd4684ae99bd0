"""The strict reader: every kind of poison has its own reason; what is JSON comes out exactly."""

import json
from decimal import Decimal
from typing import Any

import pytest

from mappers.inbound.dead_letter import PoisonReason
from mappers.inbound.strict_json import Malformed, decode


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, PoisonReason.EMPTY_VALUE),
        (b"", PoisonReason.EMPTY_VALUE),
        (b" \n\t ", PoisonReason.EMPTY_VALUE),
        (b"\xff\xfe{}", PoisonReason.NOT_UTF8),
        (b'{"a": "\xc3\x28"}', PoisonReason.NOT_UTF8),
        (b'"\xed\xa0\x80"', PoisonReason.NOT_UTF8),
        (b"not json", PoisonReason.NOT_JSON),
        (b"{'a': 1}", PoisonReason.NOT_JSON),
        (b'{"a": 1,}', PoisonReason.NOT_JSON),
        (b'{"a": 1} trailing', PoisonReason.NOT_JSON),
        (b'{"a": 01}', PoisonReason.NOT_JSON),
        (b'{"a": +1}', PoisonReason.NOT_JSON),
        (b'{"a": "line\nbreak"}', PoisonReason.NOT_JSON),
        (b"\xef\xbb\xbf \n", PoisonReason.EMPTY_VALUE),
        (b'{"a": \xef\xbb\xbf1}', PoisonReason.NOT_JSON),
        (b"\x00", PoisonReason.NOT_JSON),
        (b'{"a": 1, "a": 1}', PoisonReason.DUPLICATE_KEY),
        (b'{"x": [{"a": 1, "\\u0061": 2}]}', PoisonReason.DUPLICATE_KEY),
        (b'{"a": NaN}', PoisonReason.NOT_FINITE),
        (b"[Infinity]", PoisonReason.NOT_FINITE),
        (b"-Infinity", PoisonReason.NOT_FINITE),
        (b"1e9999999999999999999", PoisonReason.NUMBER_OUT_OF_RANGE),
        (b'{"a": "\\ud800"}', PoisonReason.LONE_SURROGATE),
        (b'{"\\udc00": 1}', PoisonReason.LONE_SURROGATE),
        (b"[" * 33 + b"]" * 33, PoisonReason.TOO_DEEP),
        (b'{"a":' * 33 + b"1" + b"}" * 33, PoisonReason.TOO_DEEP),
        (b"[" * 30_000 + b"]" * 30_000, PoisonReason.TOO_DEEP),
        (b'{"a":' * 10_000, PoisonReason.TOO_DEEP),
        (b'["\\ud83d\\ude00", [{"a": [1, "\\ude00"]}]]', PoisonReason.LONE_SURROGATE),
        (b'"' + b"a" * 999_999 + b'"', PoisonReason.OVERSIZE),
        (b" " * 1_000_001, PoisonReason.OVERSIZE),
        (b"[" + b"1," * 40_000 + b"1]", PoisonReason.OVERSIZE),
    ],
)
def test_poison_is_refused_with_its_reason(value: bytes | None, reason: PoisonReason) -> None:
    with pytest.raises(Malformed) as refused:
        decode(value)
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'{"a": [1, "b", null, true]}', {"a": [1, "b", None, True]}),
        (b"12.50", Decimal("12.50")),
        (b"1265.629999999999999999999999", Decimal("1265.629999999999999999999999")),
        (b"1e400", Decimal("1e400")),
        (b"-0", 0),
        (b"123456789012345678", 123456789012345678),
        (b"1234567890123456789", Decimal(1234567890123456789)),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        (b'["\\ud83d\\ude00", [{"a": [1]}]]', ["\U0001f600", [{"a": [1]}]]),
        ('"é中"'.encode(), "é中"),
    ],
)
def test_json_comes_out_exactly(value: bytes, expected: Any) -> None:
    decoded = decode(value)
    assert decoded == expected
    assert type(decoded) is type(expected)


@pytest.mark.parametrize(
    "value", [b"[" * 32 + b"]" * 32, b'{"a":' * 32 + b"1" + b"}" * 32, b"[" + b"1," * 39_999 + b"1]"]
)
def test_what_is_just_within_the_limits_is_read(value: bytes) -> None:
    assert decode(value) == json.loads(value)


def test_a_number_of_a_million_digits_is_exact_and_cheap() -> None:
    """Python's int() would refuse 4,301 digits with ValueError and take quadratic time below that."""
    digits = b"9" * 1_000_000
    assert decode(digits) == Decimal(digits.decode())


def test_the_limit_is_an_argument_and_counts_bytes() -> None:
    assert decode('"é"'.encode(), limit=4) == "é"
    with pytest.raises(Malformed) as refused:
        decode('"é"'.encode(), limit=3)
    assert refused.value.reason is PoisonReason.OVERSIZE


def test_the_message_of_a_repeated_key_names_the_key() -> None:
    with pytest.raises(Malformed, match="'status'"):
        decode(b'{"other": 2, "status": 1, "status": 3}')


def test_a_byte_order_mark_before_the_json_is_ignored() -> None:
    assert decode(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
