"""Follows a request from the sender's trace to its outcome (W3C Trace Context), with OpenTelemetry where asked for."""

from streams.tracing.pass_on import PASS_ON
from streams.tracing.port import TracedCall, Tracing
from streams.tracing.provider import TracingUnavailableError, open_telemetry
from streams.tracing.trace_context import TRACEPARENT

__all__ = ["PASS_ON", "TRACEPARENT", "TracedCall", "Tracing", "TracingUnavailableError", "open_telemetry"]
