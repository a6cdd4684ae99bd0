"""Records that rooms and services exchange: their ids come out the same after any restart, and their limits hold."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from mappers.model.attachments import LARGEST_ATTACHMENT, AttachmentStatus, ReportedAttachment
from mappers.model.attachments.report import attachments_id
from mappers.model.changes import ChangeKind, Difference, DocumentState, DriftKind
from mappers.model.changes.document_change import change_id
from mappers.model.changes.document_drift import drift_id
from mappers.model.changes.look_at import LookAt, NoticedDocument
from mappers.model.outcome import Outcome, Status, outcome_id
from mappers.model.sync_request import LARGEST_REQUEST, SyncRequest, Trigger, decode_request, encode_request, request_id
from tests.builders import COMPANY_ID, EVENT_ID, OCCURRED_AT, SHIPMENT_ID, make_request

THEN = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
REQUEST = UUID("11111111-2222-3333-4444-555555555555")
STATE = DocumentState(xero_status="PAID", number="INV-7", total="110.00")
ATTACHED = ReportedAttachment(name="invoice.pdf", status=AttachmentStatus.ATTACHED, size=3)


@pytest.mark.parametrize(
    ("made", "known"),
    [
        (
            request_id(
                event_id=EVENT_ID, company_id=COMPANY_ID, shipment_id=SHIPMENT_ID, revision=7, trigger=Trigger.STATUS
            ),
            "907cd843-cd15-5225-800c-f8062ba6af56",
        ),
        (outcome_id(REQUEST, Status.PROCESSED), "1a0b1a1c-1afe-54b4-aa73-445505622535"),
        (change_id("id-1", ChangeKind.PAID, STATE, THEN), "3870626b-1d9a-55a0-80b8-7df1e680bc18"),
        (change_id("id-1", ChangeKind.PAID, STATE, None), "3e25542b-e005-5164-a953-77c6f95a4148"),
        (
            drift_id("id-1", (Difference(kind=DriftKind.MISSING, ledger="INV-7"),), THEN),
            "226f5990-d497-58f5-92e6-f376552eab4f",
        ),
        (attachments_id(REQUEST, "id-1", (ATTACHED,)), "665ca018-3797-5afd-8bed-63958058b0b1"),
    ],
)
def test_what_is_told_again_by_another_version_has_the_id_that_it_had(made: UUID, known: str) -> None:
    assert str(made) == known


def noticed(count: int = 1, xero_id: str = "id-1") -> LookAt:
    return LookAt(organisation="o", invoices=(NoticedDocument(xero_id=xero_id),) * count)


def test_one_record_names_200_documents_at_most_by_ids_of_100_characters_at_most() -> None:
    assert len(noticed(200).invoices) == 200
    with pytest.raises(ValidationError, match="200"):
        noticed(201)
    assert noticed(xero_id="x" * 100).invoices[0].xero_id == "x" * 100
    with pytest.raises(ValidationError, match="100"):
        noticed(xero_id="x" * 101)


def test_integrators_read_the_limits_that_hold() -> None:
    told = (Path(__file__).parents[4] / "docs/integrators.md").read_text(encoding="utf-8")
    assert f"a request may have {LARGEST_REQUEST:,} bytes" in told
    assert f"has {Decimal(LARGEST_ATTACHMENT) / 10**6} MB at most" in told


@pytest.mark.parametrize("status", list(AttachmentStatus))
def test_a_file_is_waited_for_until_it_is_attached_or_left(status: AttachmentStatus) -> None:
    assert ReportedAttachment(name="a", status=status).is_final is (status is not AttachmentStatus.WAITING)


def test_what_is_asked_for_and_answered_the_first_time_is_the_first_attempt() -> None:
    fields = {"outcome_id": REQUEST, "occurred_at": THEN, "request_id": REQUEST, "event_id": "e", "trigger": "status"}
    first = Outcome.model_validate(
        {**fields, "company_id": "a", "shipment_id": "s", "revision": 1, "status": "SKIPPED"}
    )
    asked = SyncRequest.model_validate(make_request().model_dump(exclude={"attempt"}))
    assert (first.attempt, asked.attempt) == (1, 1)


OPTIONAL: dict[str, Any] = {
    "faults": [{"code": "field_invalid", "message": "m"}],
    "warnings": [{"code": "field_invalid", "message": "m"}],
    "asked_at": OCCURRED_AT,
    "traceparent": "00-trace",
    "requested_by": "Ann",
}


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_a_request_does_not_have_is_not_written_and_what_it_has_is_read_back(name: str) -> None:
    bare = make_request()
    assert f'"{name}"'.encode() not in encode_request(bare)
    full = SyncRequest.model_validate({**bare.model_dump(), name: OPTIONAL[name]})
    assert f'"{name}"'.encode() in encode_request(full)
    assert decode_request(encode_request(full)) == full
