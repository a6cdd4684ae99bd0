"""The published schema and the gate take exactly the same events: right ones, and right ones with something changed."""

import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, TypeChecker, validators  # type: ignore[import-untyped]  # It publishes no types.

from mappers.inbound.fields import MAX_REVISION
from mappers.inbound.published_schema import status_change_schema
from mappers.inbound.status_change import StatusChange, read_event
from mappers.inbound.strict_json import Malformed, decode
from mappers.model.text import forbidden_in_code
from mappers.model.times import TIME_PATTERN, read_time
from tests.builders import COMPANY_ID, OMIT, encode, make_company, make_event
from tests.properties.examples import examples

COMPANIES = {COMPANY_ID: make_company()}
RECORDED_AT = datetime(2026, 11, 21, tzinfo=UTC)


def is_whole(_checker: TypeChecker, value: Any) -> bool:
    """JSON Schema's integer is any number without a fraction; the library knows that of floats, not of Decimal."""
    if isinstance(value, Decimal):
        return value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


VALIDATOR = validators.extend(
    Draft202012Validator, type_checker=Draft202012Validator.TYPE_CHECKER.redefine("integer", is_whole)
)(status_change_schema())

_BLANKS = st.text(st.sampled_from(" \t\n\r\x0b\x0c\x1c\x1f\x85\u00a0\u2003\u2028\u3000"), max_size=2)
_HIDDEN = st.sampled_from("\x00\x7f\u00ad\u200b\u202e\u2029\ufeff\U000e0041\U000110bd")
_CHARACTERS = st.characters(exclude_categories=["Cs"])
_LONG = st.sampled_from(["A", "é", "e\u0301", "\u0958", "\U0001f42e", "A B"]).flatmap(
    lambda one: st.integers(254 // len(one) - 1, 256 // len(one) + 1).map(lambda times: one * times)
)
_IDS = st.text(_CHARACTERS, max_size=6) | _LONG | st.lists(_BLANKS | _HIDDEN | st.just("S-1"), max_size=4).map("".join)
_TIMES = st.from_regex(TIME_PATTERN, fullmatch=True) | st.datetimes(timezones=st.just(UTC)).map(str)
_WHOLE = st.integers(-3, 30) | st.integers(MAX_REVISION - 3, MAX_REVISION + 3) | st.integers(0, 10**20)
_NUMBERS = (
    _WHOLE
    | _WHOLE.map(lambda number: Decimal(f"{number}.0"))
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.sampled_from([Decimal("7E+0"), Decimal("-0.0"), Decimal("1E+18"), Decimal("1E+19"), Decimal("7.5")])
)
_NUMBER_TEXTS = st.tuples(
    st.sampled_from(["", "+", "-", "0", "000"]), _WHOLE.map(str), st.sampled_from(["", ".", ".0", ".000", ".5", "e0"])
).map("".join)
_TRUTHS = st.booleans() | st.sampled_from(["true", "FALSE", "True", "yes", "1", "\u017false"]) | st.integers(0, 1)
_JUNK = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(_CHARACTERS, max_size=5),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.text(_CHARACTERS, max_size=3), inside, max_size=2),
    max_leaves=3,
)
_OF_A_KIND: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("event_id", "shipment_id", "status"), _IDS),
    "company_id": st.just(COMPANY_ID),
    "event_type": st.sampled_from(["shipment.status_changed", " shipment.status_changed\n", "shipment_status_changed"]),
    "schema_version": st.sampled_from([1, Decimal("1.0"), "1", "+01.0", 2, "2", "1.5", "11"]) | _NUMBERS,
    "occurred_at": _TIMES,
    "revision": _NUMBERS | _NUMBER_TEXTS,
    "previous_status": _IDS,
    "sync_now": _TRUTHS,
    "shipment": st.dictionaries(st.text(_CHARACTERS, max_size=3), _JUNK, max_size=2),
}


def padded(value: Any, blanks: tuple[str, str]) -> Any:
    return f"{blanks[0]}{value}{blanks[1]}" if isinstance(value, str) else value


