"""Any bytes end in a value or in a Malformed, never in another exception; what JSON can say survives unchanged."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.inbound.strict_json import Malformed, decode
from tests.properties.examples import examples

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_SCALARS = st.none() | st.booleans() | st.integers(-(10**17), 10**17) | _TEXT
_JSON = st.recursive(
    _SCALARS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(_TEXT, inside, max_size=4), max_leaves=20
)


def _decoded_or_refused(value: bytes) -> None:
    try:
        decode(value)
    except Malformed as refused:
        assert str(refused)  # noqa: PT017  # Both ways out are right; only a third one, another exception, is wrong.


@settings(max_examples=examples(4000), deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_never_crash_the_reader(value: bytes) -> None:
    _decoded_or_refused(value)


@settings(max_examples=examples(3000), deadline=None)
@given(st.lists(st.sampled_from(list('{}[]",:0123456789.eE+-\\u dDNaInfity\n\x00')), max_size=60).map("".join))
def test_almost_json_never_crashes_the_reader(text: str) -> None:
    _decoded_or_refused(text.encode())


@settings(max_examples=examples(2000), deadline=None)
@given(_JSON, st.data())
def test_damaged_json_never_crashes_the_reader(value: Any, data: st.DataObject) -> None:
    """One byte of valid JSON changed, or cut off at any place."""
    encoded = bytearray(json.dumps(value).encode())
    at = data.draw(st.integers(0, len(encoded) - 1))
    encoded[at] = data.draw(st.integers(0, 255))
    _decoded_or_refused(bytes(encoded))
    _decoded_or_refused(bytes(encoded[:at]))


@settings(max_examples=examples(1000), deadline=None)
@given(_JSON, st.booleans())
def test_what_json_can_say_comes_out_unchanged(value: Any, escaped: bool) -> None:
    assert decode(json.dumps(value, ensure_ascii=escaped).encode()) == value
