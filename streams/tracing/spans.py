"""Spans of OpenTelemetry: event, request, calls, outcome.

A request may wait for days and change its owner, so no span is kept open for it: its id follows from the request's,
its calls name it as their parent, and it is told when it has ended. A call that serves several requests is a child of
the first and links to the others (OpenTelemetry specification, "Links between spans").
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from mappers.model import Outcome, SyncRequest
from mappers.model import Status as OutcomeStatus
from streams.tracing.port import TracedCall
from streams.tracing.trace_context import TraceContext, request_span

_MOST_LINKS: Final = 50
_NANOSECONDS: Final = 1_000_000_000


class ChosenIds(RandomIdGenerator):
    """Random ids, but for a span whose id is known beforehand; used by one thread, the event loop's."""

    def __init__(self) -> None:
        self.next_span: int | None = None

    def generate_span_id(self) -> int:
        """The chosen id, once."""
        chosen, self.next_span = self.next_span, None
        return chosen or super().generate_span_id()


class Spans:
    """The port `Tracing`, told to a provider whose ids are `ids`."""

    def __init__(self, provider: TracerProvider, ids: ChosenIds, version: str) -> None:
        self._tracer = provider.get_tracer("shipledger", version)
        self._ids = ids

    def received(self, request: SyncRequest, headers: Iterable[tuple[str, bytes | None]]) -> SyncRequest:
        """As the port says: the gate's span under the sender's."""
        parent = _parent(TraceContext.of_headers(headers))
        span = self._tracer.start_span("status_change", parent, SpanKind.CONSUMER, _ids_of(request))
        span.end()
        context = span.get_span_context()
        carried = TraceContext(context.trace_id, context.span_id, context.trace_flags.sampled)
        return request.model_copy(update={"traceparent": str(carried)})

    @contextmanager
    def call(self, call: TracedCall) -> Iterator[None]:
        """As the port says."""
        first, *others = [_span_of(each) for each in call.served] or [None]
        links = [Link(_span_context(each)) for each in others[:_MOST_LINKS] if each is not None]
        attributes: dict[str, str | int] = {
            "shipledger.organisation": call.organisation,
            "shipledger.document.kind": call.kind,
            "shipledger.operation": call.operation,
            "shipledger.documents": len(call.served),
        }
        span = self._tracer.start_span("xero_write", _parent(first), SpanKind.CLIENT, attributes, links)
        try:
            yield
        except BaseException as error:
            # By its kind alone: what an error says may quote a document.
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise
        finally:
            span.end()

    def onward(self, outcome: Outcome, traceparent: str | None) -> str | None:
        """As the port says: what follows an outcome is under the span of its request."""
        carried = None if traceparent is None else TraceContext.parse(traceparent)
        if carried is None:
            return None
        return str(TraceContext(carried.trace_id, _span_id(outcome), carried.is_sampled))

    def ended(self, outcome: Outcome, traceparent: str | None, asked_at: datetime) -> None:
        """As the port says: the request's span, from when it was asked for to its outcome."""
        parent = _parent(None if traceparent is None else TraceContext.parse(traceparent))
        self._ids.next_span = _span_id(outcome)
        begun = min(asked_at, outcome.occurred_at)
        span = self._tracer.start_span(
            "sync_request", parent, SpanKind.INTERNAL, _ids_of(outcome), start_time=_nanoseconds(begun)
        )
        span.set_attribute("shipledger.status", outcome.status.value)
        if outcome.status is OutcomeStatus.REJECTED:
            span.set_status(Status(StatusCode.ERROR, ", ".join(each.code.value for each in outcome.errors)))
        span.end(_nanoseconds(outcome.occurred_at))
        self._ids.next_span = None


def _span_of(request: SyncRequest) -> TraceContext | None:
    carried = None if request.traceparent is None else TraceContext.parse(request.traceparent)
    if carried is None:
        return None
    return TraceContext(carried.trace_id, request_span(request.request_id, 1), carried.is_sampled)


def _span_id(outcome: Outcome) -> int:
    return request_span(outcome.request_id, outcome.attempt)


def _parent(carried: TraceContext | None) -> Context:
    """The context that a span begins in; an empty one begins a trace of its own."""
    return Context() if carried is None else set_span_in_context(NonRecordingSpan(_span_context(carried)), Context())


def _span_context(carried: TraceContext) -> SpanContext:
    flags = TraceFlags(TraceFlags.SAMPLED if carried.is_sampled else TraceFlags.DEFAULT)
    return SpanContext(carried.trace_id, carried.span_id, is_remote=True, trace_flags=flags)


def _ids_of(subject: SyncRequest | Outcome) -> dict[str, str | int]:
    """The same ids as in the log; nothing that a document says."""
    return {
        "shipledger.company_id": subject.company_id,
        "shipledger.shipment_id": subject.shipment_id,
        "shipledger.request_id": str(subject.request_id),
        "shipledger.event_id": subject.event_id,
        "shipledger.trigger": str(subject.trigger),
    }


def _nanoseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000) * (_NANOSECONDS // 1_000_000)
