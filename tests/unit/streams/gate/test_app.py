"""The Faust app is made as it was measured to lose nothing; no broker is asked here."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import faust
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError
from faust.exceptions import ProducerSendError
from faust.transport.drivers.aiokafka import Producer
from faust.types import EventT

from streams.gate import app as gate_app
from streams.gate import committed_reads
from streams.gate.ack_window import AckWindow
from streams.gate.app import create_gate
from streams.gate.compiled_faust import FaustNotCompiledError
from streams.gate.handler import GateHandler
from streams.gate.ports import RecordTooLargeError
from streams.gate.publisher import FaustPublisher
from streams.gate.settings import WindowLimits
from tests.builders import COMPANY_ID, encode, make_company, make_event
from tests.unit.streams.gate.fakes import CapturedLog, CountingMetrics, MemoryPublisher
from tests.unit.streams.gate.faust_events import AckingConsumer
from tests.unit.streams.gate.test_handler import NOW, gate_settings


@dataclass
class FailingProducer:
    """A producer that fails at once or when the broker answers, and the app that has it."""

    failure: Exception
    at_once: bool

    async def maybe_start_producer(self) -> "FailingProducer":
        return self

    async def send(self, *_: object, **__: object) -> Awaitable[None]:
        if self.at_once:
            raise self.failure
        return self._answer()

    async def _answer(self) -> None:
        raise self.failure


class HangingPublisher(MemoryPublisher):
    """Its queue is full for ever."""

    async def send(self, *_: object, **__: object) -> Awaitable[None]:
        await asyncio.Event().wait()
        raise AssertionError("not reached")


@dataclass
class Processing:
    """The agent's body with its window, on a publisher of the test's choice."""

    publisher: MemoryPublisher
    consumer: AckingConsumer = field(default_factory=AckingConsumer)
    log: CapturedLog = field(default_factory=CapturedLog)
    fatal: asyncio.Event = field(default_factory=asyncio.Event)
    metrics: CountingMetrics = field(default_factory=CountingMetrics)

    def __post_init__(self) -> None:
        self.window = AckWindow(
            WindowLimits(), gate_app._stop_gate(self.log.logger, self.fatal), self.metrics.invariant_violated
        )
        self._handler = GateHandler(
            gate_settings(),
            {COMPANY_ID: make_company()},
            self.publisher,
            self.metrics,
            self.log.logger,
            clock=lambda: NOW,
        )

    @asynccontextmanager
    async def body(self, event: EventT[bytes]) -> AsyncIterator[asyncio.Task[None]]:
        """The body, running; at the block's end it is cancelled, and Faust counts down."""
        task = asyncio.create_task(gate_app._process(event, self._handler, self.window))
        yield task
        task.cancel()
        await asyncio.wait([task])
        self.consumer.end_body(event)


def test_the_app_is_stateless_silent_and_static(tmp_path: Path) -> None:
    settings = gate_settings(bootstrap_servers="a:9092, b:9093", data_dir=tmp_path)
    log = CapturedLog()
    app = create_gate(settings, {}, CountingMetrics(), log.logger, asyncio.Event(), clock=lambda: NOW)
    conf = app.conf
    assert [str(url) for url in conf.broker] == ["kafka://a:9092", "kafka://b:9093"]
    assert (conf.id, str(conf.store), conf.web_enabled) == ("shipledger-gate", "memory:", False)
    assert (conf.topic_disable_leader, conf.topic_allow_declare) == (True, False)
    assert (conf.consumer_group_instance_id, conf.consumer_auto_offset_reset) == ("worker-1", "earliest")
    assert str(conf.processing_guarantee) == str(faust.types.ProcessingGuarantee.AT_LEAST_ONCE)
    assert (conf.producer_acks, conf.producer_linger) == (-1, 0)
    assert (conf.broker_commit_interval, conf.broker_commit_every) == (0.5, 200)
    assert isinstance(app.transport, committed_reads._CommittedTransport)
    assert conf.datadir.parent == tmp_path


@pytest.mark.parametrize(("session", "heard_of_after"), [(10.0, 30.0), (120.0, 130.0)])
def test_of_a_connection_that_is_open_and_silent_the_gate_hears_in_time(session: float, heard_of_after: float) -> None:
    """With Faust's 90 seconds all events waited so long where a firewall or a dead host had swallowed a connection."""
    settings = gate_settings(session_timeout=session)
    app = create_gate(settings, {}, CountingMetrics(), CapturedLog().logger, asyncio.Event(), clock=lambda: NOW)
    assert app.conf.broker_request_timeout == heard_of_after
    # The coordinator answers who joins once all have joined, or after so long; an answer that comes later than that is
    # taken for none.
    assert session <= app.conf.broker_rebalance_timeout < heard_of_after


async def test_a_record_may_wait_long_for_its_broker_and_an_answer_may_not() -> None:
    app = create_gate(gate_settings(), {}, CountingMetrics(), CapturedLog().logger, asyncio.Event(), clock=lambda: NOW)
    producer = cast("Producer", app.transport.create_producer())._new_producer()
    assert producer.client._request_timeout_ms == 30_000
    await producer.stop()
    assert producer._request_timeout_ms == 1_200_000, "an outage of some minutes is waited for, and ends no process"


