"""Whatever is around an event: it is the event, or a dead letter with a reason, and never an exception."""

import json
from collections.abc import Callable
from functools import reduce
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.inbound.cloudevents import read_value
from mappers.inbound.dead_letter import Poison
from mappers.inbound.status_change import read_event
from tests.builders import COMPANY_ID, encode, make_company, make_event
from tests.properties.examples import examples

COMPANIES = {COMPANY_ID: make_company()}
FRAME = b"\x00\x00\x00\x00\x2a"
CLOUD_EVENT = {"specversion": "1.0", "id": "ce-1", "source": "/x", "type": "t"}

Wrapper = Callable[[bytes], bytes]
Wrappers = tuple[Wrapper, ...]


def in_connect(value: bytes) -> bytes:
    return encode({"schema": None, "payload": json.loads(value.removeprefix(b"\xef\xbb\xbf"))})


def in_cloud_event(value: bytes) -> bytes:
    return encode({**CLOUD_EVENT, "data": json.loads(value.removeprefix(b"\xef\xbb\xbf"))})


def in_text(value: bytes) -> bytes:
    return encode(value.decode("utf-8-sig"))


def with_mark(value: bytes) -> bytes:
    return b"\xef\xbb\xbf" + value


def framed(value: bytes) -> bytes:
    return FRAME + value


# One of each at most, from the inside out, as a chain of a sender's own libraries puts them on.
INNER: tuple[Wrappers, ...] = (
    (),
    (in_text,),
    (in_cloud_event,),
    (in_connect,),
    (in_cloud_event, in_connect),
)
OUTER: tuple[Wrappers, ...] = ((), (with_mark,), (framed,), (with_mark, framed))

_LOGICAL = st.sampled_from(["Decimal", "Date", "Timestamp", "Time"]).map("org.apache.kafka.connect.data.{}".format)
_SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=8)
_JSON = st.recursive(
    _SCALARS, lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=4), inside, max_size=3)
)
_SCHEMAS = st.recursive(
    _JSON
    | st.fixed_dictionaries({"name": _LOGICAL}, optional={"parameters": st.fixed_dictionaries({"scale": _SCALARS})}),
    lambda inside: (
        st.fixed_dictionaries({"items": inside})
        | st.fixed_dictionaries({"values": inside})
        | st.lists(inside, max_size=2).map(
            lambda some: {"fields": [{**each, "field": "x"} if isinstance(each, dict) else each for each in some]}
        )
    ),
    max_leaves=4,
)


@given(st.sampled_from(INNER), st.sampled_from(OUTER))
def test_a_wrapped_event_is_the_event(inner: Wrappers, outer: Wrappers) -> None:
    value = reduce(lambda wrapped, wrap: wrap(wrapped), (*inner, *outer), encode(make_event()))
    if in_text in inner and framed in outer:
        return  # Framed content that begins with a quotation mark may as well be Avro.
    assert read_value(value, ()) == make_event()


def judged(value: bytes, headers: tuple[tuple[str, bytes | None], ...] = ()) -> None:
    read = read_event(value, headers, COMPANIES)
    if isinstance(read, Poison):
        assert read.message
    else:
        assert read.company_id == COMPANY_ID


@settings(max_examples=examples(400), deadline=None)
@given(st.sampled_from([b"", FRAME, b"\x00", b"\xef\xbb\xbf", b"Obj\x01", b"<"]), st.binary(max_size=60))
def test_any_bytes_in_any_framing_end_in_an_event_or_a_dead_letter(start: bytes, rest: bytes) -> None:
    judged(start + rest)
    judged(start + b"{" + rest, (("content-type", b"application/avro"),))


@settings(max_examples=examples(400), deadline=None)
@given(_SCHEMAS, st.dictionaries(st.sampled_from(["x", "op", "after", "data", "status"]), _JSON) | _JSON)
def test_any_payload_beside_any_schema_ends_in_an_event_or_a_dead_letter(schema: Any, payload: Any) -> None:
    judged(json.dumps({"schema": schema, "payload": payload}).encode())
    judged(json.dumps({**CLOUD_EVENT, "data": {"schema": schema, "payload": payload}}).encode())
