"""The files of shipments are on their documents, once, and nothing of it touches a document or an outcome."""

import pytest

from mappers.existing.attachments import unreachable
from mappers.model.attachments import sha256_of
from streams.dispatch.context import UnreadFileError
from streams.dispatch.lane.attaching.tries import MOST_TRIES, PAUSES, UNCLEAR_SECONDS
from tests.builders import ORGANISATION
from tests.unit.streams.dispatch.attaching.filing import OTHER_PDF, PDF, PLACE, Filing
from xero_client.errors import NotFoundError, RefusedError

DAY = 86_400.0


async def test_a_file_is_put_once_and_the_outcome_is_as_without_it() -> None:
    harness = Filing()
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        harness.ship(partition, 2)
        assert await harness.told() == [[("a.pdf", "attached", "")]]
        await harness.answered(2)
        await harness.idle()
    assert harness.kept.calls == ["document", "files", "put_file"]
    assert harness.kept.names() == ["a.pdf"]
    first, second = sorted(harness.ended(), key=lambda each: each.shipment_id)
    assert first.document is not None
    assert (first.status, first.action, first.warnings) == (second.status, second.action, second.warnings)
    (event,) = harness.topic.attachments
    assert event.request_id == first.request_id
    (file,) = event.attachments
    assert (file.file_name, file.sha256, file.size) == ("a.pdf", sha256_of(PDF), len(PDF))
    assert harness.work() is None
    async with harness.owner():
        await harness.idle()


async def test_a_change_of_files_alone_writes_no_document() -> None:
    harness = Filing()
    harness.reader.lies[PLACE + "b.pdf"] = OTHER_PDF
    async with harness.owner() as partition:
        harness.ship(partition, 1)
        await harness.answered(1)
        harness.ship(partition, 1, "b.pdf", revision=2)
        await harness.told()
    assert [each.action for each in harness.ended()] == ["created", "unchanged"]
    assert len(harness.accounting.writes) == 1
    assert harness.kept.names() == ["b.pdf"]


async def test_ten_files_are_one_after_another_and_an_eleventh_is_said_to_be_too_many() -> None:
    harness = Filing()
    names = [f"{number}.pdf" for number in range(11)]
    harness.reader.lies |= {PLACE + name: PDF + name.encode() for name in names}
    async with harness.owner() as partition:
        harness.ship(partition, 1, *names)
        (told,) = await harness.told()
    assert [stands for _, stands, _ in told] == ["attached"] * 10 + ["left"]
    assert told[-1][2] == "attachment_invalid"
    assert len(harness.kept.names()) == 10


async def test_what_cannot_be_read_is_told_at_once_tried_for_a_day_and_then_left() -> None:
    harness = Filing()
    async with harness.owner() as partition:
        harness.ship(partition, 1, "missing.pdf")
        assert await harness.told() == [[("missing.pdf", "waiting", "attachment_not_found")]]
        for number, pause in enumerate(PAUSES, 1):
            await harness.read(number)
            await harness.idle()
            harness.later(pause)
        assert (await harness.told(2))[1] == [("missing.pdf", "left", "attachment_not_found")]
        harness.later(30 * DAY)
        await harness.idle()
    assert harness.reader.read_count == MOST_TRIES
    assert harness.work() is None
    assert len(harness.accounting.writes) == 1


def test_the_last_try_begins_when_a_day_is_over() -> None:
    """As people are told."""
    assert DAY <= sum(PAUSES[:-1]) < 1.1 * DAY


async def test_a_file_that_comes_later_is_put_there_then() -> None:
    harness = Filing()
    harness.reader.faults = [UnreadFileError(unreachable("a.pdf", PLACE, "HTTP 503"), may_heal=True)]
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        await harness.told()
        harness.later(PAUSES[0])
        told = await harness.told(2)
    assert told == [[("a.pdf", "waiting", "attachment_unreachable")], [("a.pdf", "attached", "")]]


async def test_one_that_fails_does_not_hold_up_its_neighbour() -> None:
    harness = Filing()
    harness.reader.lies[PLACE + "page.pdf"] = b"<html>sign in"
    async with harness.owner() as partition:
        harness.ship(partition, 1, "page.pdf", "a.pdf")
        (told,) = await harness.told()
    assert told == [("page.pdf", "left", "attachment_not_pdf"), ("a.pdf", "attached", "")]


async def test_a_voided_document_is_left_alone() -> None:
    harness = Filing()
    harness.reader.faults = [UnreadFileError(unreachable("a.pdf", PLACE, "slow"), may_heal=True)]
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        await harness.told()
        (document,) = harness.accounting.documents(ORGANISATION)
        harness.accounting.put(ORGANISATION, document.model_copy(update={"status": "VOIDED"}))
        harness.later(PAUSES[0])
        assert (await harness.told(2))[1] == [("a.pdf", "left", "attachment_document_gone")]
    assert "put_file" not in harness.kept.calls


