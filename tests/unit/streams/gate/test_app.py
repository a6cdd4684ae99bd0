"""The Faust app is made as it was measured to lose nothing; no broker is asked here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import faust
import pytest
from aiokafka.errors import MessageSizeTooLargeError
from faust.exceptions import ProducerSendError
from faust.types import EventT, Message

from streams.gate import app as gate_app
from streams.gate.app import create_gate
from streams.gate.handler import GateHandler
from streams.gate.ports import KafkaHeaders, RecordTooLargeError
from streams.gate.publisher import FaustPublisher
from streams.topics import STATUS_CHANGES
from tests.builders import COMPANY_ID, encode, make_company, make_event
from tests.unit.streams.gate.fakes import CapturedLog, CountingMetrics, MemoryPublisher
from tests.unit.streams.gate.test_handler import NOW, gate_settings


@dataclass
class FakeMessage:
    """What the gate reads of Faust's message."""

    value: bytes | None = b"{}"
    key: bytes | None = b"k"
    headers: object = None
    timestamp: float = 1763608522.5
    topic: str = STATUS_CHANGES
    partition: int = 3
    offset: int = 7
    acked: bool = False


@dataclass
class FakeEvent:
    """An event around a message."""

    message: FakeMessage = field(default_factory=FakeMessage)


@dataclass
class FailingProducer:
    """A producer that fails, and the app that has it."""

    failure: Exception

    async def maybe_start_producer(self) -> "FailingProducer":
        return self

    async def send_and_wait(self, *_: object, **__: object) -> None:
        raise self.failure


def handler_with(publisher: MemoryPublisher, log: CapturedLog) -> GateHandler:
    companies = {COMPANY_ID: make_company()}
    return GateHandler(gate_settings(), companies, publisher, CountingMetrics(), log.logger, clock=lambda: NOW)


@asynccontextmanager
async def processing(
    publisher: MemoryPublisher, event: FakeEvent, metrics: CountingMetrics | None = None
) -> AsyncIterator[tuple[asyncio.Event, "Task"]]:
    fatal, log = asyncio.Event(), CapturedLog()
    metrics = metrics or CountingMetrics()
    body = gate_app._process(cast("EventT[bytes]", event), handler_with(publisher, log), metrics, log.logger, fatal)
    task = asyncio.create_task(body)
    yield fatal, task
    task.cancel()
    await asyncio.wait([task])


Task = asyncio.Task[None]


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
    assert conf.datadir.parent == tmp_path


@pytest.mark.parametrize("headers", [None, {"a": b"1"}, [("a", b"1")], (("a", b"1"),)])
def test_headers_of_every_shape_that_faust_gives_are_read(headers: object) -> None:
    record = gate_app._record(cast("Message", FakeMessage(headers=headers)))
    assert record.headers == (() if headers is None else (("a", b"1"),))


@pytest.mark.parametrize(
    ("timestamp", "expected"), [(1763608522.5, datetime(2025, 11, 20, 3, 15, 22, 500000, UTC)), (-0.001, None)]
)
def test_a_record_without_a_time_has_none(timestamp: float, expected: datetime | None) -> None:
    assert gate_app._record(cast("Message", FakeMessage(timestamp=timestamp))).recorded_at == expected


async def test_a_handled_event_is_left_for_faust_to_acknowledge() -> None:
    event, metrics = FakeEvent(FakeMessage(value=encode(make_event()))), CountingMetrics()
    async with processing(MemoryPublisher(), event, metrics) as (fatal, task):
        await asyncio.wait_for(task, 5)
        assert not fatal.is_set()
    assert event.message.acked is False
    assert metrics.violations == {}


async def test_an_event_that_is_acknowledged_before_its_request_is_durable_breaks_an_invariant() -> None:
    event, metrics = FakeEvent(FakeMessage(value=encode(make_event()))), CountingMetrics()

    class EarlyAcknowledgement(MemoryPublisher):
        async def publish(self, topic: str, key: bytes | None, value: bytes | None, headers: KafkaHeaders) -> None:
            event.message.acked = True
            await super().publish(topic, key, value, headers)

    async with processing(EarlyAcknowledgement(), event, metrics) as (_, task):
        await asyncio.wait_for(task, 5)
    assert metrics.violations == {"durable_before_ack": 1}


async def test_broker_trouble_withdraws_the_event_and_holds_the_gate_for_ever() -> None:
    event = FakeEvent(FakeMessage(value=encode(make_event())))
    async with processing(MemoryPublisher(failure=ConnectionError("gone")), event) as (fatal, task):
        await asyncio.wait_for(fatal.wait(), 5)
        assert event.message.acked is True
        assert not task.done()


@pytest.mark.parametrize("wrapped", [True, False])
async def test_a_record_that_is_too_large_has_its_own_exception(*, wrapped: bool) -> None:
    """The producer refuses it at once and Faust wraps that; the broker refuses it in its answer."""
    failure: Exception = MessageSizeTooLargeError("4 MB")
    if wrapped:
        failure = ProducerSendError("wrapped")
        failure.__cause__ = MessageSizeTooLargeError("4 MB")
    with pytest.raises(RecordTooLargeError):
        await FaustPublisher(cast("faust.App", FailingProducer(failure))).publish("t", b"k", b"v", ())


async def test_every_other_failure_to_send_is_passed_on() -> None:
    failure = ProducerSendError("no broker")
    with pytest.raises(ProducerSendError):
        await FaustPublisher(cast("faust.App", FailingProducer(failure))).publish("t", b"k", b"v", ())
