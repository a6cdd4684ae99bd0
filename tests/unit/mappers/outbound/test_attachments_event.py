"""The event about a shipment's files as others read it, and the causes that its problems are."""

from datetime import UTC, timedelta, timezone
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from mappers.model import AttachmentStatus, Cause, Code, Problem, ReportedAttachment
from mappers.outbound import (
    attachment_cause,
    attachments_headers,
    attachments_schema,
    decode_attachments,
    encode_attachments,
    is_of_attachments,
    lacking,
)
from tests.outcome_builders import make_attachments

MISSING = Problem(code=Code.ATTACHMENT_NOT_FOUND, field="attachments", value="b.pdf", message="It is not there.")
ATTACHED = ReportedAttachment(
    name="a b.pdf", status=AttachmentStatus.ATTACHED, file_name="a-b.pdf", sha256="ab" * 32, size=12
)
LACKING = ReportedAttachment(name="b.pdf", status=AttachmentStatus.LEFT, problem=MISSING)
UNTRIED = ReportedAttachment(name="c.pdf", status=AttachmentStatus.WAITING)
TOLD = make_attachments(ATTACHED, LACKING, UNTRIED)


def test_the_event_is_read_back_as_it_was_written_and_keeps_to_its_schema() -> None:
    wire = orjson.loads(encode_attachments(TOLD))
    assert list(Draft202012Validator(attachments_schema()).iter_errors(wire)) == []
    assert decode_attachments(encode_attachments(TOLD)) == TOLD
    assert wire["attachments"][0] == {
        "name": "a b.pdf", "status": "attached", "file_name": "a-b.pdf", "sha256": "ab" * 32, "size": 12,
    }  # fmt: skip
    assert wire["attachments"][2] == {"name": "c.pdf", "status": "waiting"}


def test_its_time_is_written_in_utc() -> None:
    sydney = TOLD.occurred_at.astimezone(timezone(timedelta(hours=11)))
    told = TOLD.model_copy(update={"occurred_at": sydney})
    assert orjson.loads(encode_attachments(told))["occurred_at"] == "2026-11-20T03:16:22.123Z"
    assert told.occurred_at.astimezone(UTC) == TOLD.occurred_at


def test_a_reader_of_outcomes_tells_it_by_its_type() -> None:
    headers = dict(attachments_headers(TOLD))
    assert headers["ce_type"] == b"accounting.document_attachments"
    assert headers["ce_dataschema"] == b"urn:shipledger:schema:document-attachments:1"


def event(*problems: dict[str, Any] | None) -> dict[str, Any]:
    return {"attachments": [{"name": "a.pdf", "problem": each} if each else {"name": "a.pdf"} for each in problems]}


def test_a_file_that_is_missing_is_a_cause_with_its_problem() -> None:
    first, second = {"code": "attachment_not_found"}, {"code": "attachments_full"}
    assert list(lacking(event(None, first, second))) == [
        (Cause("PROCESSED", "attachment_not_found"), first),
        (Cause("PROCESSED", "attachments_full"), second),
    ]


def test_of_a_document_that_is_gone_no_file_is_missing() -> None:
    gone, *others = "attachment_document_gone", "attachment_differs", "attachment_not_found"
    found = lacking(event(*({"code": each} for each in (gone, *others))))
    assert [cause.code for cause, _ in found] == others


@pytest.mark.parametrize(
    ("code", "is_one"), [("attachment_of_a_newer_version", True), ("attachments_full", True), ("drift_amount", False)]
)
def test_a_cause_is_of_files_by_its_code(code: str, *, is_one: bool) -> None:
    assert is_of_attachments(attachment_cause(code)) is is_one
