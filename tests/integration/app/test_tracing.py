"""A real worker tells OpenTelemetry one trace, from the sender to the outcome, and waits for no collector."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.testbed.builders import encode
from deploy.testbed.events import event
from deploy.testbed.ports import free_port
from streams.topics import STATUS_CHANGES, SYNC_OUTCOMES
from tests.processes.stack import stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
SENDER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass
class Collector:
    """Takes spans as an OpenTelemetry collector does: protobuf over HTTP."""

    port: int = field(default_factory=free_port)
    spans: dict[str, Any] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/traces"

    async def take(self, request: web.Request) -> web.Response:
        told = ExportTraceServiceRequest.FromString(await request.read())
        for resource in told.resource_spans:
            for scope in resource.scope_spans:
                self.spans |= {span.name: span for span in scope.spans}
        return web.Response()


@asynccontextmanager
async def collecting() -> AsyncIterator[Collector]:
    collector = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", collector.port).start()
    try:
        yield collector
    finally:
        await runner.cleanup()


@contextmanager
def silent() -> Iterator[str]:
    """A collector that takes connections, for the system does, and never answers."""
    with socket.create_server(("127.0.0.1", port := free_port())):
        yield f"http://127.0.0.1:{port}/v1/traces"


async def publish_traced(bootstrap_servers: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers)
    await producer.start()
    try:
        await producer.send_and_wait(
            STATUS_CHANGES, encode(event(0)), key=b"key", headers=[("traceparent", SENDER.encode())]
        )
    finally:
        await producer.stop()


async def outcome_of(bootstrap_servers: str) -> dict[str, bytes]:
    """The headers of the one outcome."""
    consumer = AIOKafkaConsumer(
        SYNC_OUTCOMES,
        bootstrap_servers=bootstrap_servers,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    await consumer.start()
    try:
        return dict((await asyncio.wait_for(consumer.getone(), 60)).headers)
    finally:
        await consumer.stop()


async def test_a_trace_goes_from_the_senders_span_to_the_outcome(kafka: Any, tmp_path: Path) -> None:
    async with collecting() as collector, stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker(environment={"TRACING__ENDPOINT": collector.endpoint})
        worker.start()
        await worker.ready()
        await publish_traced(kafka.bootstrap_servers)
        headers = await outcome_of(kafka.bootstrap_servers)
        await stack.until(lambda: len(collector.spans) == 3, 30, "the spans")
        worker.terminate()
    _, trace, span, _ = SENDER.split("-")
    arrived, call, request = (collector.spans[each] for each in ("status_change", "xero_write", "sync_request"))
    assert {each.trace_id.hex() for each in (arrived, call, request)} == {trace}
    assert arrived.parent_span_id.hex() == span
    assert request.parent_span_id == arrived.span_id
    assert call.parent_span_id == request.span_id
    assert headers["traceparent"].decode() == f"00-{trace}-{request.span_id.hex()}-01"


async def test_a_collector_that_never_answers_keeps_nothing_waiting(kafka: Any, tmp_path: Path) -> None:
    with silent() as endpoint:
        async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
            worker = stack.worker(environment={"TRACING__ENDPOINT": endpoint})
            worker.start()
            await worker.ready()
            await stack.publish(event(index) for index in range(100))
            await stack.complete_logs(worker, 100)
            worker.terminate()
            assert worker.wait(5) == 0, "the last spans are given up in time"


async def test_without_a_collector_the_senders_context_is_passed_on(kafka: Any, tmp_path: Path) -> None:
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker()
        worker.start()
        await worker.ready()
        await publish_traced(kafka.bootstrap_servers)
        assert (await outcome_of(kafka.bootstrap_servers))["traceparent"].decode() == SENDER
