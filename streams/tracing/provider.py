"""OpenTelemetry's SDK as it is used here: spans are sent by a thread of its own, and dropped where that is too slow."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Final

from streams.tracing.port import Tracing

EXPORT_SECONDS: Final = 2.0
"""A collector that does not answer is given up after so long; the end of the process waits no longer for it."""


class TracingUnavailableError(Exception):
    """Tracing is asked for, but its libraries are not installed."""


def open_telemetry(endpoint: str, ratio: float, version: str, instance: str) -> tuple[Tracing, Callable[[], None]]:
    """Spans sent to `endpoint` (OTLP over HTTP), and what sends the last ones and ends its thread.

    `ratio` is the share of traces that begin here and are recorded; a trace that a sender began is recorded where the
    sender records it. Raises TracingUnavailableError.
    """
    if find_spec("opentelemetry.sdk") is None or find_spec("opentelemetry.exporter.otlp.proto.http") is None:
        raise TracingUnavailableError(
            "TRACING__ENDPOINT is set, but OpenTelemetry is not installed: install shipledger[tracing], or unset it."
        )
    # Not before: a worker that traces nothing does without them.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio  # noqa: PLC0415

    from streams.tracing.spans import ChosenIds, Spans  # noqa: PLC0415

    ids = ChosenIds()
    names = {"service.name": "shipledger", "service.version": version, "service.instance.id": instance}
    provider = TracerProvider(ParentBasedTraceIdRatio(ratio), Resource(names), shutdown_on_exit=False, id_generator=ids)
    exporter = OTLPSpanExporter(endpoint, timeout=EXPORT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter, export_timeout_millis=EXPORT_SECONDS * 1000))
    return Spans(provider, ids, version), provider.shutdown
