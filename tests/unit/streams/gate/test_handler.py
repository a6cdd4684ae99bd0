"""Each status change is ignored, requested or dead-lettered, is counted as exactly one, and the next goes on."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.inbound.dead_letter import PoisonReason
from mappers.model.company import Company
from mappers.model.sync_request import Trigger, decode_request
from streams.gate.handler import GateHandler
from streams.gate.ports import Record
from streams.gate.settings import GateSettings, Limits
from streams.ops.labels import EventResult
from streams.reading.unreadable import Fault, Unreadable
from streams.topics import DEAD_LETTERS, STATUS_CHANGES, SYNC_REQUESTS
from tests.builders import COMPANY_ID, OMIT, ORGANISATION, encode, make_company, make_event, make_shipment
from tests.properties.examples import examples
from tests.unit.streams.gate.fakes import CapturedLog, CountingMetrics, MemoryPublisher, Published

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def gate_settings(**overrides: Any) -> GateSettings:
    fields: dict[str, Any] = {
        "bootstrap_servers": "127.0.0.1:1",
        "instance_id": "worker-1",
        "data_dir": Path(),
        "worker_version": "0.1.0",
        "session_timeout": 10.0,
        "heartbeat_interval": 3.0,
    }
    return GateSettings(**(fields | overrides))


@dataclass
class Gate:
    """A handler with everything around it in memory."""

    publisher: MemoryPublisher = field(default_factory=MemoryPublisher)
    companies: Mapping[str, Company] = field(default_factory=lambda: {COMPANY_ID: make_company()})
    settings: GateSettings = field(default_factory=gate_settings)
    metrics: CountingMetrics = field(default_factory=CountingMetrics)
    log: CapturedLog = field(default_factory=CapturedLog)

    async def handle(self, value: bytes | None, *, key: bytes | None = b"k", headers: Any = ()) -> str:
        handler = GateHandler(
            self.settings, self.companies, self.publisher, self.metrics, self.log.logger, clock=lambda: NOW
        )
        sending = await handler.handle(Record(STATUS_CHANGES, 3, 4711, key, value, headers, recorded_at=NOW))
        return EventResult.IGNORED if sending is None else await sending

    def dead_letter(self) -> Published:
        (letter,) = self.publisher.on(DEAD_LETTERS)
        return letter


class BrokenCompanies(Mapping[str, Company]):
    """A fault of our own: the company is there, and reading it fails."""

    def __getitem__(self, company_id: str) -> Company:
        raise RuntimeError("planted")

    def __contains__(self, company_id: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1


async def test_an_event_that_enters_the_trigger_becomes_a_request_keyed_by_its_organisation() -> None:
    gate = Gate()
    assert await gate.handle(encode(make_event())) == "requested"
    (record,) = gate.publisher.published
    assert (record.topic, record.key) == (SYNC_REQUESTS, ORGANISATION.encode())
    request = decode_request(record.value or b"")
    assert (request.event_id, request.trigger) == (make_event()["event_id"], Trigger.STATUS)
    assert request.shipment == make_shipment()
    assert gate.metrics.events == {"requested": 1}


async def test_a_request_is_handed_over_at_once_and_counted_when_the_broker_has_it() -> None:
    gate = Gate()
    handler = GateHandler(gate.settings, gate.companies, gate.publisher, gate.metrics, gate.log.logger, lambda: NOW)
    sending = await handler.handle(Record(STATUS_CHANGES, 3, 4711, b"k", encode(make_event()), recorded_at=NOW))
    assert sending is not None
    assert (gate.metrics.events, gate.log.lines) == ({}, [])
    assert await sending == "requested"
    assert gate.metrics.events == {"requested": 1}


async def test_a_redelivered_event_makes_the_same_request_again() -> None:
    gate = Gate()
    await gate.handle(encode(make_event()))
    await gate.handle(encode(make_event()))
    first, second = gate.publisher.published
    assert first == second


async def test_an_event_that_does_not_trigger_is_only_counted() -> None:
    gate = Gate()
    assert await gate.handle(encode(make_event(status="BOOKED"))) == "ignored"
    assert gate.publisher.published == []
    assert gate.metrics.events == {"ignored": 1}


async def test_a_shipment_full_of_faults_is_requested_so_that_people_get_an_outcome() -> None:
    assert await Gate().handle(encode(make_event(shipment={}))) == "requested"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"not json", PoisonReason.NOT_JSON),
        (b"\xff", PoisonReason.NOT_UTF8),
        (b"", PoisonReason.EMPTY_VALUE),
        (b"<event/>", PoisonReason.UNKNOWN_ENVELOPE),
        (b'{"a": NaN}', PoisonReason.NOT_FINITE),
        (b'{"a": 1, "a": 1}', PoisonReason.DUPLICATE_KEY),
        (b"[" * 40 + b"]" * 40, PoisonReason.TOO_DEEP),
        (b" " * (1024 * 1024 + 1), PoisonReason.OVERSIZE),
        (encode(make_event(company_id="nobody")), PoisonReason.UNKNOWN_COMPANY),
        (encode(make_event(schema_version=2)), PoisonReason.UNKNOWN_SCHEMA_VERSION),
        (encode(make_event(status=7)), PoisonReason.WRONG_TYPE),
        (encode(make_event(shipment=OMIT)), PoisonReason.MISSING_FIELD),
    ],
)
async def test_poison_goes_aside_whole_and_the_next_event_goes_on(value: bytes | None, reason: PoisonReason) -> None:
    gate = Gate()
    assert await gate.handle(value, key=b"the key", headers=(("trace", b"1"),)) == "dead_lettered"
    letter = gate.dead_letter()
    assert (letter.key, letter.value) == (b"the key", value)
    assert letter.headers.pop("dlq.message")
    assert letter.headers == {
        "trace": b"1",
        "dlq.reason": reason.value.encode(),
        "dlq.topic": STATUS_CHANGES.encode(),
        "dlq.partition": b"3",
        "dlq.offset": b"4711",
        "dlq.failed_at": b"2026-11-23T12:00:00.000Z",
        "dlq.worker_version": b"0.1.0",
        "dlq.recorded_at": b"2026-11-23T12:00:00.000Z",
    }
    assert await gate.handle(encode(make_event())) == "requested"
    assert gate.metrics.events == {"dead_lettered": 1, "requested": 1}
    assert gate.metrics.dead_letters == {reason.value: 1}


@pytest.mark.parametrize("key", [b"southern-beef/SHP-000123", None])
async def test_a_tombstone_is_ignored(key: bytes | None) -> None:
    """Compaction and connectors write them; a record without a value says nothing of a shipment."""
    gate = Gate()
    assert await gate.handle(None, key=key) == "ignored"
    assert gate.publisher.published == []
    assert gate.metrics.events == {"ignored": 1}


async def test_a_fault_of_the_envelope_is_requested_with_it_so_that_people_get_an_outcome() -> None:
    gate = Gate()
    assert await gate.handle(encode(make_event(revision="seven"))) == "requested"
    request = decode_request(gate.publisher.published[0].value or b"")
    assert [(fault.code.value, fault.field, fault.value) for fault in request.faults] == [
        ("field_invalid", "revision", "seven")
    ]


async def test_an_event_without_a_key_is_processed_and_counted() -> None:
    gate = Gate()
    assert await gate.handle(encode(make_event()), key=None) == "requested"
    assert gate.metrics.keyless == 1


async def test_the_value_decides_whose_event_it_is_whatever_the_key_says() -> None:
    gate = Gate()
    await gate.handle(encode(make_event()), key=b"other-company/other-shipment")
    assert decode_request(gate.publisher.published[0].value or b"").company_id == COMPANY_ID


async def test_a_request_that_leaves_no_room_for_the_ledger_is_dead_lettered() -> None:
    gate = Gate(settings=gate_settings(limits=Limits(request=500)))
    assert await gate.handle(encode(make_event())) == "dead_lettered"
    assert gate.dead_letter().headers["dlq.reason"] == b"oversize"
    assert gate.publisher.on(SYNC_REQUESTS) == []


async def test_a_request_that_the_broker_finds_too_large_is_dead_lettered_with_its_value() -> None:
    value = orjson.dumps(make_event())
    gate = Gate(publisher=MemoryPublisher(largest=len(value)))
    assert await gate.handle(value) == "dead_lettered"
    assert (gate.dead_letter().value, gate.dead_letter().headers["dlq.reason"]) == (value, b"oversize")


async def test_a_dead_letter_whose_key_and_headers_do_not_fit_keeps_their_beginnings_and_hashes() -> None:
    gate = Gate(publisher=MemoryPublisher(largest_record=20_000))
    headers = [("h" * 1000, b"v" * 500_000), *((f"n{index}", b"1") for index in range(3000))]
    assert await gate.handle(b"not json", key=b"k" * 500_000, headers=headers) == "dead_lettered"
    letter = gate.dead_letter()
    assert (letter.key, letter.value, letter.headers["dlq.key_bytes"]) == (b"k" * 128, b"", b"500000")
    assert (letter.headers["dlq.reason"], letter.headers["dlq.headers"]) == (b"not_json", b"3001")
    assert gate.metrics.dead_letters == {"not_json": 1}


async def test_what_could_not_be_read_is_dead_lettered_with_its_offsets_sizes_and_hashes() -> None:
    gate = Gate()
    fault = Fault(PoisonReason.INFLATES_TOO_FAR, "too much", 4700, 4711, 390_000, "the hash")
    assert await gate.handle(Unreadable(fault), key=None) == "dead_lettered"
    headers = gate.dead_letter().headers
    assert (headers["dlq.reason"], headers["dlq.message"]) == (b"inflates_too_far", b"too much")
    assert (headers["dlq.offset"], headers["dlq.last_offset"]) == (b"4700", b"4711")
    assert (headers["dlq.value_bytes"], headers["dlq.value_sha256"]) == (b"390000", b"the hash")


async def test_a_dead_letter_that_is_too_large_keeps_size_and_hash_instead_of_the_value() -> None:
    """Otherwise the gate would stop at this record for ever."""
    gate = Gate(publisher=MemoryPublisher(largest=10))
    assert await gate.handle(b"x" * 100) == "dead_lettered"
    letter = gate.dead_letter()
    assert letter.value == b""
    assert letter.headers["dlq.value_bytes"] == b"100"
    assert letter.headers["dlq.value_sha256"] == hashlib.sha256(b"x" * 100).hexdigest().encode()


async def test_a_fault_of_our_own_code_is_a_dead_letter_and_a_logged_exception() -> None:
    gate = Gate(companies=BrokenCompanies())
    assert await gate.handle(encode(make_event())) == "dead_lettered"
    assert gate.dead_letter().headers["dlq.reason"] == b"internal_error"
    assert gate.dead_letter().headers["dlq.message"] == b"a fault of the worker: RuntimeError"
    assert [line["event"] for line in gate.log.lines] == ["gate_internal_error", "dead_lettered"]
    assert gate.metrics.violations == {"agent_body": 1}


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("value", [encode(make_event()), b"poison"])
async def test_broker_trouble_is_raised_and_counts_as_nothing(value: bytes, *, at_once: bool) -> None:
    """What is not known to be on the broker must not be acknowledged; the redelivered event will be counted."""
    gate = Gate(publisher=MemoryPublisher(failure=ConnectionError("gone"), at_once=at_once))
    with pytest.raises(ConnectionError):
        await gate.handle(value)
    assert gate.metrics.events == {}
    assert gate.metrics.dead_letters == {}
    assert gate.log.lines == []


async def test_a_request_is_logged_for_those_who_look_closely_without_its_payload() -> None:
    gate = Gate()
    await gate.handle(encode(make_event()))
    (line,) = gate.log.lines
    assert line.pop("request_id")
    assert line == {
        "event": "sync_requested",
        "log_level": "debug",
        "company_id": COMPANY_ID,
        "shipment_id": "SHP-000123",
        "revision": 7,
        "event_id": make_event()["event_id"],
        "trigger": "status",
        "topic": STATUS_CHANGES,
        "partition": 3,
        "offset": 4711,
    }


async def test_one_line_is_logged_for_a_dead_letter() -> None:
    gate = Gate()
    await gate.handle(b"not json")
    (line,) = gate.log.lines
    assert line.pop("message")
    assert line == {
        "event": "dead_lettered",
        "log_level": "warning",
        "reason": "not_json",
        "topic": STATUS_CHANGES,
        "partition": 3,
        "offset": 4711,
    }


@settings(max_examples=examples(500), deadline=None)
@given(st.binary(max_size=100), st.none() | st.binary(max_size=5), st.data())
async def test_any_record_is_counted_exactly_once(value: bytes, key: bytes | None, data: st.DataObject) -> None:
    """Random bytes, and events of which one field is random."""
    name = data.draw(st.sampled_from([None, *make_event()]))
    junk = data.draw(st.none() | st.integers() | st.text(max_size=5) | st.lists(st.booleans(), max_size=2))
    gate = Gate()
    await gate.handle(value if name is None else encode(make_event(**{name: junk})), key=key)
    assert gate.metrics.events.total() == 1
    assert len(gate.publisher.published) == 1 - gate.metrics.events["ignored"]
