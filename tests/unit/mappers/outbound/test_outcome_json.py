"""The outcome's bytes are the contract's (6.2), and come back as the same value."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import orjson
import pytest

from mappers.model.outcome import Action, DocumentRef, Outcome, Status, Waiting
from mappers.model.problem import Code, Problem
from mappers.model.times import rfc3339
from mappers.outbound.outcome_json import decode_outcome, encode_outcome, outcome_headers

WHEN = datetime(2026, 11, 20, 3, 15, 22, 123000, tzinfo=UTC)
DOCUMENT = DocumentRef(
    type="invoice",
    number="INV-2026-0042",
    xero_id="243216c5-369e-4056-ac67-05388f86dc81",
    xero_status="DRAFT",
    total="1265.63",
    currency="USD",
    url="https://go.xero.com/",
    content_hash="ab" * 32,
)


def make_outcome(**overrides: Any) -> Outcome:
    fields: dict[str, Any] = {
        "outcome_id": UUID(int=1),
        "occurred_at": WHEN,
        "company_id": "southern-beef",
        "shipment_id": "SHP-000123",
        "revision": 7,
        "request_id": UUID(int=2),
        "event_id": "e-1",
        "trigger": "status",
        "status": Status.PROCESSED,
        "action": Action.CREATED,
        "document": DOCUMENT,
    }
    return Outcome.model_validate({**fields, **overrides})


def test_a_processed_outcome_has_exactly_the_contracts_keys_in_order() -> None:
    wire = orjson.loads(encode_outcome(make_outcome()))
    assert list(wire) == [
        *("outcome_id", "event_type", "schema_version", "occurred_at", "company_id", "shipment_id", "revision"),
        *("request_id", "event_id", "trigger", "attempt", "status", "action", "document"),
        *("errors", "warnings", "waiting"),
    ]
    assert list(wire["document"]) == [
        *("type", "number", "xero_id", "xero_status", "total", "currency", "url", "content_hash")
    ]
    assert (wire["occurred_at"], wire["status"], wire["action"]) == ("2026-11-20T03:15:22.123Z", "PROCESSED", "created")
    assert (wire["errors"], wire["warnings"], wire["waiting"]) == ([], [], None)


def test_an_error_is_code_field_value_message_hint() -> None:
    problem = Problem(code=Code.CUSTOMER_NOT_FOUND, field="buyer_code", value="ALOK", message="m", hint="h")
    wire = orjson.loads(encode_outcome(make_outcome(status=Status.REJECTED, action=None, errors=(problem,))))
    assert wire["errors"] == [
        {"code": "customer_not_found", "field": "buyer_code", "value": "ALOK", "message": "m", "hint": "h"}
    ]
    assert wire["action"] is None


def test_waiting_spells_its_last_key_for() -> None:
    waiting = Waiting(reason="quota", resume_at=WHEN, for_=("contact ALOK",))
    outcome = make_outcome(status=Status.WAITING, action=None, document=None, waiting=waiting)
    wire = orjson.loads(encode_outcome(outcome))
    assert wire["waiting"] == {"reason": "quota", "resume_at": "2026-11-20T03:15:22.123Z", "for": ["contact ALOK"]}
    assert decode_outcome(encode_outcome(outcome)) == outcome


@pytest.mark.parametrize("resume_at", [None, WHEN])
def test_decoding_gives_back_what_was_encoded(resume_at: datetime | None) -> None:
    outcome = make_outcome(revision=None, waiting=Waiting(reason="disconnected", resume_at=resume_at))
    assert decode_outcome(encode_outcome(outcome)) == outcome


def test_keys_of_a_newer_writer_are_ignored() -> None:
    wire = orjson.loads(encode_outcome(make_outcome())) | {"added_later": 1}
    assert decode_outcome(orjson.dumps(wire)) == make_outcome()


@pytest.mark.parametrize("value", [b"", b"[]", b"null", b"{}", b"nope", b'{"waiting": {"for": 1}}'])
def test_bytes_that_are_no_outcome_raise_value_error(value: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode_outcome(value)


def test_times_of_any_zone_are_written_in_utc() -> None:
    sydney = WHEN.astimezone(timezone(timedelta(hours=11)))
    assert encode_outcome(make_outcome(occurred_at=sydney)) == encode_outcome(make_outcome())
    assert rfc3339(WHEN.replace(microsecond=1)) == "2026-11-20T03:15:22.000001Z"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        encode_outcome(make_outcome(occurred_at=WHEN.replace(tzinfo=None)))


def test_headers_are_cloudevents_binary_mode() -> None:
    assert dict(outcome_headers(make_outcome())) == {
        "ce_specversion": b"1.0",
        "ce_id": str(UUID(int=1)).encode(),
        "ce_source": b"shipledger",
        "ce_type": b"accounting.sync_outcome",
        "ce_time": b"2026-11-20T03:15:22.123Z",
        "ce_subject": b"southern-beef/SHP-000123",
        "ce_dataschema": b"urn:shipledger:schema:outcome:1",
        "content-type": b"application/json",
    }