@pytest.mark.parametrize("call", ["document", "files"])
async def test_a_document_that_xero_does_not_show_yet_gets_its_file_when_it_does(call: str) -> None:
    harness = Filing()
    harness.kept.faults[call] = [NotFoundError("HTTP 404")] * 2
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        assert await harness.told() == [[("a.pdf", "waiting", "attachment_document_unseen")]]
        harness.later(PAUSES[0])
        await harness.asked(call, 2)
        await harness.settled()
        harness.later(PAUSES[1])
        assert (await harness.told(2))[1] == [("a.pdf", "attached", "")]


async def test_a_document_that_xero_does_not_show_at_the_last_try_is_gone() -> None:
    harness = Filing()
    harness.kept.faults["document"] = [NotFoundError("HTTP 404")] * (MOST_TRIES + 1)
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        for number, pause in enumerate(PAUSES, 1):
            await harness.asked("document", number)
            await harness.settled()
            harness.later(pause)
        assert (await harness.told(2))[1] == [("a.pdf", "left", "attachment_document_gone")]
        assert harness.work() is None
    assert set(harness.kept.calls) == {"document"}


async def test_what_xero_does_not_find_while_it_takes_a_file_is_sent_again_when_the_key_is_over() -> None:
    harness = Filing()
    harness.kept.faults["put_file"] = [NotFoundError("HTTP 404")]
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        assert await harness.told() == [[("a.pdf", "waiting", "attachment_refused")]]
        harness.later(UNCLEAR_SECONDS - 1)
        await harness.idle()
        harness.later(1)
        assert (await harness.told(2))[1] == [("a.pdf", "attached", "")]
    assert harness.kept.names() == ["a.pdf"]


async def test_a_persons_file_of_the_same_name_stays_and_ours_has_another() -> None:
    harness = Filing()
    async with harness.owner() as partition:
        harness.ship(partition, 1)
        await harness.answered(1)
        harness.kept.place(harness.xero_id(), "A.pdf", OTHER_PDF)
        harness.ship(partition, 1, "a.pdf", revision=2)
        await harness.told()
        harness.ship(partition, 1, "a.pdf", revision=3)
        await harness.told(2)
    ours = f"a-{sha256_of(PDF)[:8]}.pdf"
    assert {each.file_name: each.content for each in harness.kept.on[harness.xero_id()]} == {
        "A.pdf": OTHER_PDF,
        ours: PDF,
    }
    assert [event.attachments[0].file_name for event in harness.topic.attachments] == [ours, ours]


async def test_a_new_content_takes_the_place_of_what_we_put_there() -> None:
    harness = Filing()
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        await harness.told()
        harness.reader.lies[PLACE + "a.pdf"] = OTHER_PDF
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf", revision=2)
        await harness.told(2)
    assert [(each.file_name, each.content) for each in harness.kept.on[harness.xero_id()]] == [("a.pdf", OTHER_PDF)]


async def test_a_full_document_takes_no_more() -> None:
    harness = Filing()
    async with harness.owner() as partition:
        harness.ship(partition, 1)
        await harness.answered(1)
        for number in range(10):
            harness.kept.place(harness.xero_id(), f"{number}.pdf", PDF)
        harness.ship(partition, 1, "a.pdf", revision=2)
        assert await harness.told() == [[("a.pdf", "left", "attachments_full")]]


async def test_what_xero_refuses_is_left_in_its_words() -> None:
    harness = Filing()
    harness.kept.faults["put_file"] = [RefusedError("HTTP 413: too large")]
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        assert await harness.told() == [[("a.pdf", "left", "attachment_refused")]]
    assert "HTTP 413: too large" in str(harness.topic.attachments[0].attachments[0].problem)


async def test_a_newer_answer_while_a_file_is_read_keeps_the_old_one_away() -> None:
    harness = Filing()
    async with harness.owner() as partition:

        def overtake(call: str) -> None:
            if call == "files" and len(harness.ended()) == 1:
                harness.ship(partition, 1, revision=2)

        harness.kept.before = overtake
        released = harness.reader.hold()
        harness.ship(partition, 1, "a.pdf")
        await harness.read(1)
        await harness.answered(2)
        released.set()
        await harness.until(lambda: harness.work() is None)
        await harness.idle()
    assert harness.kept.names() == []
    assert harness.topic.attachments == []


async def test_the_newest_answered_request_says_which_files_are_wanted() -> None:
    harness = Filing()
    async with harness.owner() as partition:
        harness.ship(partition, 1, "missing.pdf")
        await harness.told()
        harness.ship(partition, 1, "a.pdf", revision=2)
        assert (await harness.told(2))[1] == [("a.pdf", "attached", "")]
        harness.ship(partition, 1, "missing.pdf", revision=3)
        await harness.told(3)
        harness.ship(partition, 1, revision=4)
        await harness.answered(4)
        await harness.until(lambda: harness.work() is None)
        read = harness.reader.read_count
        harness.later(DAY)
        await harness.idle()
    assert harness.reader.read_count == read
    assert harness.kept.names() == ["a.pdf"]
