"""The gate as a Faust app: raw bytes in, sent on in order, acknowledged when what they caused is on the broker.

Faust would acknowledge an event when the agent's body is through with it, also where it raised or was cancelled. The
window takes that out of its hands.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

import faust
from faust.types import EventT, Message, StreamT
from structlog.typing import FilteringBoundLogger

from mappers.model import Company, kafka_time
from streams.gate.ack_window import AckWindow
from streams.gate.committed_reads import committed_reads
from streams.gate.compiled_faust import require_compiled_faust
from streams.gate.handler import GateHandler
from streams.gate.ports import GateMetrics, Publisher, Record
from streams.gate.publisher import FaustPublisher
from streams.gate.settings import GateSettings
from streams.topics import FETCHED_AT_ONCE, PRODUCER_ROOM, seconds_to_gather

_MOST_POLLED = 1000
_REBALANCE_SECONDS = 20.0
"""So long the group waits at most for those who have to join it anew; Faust's 60 are not needed here."""
_ANSWER_SECONDS = 10.0


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
    at once where no broker answers. Raises FaustNotCompiledError.

    `fatal` is set where an event could not be dealt with: the event is not acknowledged, the gate reads no further,
    and the composition root has to end the process. `publisher` is Faust's own producer unless a test brings another.
    """
    require_compiled_faust()
    app = _app(settings)
    own = FaustPublisher(app)
    handler = GateHandler(settings, companies, publisher or own, metrics, log, clock)

    window = AckWindow(settings.window, _stop_gate(log, fatal), metrics.invariant_violated)

    # Raw on both sides: `value_type=bytes` alone would still decode JSON, outside of our guard.
    topic = app.topic(
        settings.topics.status_changes, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )

    @app.agent(topic, name="gate")
    async def gate(stream: StreamT[bytes]) -> None:
        async for event in stream.events():
            # The last of those that were read goes at once, and what gathered goes when its time is up.
            others_wait = not cast("Any", stream).channel.queue.empty()
            await own.gather_for(seconds_to_gather(_late(event.message, clock())) if others_wait else 0.0)
            await _process(event, handler, window)

    return app


def _late(message: Message, now: datetime) -> float:
    """Seconds since the record was made, by the sender's clock."""
    return now.timestamp() - message.timestamp


def _stop_gate(log: FilteringBoundLogger, fatal: asyncio.Event) -> Callable[[Message, BaseException], None]:
    def stop(message: Message, error: BaseException) -> None:
        where = {"topic": message.topic, "partition": message.partition, "offset": message.offset}
        log.error("gate_stopped", exc_info=error, **where)
        fatal.set()

    return stop


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
        consumer_max_fetch_size=FETCHED_AT_ONCE,
        consumer_group_instance_id=settings.instance_id,
        broker_session_timeout=settings.session_timeout,
        broker_rebalance_timeout=max(_REBALANCE_SECONDS, settings.session_timeout),
        # Of a connection that is open and silent it is heard of no sooner. A rebalance has to fit into it.
        broker_request_timeout=max(_REBALANCE_SECONDS, settings.session_timeout) + _ANSWER_SECONDS,
        broker_heartbeat_interval=settings.heartbeat_interval,
        broker_commit_interval=settings.commit_interval,
        broker_commit_every=settings.commit_every,
        # A batch of a megabyte may be a million small records, and Faust would have them all in a list.
        broker_max_poll_records=_MOST_POLLED,
        producer_acks=-1,
        producer_linger=0,
        producer_max_request_size=PRODUCER_ROOM,
        processing_guarantee="at_least_once",
        worker_redirect_stdouts=False,
    )
    app.transport = committed_reads(app)
    return app


async def _process(event: EventT[bytes], handler: GateHandler, window: AckWindow) -> None:
    """Return when the next event may be taken; for ever not, where this one could not be dealt with.

    Raising would restart the agent, which would go on with the next event.
    """
    window.hold(event)
    try:
        sending = await handler.handle(_record(event.message))
    except asyncio.CancelledError:
        window.give_up(event)
        raise
    except Exception as error:  # noqa: BLE001  # Whatever it is: the event is not dealt with.
        window.fail(event, error)
    else:
        window.add(event, None if sending is None else asyncio.create_task(sending))
    await window.room()


def _record(message: Message) -> Record:
    headers = message.headers or ()
    return Record(
        topic=message.topic,
        partition=message.partition,
        offset=message.offset,
        key=message.key,
        value=message.value,
        headers=tuple(headers.items() if isinstance(headers, Mapping) else headers),
        recorded_at=kafka_time(message.timestamp * 1000),  # Faust counts in seconds.
    )
