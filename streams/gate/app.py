"""The gate as a Faust app: raw bytes in, one event at a time, acknowledged when what it caused is on the broker.

What Faust acknowledges was measured: an event whose body raised is acknowledged like any other, and so is
one whose body was cancelled. Both are withdrawn here before Faust sees them.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import faust
from faust.types import EventT, Message, StreamT
from structlog.typing import FilteringBoundLogger

from mappers.model import Company
from streams.gate.committed_reads import committed_reads
from streams.gate.handler import GateHandler
from streams.gate.ports import GateMetrics, Publisher, Record
from streams.gate.publisher import FaustPublisher
from streams.gate.settings import GateSettings

# Above what any event may have, so that the broker's limit decides and not the client's.
_PRODUCER_ROOM = 4 * 1024 * 1024


def create_gate(
    settings: GateSettings,
    companies: Mapping[str, Company],
    metrics: GateMetrics,
    log: FilteringBoundLogger,
    fatal: asyncio.Event,
    *,
    clock: Callable[[], datetime],
    publisher: Publisher | None = None,
) -> faust.App:
    """The app, not started. Set `app.loop` to the running loop, then `await app.start()`; raises KafkaConnectionError
    at once where no broker answers.

    `fatal` is set where an event could not be dealt with: the event is not acknowledged, the gate reads no further,
    and the composition root has to end the process. `publisher` is Faust's own producer unless a test brings another.
    """
    app = _app(settings)
    handler = GateHandler(settings, companies, publisher or FaustPublisher(app), metrics, log, clock)

    # Raw on both sides: `value_type=bytes` alone would still decode JSON, outside of our guard.
    topic = app.topic(
        settings.topics.status_changes, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )

    @app.agent(topic, name="gate")
    async def gate(stream: StreamT[bytes]) -> None:
        async for event in stream.events():
            await _process(event, handler, log, fatal)

    return app


def _app(settings: GateSettings) -> faust.App:
    app = faust.App(
        settings.group,
        broker=[f"kafka://{server.strip()}" for server in settings.bootstrap_servers.split(",")],
        broker_credentials=settings.broker_credentials,
        datadir=settings.data_dir / "faust",
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=settings.instance_id,
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.heartbeat_interval,
        broker_commit_interval=settings.commit_interval,
        producer_acks=-1,
        producer_linger=0,
        producer_max_request_size=_PRODUCER_ROOM,
        processing_guarantee="at_least_once",
        worker_redirect_stdouts=False,
    )
    app.transport = committed_reads(app)
    return app


async def _process(event: EventT[bytes], handler: GateHandler, log: FilteringBoundLogger, fatal: asyncio.Event) -> None:
    """Return when the event may be acknowledged; otherwise withdraw it."""
    message = event.message
    try:
        await handler.handle(_record(message))
    except asyncio.CancelledError:
        _withdraw(message)
        raise
    except Exception:
        _withdraw(message)
        log.exception("gate_stopped", topic=message.topic, partition=message.partition, offset=message.offset)
        fatal.set()
        # Raising would restart the agent, which would go on with the next event and commit over this one.
        await asyncio.Event().wait()


def _withdraw(message: Message) -> None:
    """Faust acknowledges in a `finally`, whatever happened; a message that counts as acknowledged it leaves alone."""
    message.acked = True


def _record(message: Message) -> Record:
    headers = message.headers or ()
    # Kafka writes -1 where a record has no time.
    recorded_at = datetime.fromtimestamp(message.timestamp, UTC) if message.timestamp > 0 else None
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=tuple(headers.items() if isinstance(headers, Mapping) else headers),
        recorded_at=recorded_at,
    )
