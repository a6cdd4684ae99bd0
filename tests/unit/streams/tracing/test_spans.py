"""One trace from the sender's span over gate, request and call to what follows the outcome."""

from datetime import timedelta

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from mappers.model import Action, DocumentRef
from streams.dispatch.ledger import answers
from streams.tracing import TRACEPARENT, TracedCall
from streams.tracing.spans import ChosenIds, Spans
from streams.tracing.trace_context import TraceContext
from tests.builders import OCCURRED_AT, ORGANISATION, make_request
from xero_client.errors import UnavailableError

SENDER = TraceContext(0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7, is_sampled=True)
HEADERS = ((TRACEPARENT, str(SENDER).encode()),)
REQUEST = make_request(asked_at=OCCURRED_AT)
LATER = OCCURRED_AT + timedelta(days=3)
DOCUMENT = DocumentRef(
    type="invoice",
    number="INV-1",
    xero_id="x",
    xero_status="DRAFT",
    total="1.00",
    currency="USD",
    url="",
    content_hash="",
)


class Traced:
    """Spans, and what was told."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        ids = ChosenIds()
        provider = TracerProvider(shutdown_on_exit=False, id_generator=ids)
        provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.spans = Spans(provider, ids, "1.0")

    @property
    def told(self) -> dict[str, ReadableSpan]:
        """The spans by name."""
        return {each.name: each for each in self._exporter.get_finished_spans()}


def context_of(span: ReadableSpan) -> tuple[int, int]:
    context = span.get_span_context()
    assert context is not None
    return context.trace_id, context.span_id


def parent_of(span: ReadableSpan) -> tuple[int, int]:
    assert span.parent is not None
    return span.parent.trace_id, span.parent.span_id


def test_event_request_call_and_outcome_are_one_trace() -> None:
    traced = Traced()
    request = traced.spans.received(REQUEST, HEADERS)
    with traced.spans.call(TracedCall(ORGANISATION, "invoice", "create", [request])):
        pass
    outcome = answers.processed(request, Action.CREATED, DOCUMENT, LATER)
    onward = traced.spans.onward(outcome, request.traceparent)
    traced.spans.ended(outcome, request.traceparent, OCCURRED_AT)
    event, call, ended = (traced.told[name] for name in ("status_change", "xero_write", "sync_request"))
    assert parent_of(event) == (SENDER.trace_id, SENDER.span_id)
    assert parent_of(ended) == context_of(event)
    assert parent_of(call) == context_of(ended), "named before it was told"
    assert onward is not None
    assert TraceContext.parse(onward) == TraceContext(*context_of(ended), is_sampled=True)
    assert ended.end_time is not None
    assert ended.start_time is not None
    assert ended.end_time - ended.start_time == timedelta(days=3) // timedelta(microseconds=1) * 1000


def test_an_event_without_a_trace_begins_one() -> None:
    traced = Traced()
    request = traced.spans.received(REQUEST, ())
    assert traced.told["status_change"].parent is None
    assert request.traceparent is not None


def test_a_sender_that_does_not_record_is_not_recorded() -> None:
    traced = Traced()
    header = str(TraceContext(SENDER.trace_id, SENDER.span_id, is_sampled=False)).encode()
    request = traced.spans.received(REQUEST, ((TRACEPARENT, header),))
    assert traced.told == {}
    assert request.traceparent is not None
    assert request.traceparent.endswith("-00")


def test_a_call_for_several_links_to_the_others() -> None:
    traced = Traced()
    requests = [traced.spans.received(make_request(event_id=f"e{index}"), HEADERS) for index in range(3)]
    with traced.spans.call(TracedCall(ORGANISATION, "invoice", "create", requests)):
        pass
    assert len(traced.told["xero_write"].links) == 2


def test_a_call_that_fails_says_how_and_nothing_of_what_was_said() -> None:
    traced = Traced()
    call = traced.spans.call(TracedCall(ORGANISATION, "invoice", "create", [REQUEST]))
    with pytest.raises(UnavailableError), call:
        raise UnavailableError("quoting a customer")
    told = traced.told["xero_write"].to_json()
    assert "UnavailableError" in told
    assert "customer" not in told


def test_a_later_attempt_is_a_span_of_its_own() -> None:
    traced = Traced()
    request = traced.spans.received(REQUEST, HEADERS)
    first = answers.rejected(request, (), LATER)
    second = answers.processed(request, Action.CREATED, DOCUMENT, LATER, attempt=2)
    assert traced.spans.onward(first, request.traceparent) != traced.spans.onward(second, request.traceparent)


def test_ids_that_were_chosen_for_one_span_are_not_another_s() -> None:
    """A trace that is not recorded takes its id too."""
    traced = Traced()
    unrecorded = str(TraceContext(SENDER.trace_id, SENDER.span_id, is_sampled=False))
    outcome = answers.processed(REQUEST, Action.CREATED, DOCUMENT, LATER)
    traced.spans.ended(outcome, unrecorded, OCCURRED_AT)
    traced.spans.received(REQUEST, HEADERS)
    onward = traced.spans.onward(outcome, str(SENDER))
    assert onward is not None
    chosen = TraceContext.parse(onward)
    assert chosen is not None
    assert context_of(traced.told["status_change"])[1] != chosen.span_id
