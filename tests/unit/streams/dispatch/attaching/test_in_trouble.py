"""Where calls are few, Xero is away or somebody holds a company, files wait, and hold up nobody."""

import asyncio
from contextlib import AsyncExitStack

from mappers.existing.attachments import unreachable
from streams.dispatch.context import FilesContext, UnreadFileError
from streams.dispatch.lane.attaching.tries import MOST_TRIES, PAUSES
from tests.builders import COMPANY_ID, ORGANISATION
from tests.unit.streams.dispatch.attaching.filing import PDF, PLACE, Filing
from xero_client.errors import DisconnectedError, NotFoundError, OutOfQuotaError
from xero_client.port import DayLeft, Priority

DAY = 86_400.0


async def test_where_the_profile_names_no_place_nothing_is_read_and_nothing_is_asked() -> None:
    harness = Filing(attachments_from=())
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        assert await harness.told() == [[("a.pdf", "left", "attachment_not_allowed")]]
    assert (harness.kept.calls, harness.reader.read_count) == ([], 0)
    assert harness.ended()[0].status == "PROCESSED"


async def test_a_consent_without_the_scope_parks_nobody_and_is_tried_again() -> None:
    harness = Filing()
    harness.kept.faults["files"] = [DisconnectedError("HTTP 401: insufficient scope")]
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        assert await harness.told() == [[("a.pdf", "waiting", "attachments_not_consented")]]
        harness.ship(partition, 2)
        await harness.answered(2)
        harness.later(PAUSES[0])
        assert (await harness.told(2))[1] == [("a.pdf", "attached", "")]
    assert [each.status for each in harness.ended()] == ["PROCESSED", "PROCESSED"]
    assert harness.topic.read().backoffs == {}
    assert harness.budget.parked == []


async def test_a_spent_quota_is_no_try_of_the_file() -> None:
    harness = Filing()
    spent = OutOfQuotaError("used up", limit="minute", resume_at=harness.clock.utc())
    harness.kept.faults["files"] = [spent] * 20
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        for count in range(1, 21):
            await harness.asked("files", count)
            await harness.until(lambda: (work := harness.work()) is not None and work.tries == 0)
            harness.later(61)
        assert await harness.told() == [[("a.pdf", "attached", "")]]


async def test_one_document_whose_files_cannot_be_listed_holds_up_no_other_and_comes_to_an_end() -> None:
    harness = Filing()
    async with harness.owner() as partition:
        for index in (1, 2, 3):
            harness.ship(partition, index)
        await harness.answered(3)
        harness.kept.broken = {harness.xero_id("INV-00001")}
        for index in (1, 2, 3):
            harness.ship(partition, index, "a.pdf", revision=2)
        for number in range(MOST_TRIES):
            await harness.asked("files", number + (1 if number == 0 else 3))
            await harness.settled()
            harness.later(max(61, PAUSES[number]))
        await harness.until(lambda: harness.work() is None)
        await harness.told(4)
    ends = {event.shipment_id: event.attachments[0] for event in harness.topic.attachments}
    assert {name: each.status.value for name, each in ends.items()} == {
        "SHP-00001": "left",
        "SHP-00002": "attached",
        "SHP-00003": "attached",
    }
    assert harness.kept.calls.count("files") == MOST_TRIES + 2


async def test_a_listed_file_that_cannot_be_read_is_no_reason_to_go_on_for_ever() -> None:
    harness = Filing()
    async with harness.owner() as partition:
        harness.ship(partition, 1)
        await harness.answered(1)
        harness.kept.place(harness.xero_id(), "a.pdf", PDF)
        harness.kept.faults["file_content"] = [NotFoundError("HTTP 404")] * MOST_TRIES
        harness.ship(partition, 1, "a.pdf", revision=2)
        for number, pause in enumerate(PAUSES, 1):
            await harness.asked("file_content", number)
            await harness.settled()
            harness.later(pause)
        assert (await harness.told(2))[1] == [("a.pdf", "left", "attachment_refused")]
    assert "put_file" not in harness.kept.calls


async def test_nothing_is_asked_while_others_need_the_calls() -> None:
    harness = Filing()
    harness.budget.day_left = DayLeft(calls=0, limit=5000, seconds=3600)
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        await harness.answered(1)
        await harness.idle()
        assert harness.topic.attachments == []
        harness.budget.day_left = DayLeft(calls=5000, limit=5000, seconds=DAY)
        harness.later(60)
        assert await harness.told() == [[("a.pdf", "attached", "")]]


async def test_on_a_small_day_files_take_their_share_and_come_to_an_end() -> None:
    """What was begun goes on although the share is used up, and the next waits until time has paid for it."""
    harness = Filing()
    harness.budget.day_left = DayLeft(calls=100, limit=100, seconds=DAY)
    async with harness.owner() as partition:
        for index in range(1, 6):
            harness.ship(partition, index, "a.pdf")
        await harness.answered(5)
        await harness.told(2)
        await harness.idle()
        assert len(harness.kept.calls) == 6
        spent = []
        for count in (3, 4, 5):
            while len(harness.topic.attachments) < count:
                spent.append(len(harness.kept.calls))
                harness.later(1800)
                await harness.settled()
        await harness.told(5)
    assert len(harness.kept.calls) == 15
    assert len(spent) > 6, "three files cost more than some hours of so small a day"


async def test_files_of_a_paused_company_wait() -> None:
    harness = Filing()
    harness.reader.faults = [UnreadFileError(unreachable("a.pdf", PLACE, "slow"), may_heal=True)]
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        await harness.told()
        harness.pauses.pause(COMPANY_ID)
        harness.later(DAY)
        await harness.idle()
        harness.pauses.resume(COMPANY_ID)
        harness.later(60)
        assert (await harness.told(2))[1] == [("a.pdf", "attached", "")]


async def test_a_file_that_waits_for_a_call_gives_its_place_back() -> None:
    """An organisation that writes without a break lets none of its files through, and there are two places for all."""
    harness = Filing(hold_seconds=0.05)
    places = asyncio.Semaphore(1)
    harness.files = FilesContext(harness.kept, harness.reader, places)
    async with harness.owner() as partition:
        harness.ship(partition, 1)
        await harness.answered(1)
        async with AsyncExitStack() as busy:
            for _ in range(5):
                await busy.enter_async_context(harness.accounting.slot(ORGANISATION, Priority.BACKLOG))
            harness.ship(partition, 1, "a.pdf", revision=2)
            await harness.read(1)
            await harness.until(lambda: not places.locked())
            assert "put_file" not in harness.kept.calls
        harness.later(301)
        assert await harness.told() == [[("a.pdf", "attached", "")]]
