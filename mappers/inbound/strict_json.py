"""JSON as RFC 8259 defines it and I-JSON (RFC 7493) narrows it: bytes have one reading, or none.

Numbers are exact: integers of up to 18 digits are `int`, all others `Decimal`. The standard library's parser is used
for its hooks; what it lets through (NaN, duplicate keys, lone surrogates, any depth) is refused here.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final, NoReturn

from mappers.inbound.dead_letter import PoisonReason

DEFAULT_LIMIT: Final = 1_000_000
MAX_DEPTH: Final = 32
MAX_PUNCTUATION: Final = 40_000
"""Commas, colons and opening brackets together, which stand before every value but the first.

A value takes about a microsecond whatever its size, and a megabyte has room for half a million of them. A thousand
lines of eighteen fields have 38,000.
"""
# Python's int() is quadratic and refuses 4,301 digits; no count is that large, and as Decimal it stays exact.
MAX_INT_DIGITS: Final = 18
_HALF: Final = re.compile("[\ud800-\udfff]")
_ESCAPED_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_PUNCTUATION: Final = (b",", b":", b"[", b"{")
_CONTAINERS: Final = (dict, list)


class Malformed(ValueError):  # noqa: N818  # The name says what the bytes are; handlers turn it into a dead letter.
    """The bytes are no acceptable JSON. `reason` is the stable code, the text is for people."""

    def __init__(self, reason: PoisonReason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def decode(value: bytes | None, *, limit: int = DEFAULT_LIMIT, max_depth: int = MAX_DEPTH) -> Any:
    """The value of the JSON text: dict, list, str, int, Decimal, bool or None.

    `limit` is in bytes; `max_depth` counts arrays and objects around a value. Raises Malformed for everything else.
    """
    text = _text(value, limit)
    try:
        decoded = _DECODER.decode(text)
    except RecursionError:
        raise Malformed(PoisonReason.TOO_DEEP, f"nested deeper than {max_depth}") from None
    except json.JSONDecodeError as error:
        raise Malformed(PoisonReason.NOT_JSON, f"not JSON: {error}") from None
    except InvalidOperation:
        message = "a number is out of range: its exponent has more than 18 digits"
        raise Malformed(PoisonReason.NUMBER_OUT_OF_RANGE, message) from None
    _check_depth(decoded, max_depth)
    if _ESCAPED_HALF.search(text):  # UTF-8 itself has none.
        _check_characters(decoded)
    return decoded


def _text(value: bytes | None, limit: int) -> str:
    if not value:
        raise Malformed(PoisonReason.EMPTY_VALUE, "the record has no value")
    if len(value) > limit:
        raise Malformed(PoisonReason.OVERSIZE, f"{len(value)} bytes, more than {limit}")
    if len(value) > MAX_PUNCTUATION and (found := sum(map(value.count, _PUNCTUATION))) > MAX_PUNCTUATION:
        message = f"{found} commas, colons and opening brackets, more than {MAX_PUNCTUATION}: too many values"
        raise Malformed(PoisonReason.OVERSIZE, message)
    try:
        # RFC 8259 §8.1 lets a reader ignore a byte order mark, which some systems put before their JSON.
        text = value.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed(PoisonReason.NOT_UTF8, f"not UTF-8 at byte {error.start}") from None
    if not text.strip():
        raise Malformed(PoisonReason.EMPTY_VALUE, "the record has no value")
    return text


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    decoded = dict(pairs)
    if len(decoded) < len(pairs):
        raise Malformed(PoisonReason.DUPLICATE_KEY, f"the key {_repeated(pairs)!a} stands twice in one object")
    return decoded


def _repeated(pairs: list[tuple[str, Any]]) -> str:
    counts = Counter(key for key, _ in pairs)
    return next(key for key, count in counts.items() if count > 1)[:100]


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= MAX_INT_DIGITS else Decimal(digits)


def _constant(name: str) -> NoReturn:
    raise Malformed(PoisonReason.NOT_FINITE, f"{name} is no JSON number")


def _check_depth(decoded: Any, max_depth: int) -> None:
    """Level by level instead of by recursion, so that depth does not use up the interpreter's stack."""
    level = [decoded] if isinstance(decoded, dict | list) else []
    for _ in range(max_depth):
        level = [each for around in level for each in _inside(around) if isinstance(each, _CONTAINERS)]
    if level:
        raise Malformed(PoisonReason.TOO_DEEP, f"nested deeper than {max_depth}")


def _inside(container: Any) -> Iterable[Any]:
    return container.values() if isinstance(container, dict) else container


def _check_characters(decoded: Any) -> None:
    """RFC 7493 §2.1: JSON can escape an unpaired surrogate, but no encoding of Unicode can write it."""
    waiting = [decoded]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            if _HALF.search(value):
                raise Malformed(PoisonReason.LONE_SURROGATE, "a string holds an unpaired surrogate")
        elif isinstance(value, _CONTAINERS):
            waiting += value
            waiting += value.values() if isinstance(value, dict) else ()


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Decimal, parse_int=_integer, parse_constant=_constant, strict=True
)
