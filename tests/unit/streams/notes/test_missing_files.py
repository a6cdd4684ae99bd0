"""A document that lacks a file is told of when that has lasted: nothing stands still, and most files come later."""

from mappers.existing.attachments import document_unseen, not_found
from mappers.model.attachments import AttachmentStatus, ReportedAttachment
from mappers.model.problem import Problem
from tests.builders import COMPANY_ID
from tests.outcome_builders import make_attachments, make_outcome
from tests.unit.streams.notes.telling import PAGE, Telling

MISSING = not_found("a.pdf", "https://docs.example/a.pdf")


def lacks(telling: Telling, shipment: str, problem: Problem = MISSING) -> None:
    """Its document lacks a file from now on."""
    waits = ReportedAttachment(name="a.pdf", status=AttachmentStatus.WAITING, problem=problem)
    after = telling.clock.seconds()
    telling.fold(make_outcome(shipment_id=shipment), make_attachments(waits, shipment_id=shipment, after=after))


async def test_it_is_told_once_when_it_has_lasted() -> None:
    telling = Telling()
    lacks(telling, "A")
    assert await telling.later(minutes=29) == []
    assert len(await telling.later(minutes=2)) == 1
    ((_, note),) = telling.listener.heard
    (cause,) = note.data.causes
    assert (cause.status, cause.code, cause.shipments) == ("PROCESSED", "attachment_not_found", 1)
    assert cause.url == f"{PAGE}/companies/{COMPANY_ID}/shipments?code=attachment_not_found"
    lacks(telling, "B")
    assert await telling.later(hours=5) == []


async def test_a_file_that_comes_in_time_is_told_to_nobody() -> None:
    telling = Telling()
    lacks(telling, "A")
    assert await telling.later(minutes=10) == []
    there = ReportedAttachment(name="a.pdf", status=AttachmentStatus.ATTACHED, file_name="a.pdf")
    telling.fold(make_attachments(there, shipment_id="A", after=telling.clock.seconds()))
    assert await telling.later(hours=5) == []


async def test_it_keeps_no_other_cause_from_being_told() -> None:
    telling = Telling()
    lacks(telling, "A")
    telling.reject("B")
    assert await telling.later(minutes=1) == [[("ALOK", 1)]]
    assert await telling.later(minutes=30) == [[("None", 1)]]


async def test_what_nobody_can_do_anything_about_is_told_to_nobody() -> None:
    telling = Telling()
    lacks(telling, "A", document_unseen("a.pdf", "INV-1"))
    assert await telling.later(hours=5) == []