def damaged(value: Any, drawn: tuple[int, str]) -> Any:
    """One character of a text replaced, put in or taken out."""
    if not isinstance(value, str):
        return value
    at, character = drawn[0] % (len(value) + 1), drawn[1]
    return value[:at] + character + value[at + drawn[0] % 2 :]


def values(name: str) -> st.SearchStrategy[Any]:
    right = _OF_A_KIND[name]
    near = st.builds(damaged, right, st.tuples(st.integers(0, 99), st.text(_CHARACTERS, max_size=1)))
    odd = _JUNK if name != "company_id" else st.none() | st.integers() | st.lists(st.none(), max_size=1)
    return right | st.builds(padded, right, st.tuples(_BLANKS, _BLANKS)) | near | odd | st.just(OMIT)


def as_json(event: dict[str, Any]) -> bytes:
    """JSON with Decimals as numbers."""
    numbers: list[Decimal] = []

    def marked(value: Any) -> Any:
        if isinstance(value, Decimal):
            numbers.append(value)
            return f"@@{len(numbers) - 1}@@"
        if isinstance(value, dict):
            return {name: marked(each) for name, each in value.items()}
        return [marked(each) for each in value] if isinstance(value, list) else value

    text = encode(marked(event))
    for index, number in enumerate(numbers):
        text = text.replace(f'"@@{index}@@"'.encode(), str(number).encode())
    return text


def judged(event: dict[str, Any]) -> None:
    value = as_json(event)
    try:
        instance = decode(value)
    except Malformed:
        return  # No JSON for either.
    read = read_event(value, (), COMPANIES, recorded_at=RECORDED_AT)
    is_taken = isinstance(read, StatusChange) and not read.faults
    if not isinstance(instance.get("company_id"), str) or instance["company_id"].strip() == COMPANY_ID:
        assert VALIDATOR.is_valid(instance) is is_taken, (read, list(VALIDATOR.iter_errors(instance)))


@settings(max_examples=examples(400), deadline=None)
@given(st.data())
def test_the_schema_takes_an_event_exactly_where_the_gate_does(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(_OF_A_KIND)))
    judged(make_event(**{name: data.draw(values(name))}))


@pytest.mark.parametrize("text", ["A" * length for length in (1, 2, 254, 255, 256)], ids=len)
def test_the_schema_takes_an_id_of_each_length_that_the_gate_takes(text: str) -> None:
    judged(make_event(shipment_id=text))


@settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({}, optional={name: values(name) for name in _OF_A_KIND}))
def test_the_schema_takes_what_the_gate_takes_when_anything_is_changed(changes: dict[str, Any]) -> None:
    judged(make_event(**changes))


@settings(max_examples=150, deadline=None)
@given(st.from_regex(TIME_PATTERN, fullmatch=True))
@example("9999-W52-7T24:00:00.0-23:59")
@example("0001-01-01T00:00:00+23:59")
def test_every_time_of_the_pattern_is_read(text: str) -> None:
    assert read_time(text).tzinfo is UTC


def test_the_schema_says_no_to_every_hidden_character_that_the_gate_refuses() -> None:
    for point in (*range(0xD800), *range(0xE000, 0x11000), *range(0x13000, 0x13500), *range(0xE0000, 0xE0080)):
        is_hidden = forbidden_in_code(chr(point)) is not None
        if is_hidden or unicodedata.category(chr(point)) in {"Cc", "Cf", "Zl", "Zp", "Zs"} or point < 0x100:
            judged(make_event(event_id=f"a{chr(point)}b"))
            judged(make_event(event_id=f"a{chr(point)}"))


def test_the_judge_sees_a_difference() -> None:
    """Proof of the oracle: an event that only one of the two takes is told apart."""
    event = make_event(revision="7.5")
    assert not VALIDATOR.is_valid(event)
    assert VALIDATOR.is_valid(make_event(revision="7.0"))
    assert isinstance(read_event(orjson.dumps(make_event(revision="7.0")), (), COMPANIES), StatusChange)
