"""`traceparent` is read as W3C Trace Context says, and what is none harms nothing."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.tracing.trace_context import TraceContext, request_span

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
GOOD = f"00-{TRACE}-{SPAN}-01"


def test_the_example_of_the_recommendation_is_read() -> None:
    context = TraceContext.parse(GOOD)
    assert context == TraceContext(int(TRACE, 16), int(SPAN, 16), is_sampled=True)
    assert str(context) == GOOD


def test_a_later_version_may_say_more_and_is_passed_on_as_ours() -> None:
    assert str(TraceContext.parse(f"cc-{TRACE}-{SPAN}-00-what the future will bring")) == f"00-{TRACE}-{SPAN}-00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}-01\n",
        f"cc-{TRACE}-{SPAN}-01-{'x' * 600}",
    ],
)
def test_what_is_none_is_none(text: str) -> None:
    assert TraceContext.parse(text) is None


@given(st.text() | st.from_regex(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", fullmatch=True))
def test_whatever_is_read_is_read_again_alike(text: str) -> None:
    context = TraceContext.parse(text)
    assert context is None or TraceContext.parse(str(context)) == context


@pytest.mark.parametrize("name", ["traceparent", "ce_traceparent"])
def test_a_record_carries_it_under_either_name(name: str) -> None:
    assert TraceContext.of_headers([("other", b"x"), (name, GOOD.encode())]) == TraceContext.parse(GOOD)


def test_two_that_differ_are_none_and_two_that_agree_are_one() -> None:
    other = GOOD.replace("4bf9", "5bf9")
    assert TraceContext.of_headers([("traceparent", GOOD.encode()), ("ce_traceparent", other.encode())]) is None
    assert TraceContext.of_headers([("traceparent", GOOD.encode()), ("ce_traceparent", GOOD.encode())]) is not None


@pytest.mark.parametrize("value", [None, b"", b"\xff\xfe", b"00-"])
def test_a_header_of_any_bytes_is_no_fault(value: bytes | None) -> None:
    assert TraceContext.of_headers([("traceparent", value)]) is None


@given(st.uuids(), st.integers(min_value=1, max_value=1000))
def test_a_request_has_one_span_for_each_attempt_whoever_answers_it(request_id: UUID, attempt: int) -> None:
    span = request_span(request_id, attempt)
    assert 0 < span < 2**64
    assert span == request_span(UUID(str(request_id)), attempt)
    assert span != request_span(request_id, attempt + 1)
