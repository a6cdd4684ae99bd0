"""The gate on a real Kafka: what goes in comes out as a request, as a dead letter or not at all, and is never lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from deploy.testbed.topics import set_topic
from mappers.model.sync_request import decode_request
from streams.gate.ports import KafkaHeaders
from streams.topics import DEAD_LETTERS, STATUS_CHANGES, SYNC_REQUESTS
from tests.brokers.broker import Broker
from tests.builders import OMIT, ORGANISATION, encode, make_event
from tests.integration.gate.harness import PATIENCE, GateHarness, event_number, record


class ScriptedPublisher:
    """Does what the test says when a request is handed over, or when the broker is waited for."""

    def __init__(self, script: Callable[[], Awaitable[None]], *, at_once: bool = False) -> None:
        self._script = script
        self._at_once = at_once

    async def send(self, topic: str, key: bytes | None, value: bytes | None, headers: KafkaHeaders) -> Awaitable[None]:
        assert (topic, bool(key), bool(value), len(headers)) == (SYNC_REQUESTS, True, True, 0)
        if self._at_once:
            await self._script()
        return _nothing() if self._at_once else self._script()


async def _nothing() -> None:
    """The broker has it."""


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  # The condition is Faust's, not an event.
            await asyncio.sleep(0.01)


async def test_requests_carry_the_snapshot_under_the_organisations_key(harness: GateHarness) -> None:
    await harness.send([record(0), record(1, status="BOOKED"), record(2, sync_now=True)])
    async with harness.gate():
        first, second = await harness.read(SYNC_REQUESTS, 2)
        await harness.until_counted(3)
    assert {first.key, second.key} == {ORGANISATION.encode()}
    assert first.partition == second.partition
    assert [decode_request(each.value).shipment_id for each in (first, second)] == ["S0", "S2"]
    assert decode_request(first.value).shipment == make_event()["shipment"]
    assert harness.metrics.events == {"requested": 2, "ignored": 1}


async def test_cloudevents_of_both_modes_and_events_without_key_are_understood(harness: GateHarness) -> None:
    binary = event_number(0, event_id=OMIT)
    envelope = {"specversion": "1.0", "id": "ce-1", "source": "/x", "type": "t", "data": event_number(1, event_id=OMIT)}
    await harness.send(
        [
            {"key": b"k", "value": encode(binary), "headers": [("ce_specversion", b"1.0"), ("ce_id", b"ce-0")]},
            {"value": encode(envelope), "headers": [("content-type", b"application/cloudevents+json")]},
        ]
    )
    async with harness.gate():
        found = await harness.requests(2)
    assert {(each.shipment_id, each.event_id) for each in found} == {("S0", "ce-0"), ("S1", "ce-1")}
    assert harness.metrics.keyless == 1


async def test_poison_of_every_kind_goes_aside_whole_and_the_next_event_goes_on(harness: GateHarness) -> None:
    poison: list[tuple[str, bytes | None]] = [
        ("not_json", b"not json"),
        ("not_utf8", b"\xff\xfe"),
        ("empty_value", b""),
        ("not_finite", b'{"a": NaN}'),
        ("duplicate_key", b'{"a": 1, "a": 2}'),
        ("too_deep", b"[" * 15_000 + b"]" * 15_000),
        ("not_an_object", b"[]"),
        ("wrong_type", encode(make_event(status=1))),
        ("missing_field", encode(make_event(shipment=OMIT))),
        ("unknown_envelope", b"<event/>"),
        ("unknown_company", encode(make_event(company_id="nobody"))),
        ("unknown_schema_version", encode(make_event(schema_version=2))),
        ("unknown_event_type", encode(make_event(event_type="other"))),
    ]
    headers = [("trace", b"1"), ("trace", b"2"), ("empty", None)]
    tombstone: dict[str, Any] = {"key": b"k", "value": None}
    sent = [{"key": b"k", "value": value, "headers": headers} for _, value in poison]
    await harness.send([*sent, tombstone, record(0)])
    async with harness.gate():
        letters = await harness.read(DEAD_LETTERS, len(poison))
        assert [each.shipment_id for each in await harness.requests(1)] == ["S0"]
        await harness.until_committed(len(poison) + 2)
    letters.sort(key=lambda letter: int(dict(letter.headers)["dlq.offset"]))
    assert [(dict(each.headers)["dlq.reason"].decode(), each.value) for each in letters] == poison
    assert {each.key for each in letters} == {b"k"}
    assert all(list(each.headers[:3]) == headers for each in letters)
    assert dict(letters[3].headers)["dlq.topic"] == STATUS_CHANGES.encode()
    assert dict(letters[3].headers)["dlq.partition"] == b"0"
    assert harness.metrics.events == {"dead_lettered": len(poison), "ignored": 1, "requested": 1}


async def test_poison_that_fits_with_its_headers_goes_aside_whole_however_large_it_is(harness: GateHarness) -> None:
    largest = b"x" * 1_048_450
    await harness.send([{"key": b"k", "value": largest}])
    async with harness.gate():
        (letter,) = await harness.read(DEAD_LETTERS, 1)
    assert letter.value == largest


async def test_poison_that_no_longer_fits_with_its_headers_does_not_stop_the_gate(
    harness: GateHarness, kafka: Broker
) -> None:
    """Where an operator lets the topic take 1,048,588 bytes a batch, the letter of a record just below is larger."""
    largest = b"x" * 1_048_450
    await set_topic(kafka.bootstrap_servers, DEAD_LETTERS, {"max.message.bytes": "1048588"})
    await harness.send([{"key": b"k", "value": largest}, record(0)])
    async with harness.gate():
        (letter,) = await harness.read(DEAD_LETTERS, 1)
        await harness.requests(1)
    headers = dict(letter.headers)
    assert (letter.key, letter.value, headers["dlq.reason"]) == (b"k", b"", b"oversize")
    assert headers["dlq.value_bytes"] == str(len(largest)).encode()


async def test_a_gate_that_starts_again_goes_on_where_the_last_one_ended(harness: GateHarness) -> None:
    await harness.send([record(number) for number in range(20)])
    async with harness.gate():
        await harness.until_counted(20)
    await harness.send([record(number) for number in range(20, 40)])
    async with harness.gate():
        await harness.until_counted(40)
    assert [each.shipment_id for each in await harness.requests(40)] == [f"S{number}" for number in range(40)]
    assert await harness.count(SYNC_REQUESTS) == 40


async def test_an_event_whose_publication_is_cut_off_is_not_acknowledged(harness: GateHarness) -> None:
    """Faust acknowledges an event whose body was cancelled; the gate withdraws it first."""
    reached = asyncio.Event()

    async def hang() -> None:
        reached.set()
        await asyncio.Event().wait()

    await harness.send([record(0, status="BOOKED"), record(1), record(2)])
    async with harness.gate(publisher=ScriptedPublisher(hang, at_once=True)) as gate:
        await asyncio.wait_for(reached.wait(), PATIENCE)
        await gate.app.agents.stop()
    assert await harness.committed() == 1
    async with harness.gate():
        assert [each.shipment_id for each in await harness.requests(2)] == ["S1", "S2"]


async def test_a_stop_waits_for_the_event_that_is_being_published(harness: GateHarness) -> None:
    reached, release = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        reached.set()
        await release.wait()

    await harness.send([record(0), record(1)])
    async with harness.gate(publisher=ScriptedPublisher(wait)) as gate:
        await asyncio.wait_for(reached.wait(), PATIENCE)
        stopping = asyncio.create_task(gate.app.stop())
        await until(lambda: gate.app.should_stop)
        release.set()
        await asyncio.wait_for(stopping, PATIENCE)
    assert await harness.committed() == harness.metrics.events["requested"] >= 1


@pytest.mark.parametrize("at_once", [True, False])
async def test_broker_trouble_stops_the_gate_before_the_event_is_acknowledged(
    harness: GateHarness, *, at_once: bool
) -> None:
    async def fail() -> None:
        raise ConnectionError("gone")

    await harness.send([record(0, status="BOOKED"), record(1), record(2)])
    async with harness.gate(publisher=ScriptedPublisher(fail, at_once=at_once)) as gate:
        await asyncio.wait_for(gate.fatal.wait(), PATIENCE)
        await harness.until_committed(1)
        assert [line["event"] for line in gate.log.lines] == ["gate_stopped"]
    assert await harness.committed() == 1
    assert harness.metrics.events == {"ignored": 1}
    async with harness.gate() as gate:
        assert [each.shipment_id for each in await harness.requests(2)] == ["S1", "S2"]
        assert not gate.fatal.is_set()


async def test_a_replay_of_the_topic_makes_the_same_requests(harness: GateHarness) -> None:
    await harness.send([record(0), record(0)])
    async with harness.gate():
        first, second = await harness.read(SYNC_REQUESTS, 2)
    requests = [orjson.loads(each.value) for each in (first, second)]
    # Each says when it was asked for: that is all in which they differ.
    assert all(each.pop("asked_at") for each in requests)
    assert requests[0] == requests[1]
    assert requests[0]["request_id"]