def test_without_the_compiled_iterator_no_gate_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one in pure Python acknowledges what it skips."""
    monkeypatch.setattr("faust.streams._CStreamIterator", None)
    log = CapturedLog()
    with pytest.raises(FaustNotCompiledError, match="Unset NO_CYTHON"):
        create_gate(gate_settings(), {}, CountingMetrics(), log.logger, asyncio.Event(), clock=lambda: NOW)


@pytest.mark.parametrize("headers", [None, {"a": b"1"}, [("a", b"1")], (("a", b"1"),)])
def test_headers_of_every_shape_that_faust_gives_are_read(headers: object) -> None:
    record = gate_app._record(AckingConsumer().event(7, headers=headers).message)
    assert record.headers == (() if headers is None else (("a", b"1"),))


@pytest.mark.parametrize(
    ("timestamp", "expected"),
    [(1763608522.5, datetime(2025, 11, 20, 3, 15, 22, 500000, UTC)), (-0.001, None), (1e13, None), (9.2e15, None)],
)
def test_a_record_without_a_time_or_with_one_beyond_the_calendar_has_none(
    timestamp: float, expected: datetime | None
) -> None:
    assert gate_app._record(AckingConsumer().event(7, timestamp=timestamp).message).recorded_at == expected


@pytest.mark.parametrize("status", ["ACCOUNTS INV CREATED", "BOOKED"])
async def test_a_handled_event_is_acknowledged_and_the_next_one_is_taken(status: str) -> None:
    processing = Processing(MemoryPublisher())
    event = processing.consumer.event(7, value=encode(make_event(status=status)))
    async with processing.body(event) as body:
        await asyncio.wait_for(body, 60)
    await asyncio.sleep(0)
    assert processing.consumer.acked == {0: [7]}
    assert not processing.fatal.is_set()


@pytest.mark.parametrize("at_once", [True, False])
async def test_broker_trouble_withdraws_the_event_and_holds_the_gate_for_ever(*, at_once: bool) -> None:
    processing = Processing(MemoryPublisher(failure=ConnectionError("gone"), at_once=at_once))
    event = processing.consumer.event(7, value=encode(make_event()))
    async with processing.body(event) as body:
        await asyncio.wait_for(processing.fatal.wait(), 60)
        assert event.message.acked is True
        assert body.done() is not at_once
        assert not await _has_room(processing.window)
    assert processing.consumer.acked == {}
    (line,) = processing.log.lines
    assert (line["event"], line["partition"], line["offset"]) == ("gate_stopped", 0, 7)


async def test_an_event_that_was_cut_off_while_it_was_handed_over_is_withdrawn() -> None:
    processing = Processing(HangingPublisher())
    event = processing.consumer.event(7, value=encode(make_event()))
    async with processing.body(event):
        await asyncio.sleep(0.01)
    assert event.message.acked is True
    assert processing.consumer.acked == {}
    assert not processing.fatal.is_set()


async def _has_room(window: AckWindow) -> bool:
    _, waiting = await asyncio.wait([asyncio.create_task(window.room())], timeout=0.02)
    for each in waiting:
        each.cancel()
    return not waiting


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_record_that_is_too_large_has_its_own_exception(*, at_once: bool) -> None:
    """The producer refuses it at once and Faust wraps that; the broker refuses it in its answer."""
    failure: Exception = MessageSizeTooLargeError("4 MB")
    if at_once:
        failure = ProducerSendError("wrapped")
        failure.__cause__ = MessageSizeTooLargeError("4 MB")
    sent = await FaustPublisher(cast("faust.App", FailingProducer(failure, at_once))).send("t", b"k", b"v", ())
    with pytest.raises(RecordTooLargeError, match="4 MB"):
        await sent


@pytest.mark.parametrize("at_once", [True, False])
async def test_every_other_failure_to_send_is_passed_on(*, at_once: bool) -> None:
    failure = ProducerSendError("no broker")
    with pytest.raises(ProducerSendError):
        await (await FaustPublisher(cast("faust.App", FailingProducer(failure, at_once))).send("t", b"k", b"v", ()))


@dataclass
class StartedProducer:
    """Faust's producer, which has aiokafka's, and the app that has it."""

    _producer: AIOKafkaProducer

    async def maybe_start_producer(self) -> "StartedProducer":
        return self


async def test_what_is_sent_after_gathering_began_waits_for_others_and_no_longer() -> None:
    """The names with an underscore are aiokafka's and Faust's: here it is seen that they still say what they did."""
    producer = AIOKafkaProducer(bootstrap_servers="127.0.0.1:1", linger_ms=0)
    publisher, partition = FaustPublisher(cast("faust.App", StartedProducer(producer))), TopicPartition("t", 0)
    sent = producer._message_accumulator

    async def wait_of_the_next(seconds: float) -> float | None:
        await publisher.gather_for(seconds)
        sent._batches.clear()
        await sent.add_message(partition, b"key", b"value", 1.0)
        remaining: float | None = sent._batches[partition][0].remaining_linger()
        return remaining

    assert await wait_of_the_next(0.0) is None
    assert 0 < (await wait_of_the_next(1000.0) or 0) <= 1000
    assert await wait_of_the_next(0.0) is None
    sent._batches.clear()
    await producer.stop()
