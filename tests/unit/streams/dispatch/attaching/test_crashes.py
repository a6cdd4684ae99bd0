"""Whatever is killed, and whatever Xero leaves unsaid: a file is on its document once, and none is forgotten."""

from collections.abc import Callable
from functools import partial

import pytest

from mappers.model.attachments import AttachmentStatus
from streams.dispatch.lane.attaching.tries import MOST_TRIES, UNCLEAR_SECONDS
from streams.dispatch.ledger.files import AttachmentWork
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import RowKey, files_key
from tests.builders import COMPANY_ID, ORGANISATION
from tests.unit.streams.dispatch.attaching.filing import OTHER_PDF, PLACE, Filing

KEY = RowKey(ORGANISATION, COMPANY_ID, "SHP-00001")
DAY = 86_400.0


def work_in(transaction: LedgerTransaction) -> AttachmentWork | None:
    found = transaction.records.get(files_key(KEY))
    return found if isinstance(found, AttachmentWork) else None


def wants(transaction: LedgerTransaction) -> bool:
    """The answer of the request, which makes the work."""
    return bool(transaction.outcomes) and work_in(transaction) is not None


def begins(transaction: LedgerTransaction) -> bool:
    """A try is counted; the group commit may put that into one transaction with the answer."""
    work = work_in(transaction)
    return work is not None and work.tries == 1


def puts(transaction: LedgerTransaction) -> bool:
    """It is written down that what lies there is ours."""
    row = transaction.records.get(KEY)
    return bool(getattr(row, "files", ())) and not transaction.outcomes and not transaction.attachments


def tells(transaction: LedgerTransaction) -> bool:
    """The end: told, and forgotten."""
    return bool(transaction.attachments)


@pytest.mark.parametrize("is_durable", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", [wants, begins, puts, tells], ids=lambda each: each.__name__)
async def test_a_kill_at_any_step_leaves_the_file_there_once(
    step: Callable[[LedgerTransaction], bool], is_durable: bool
) -> None:
    harness = Filing()
    killed: list[str] = []

    def kill(transaction: LedgerTransaction) -> None:
        if step(transaction) and not killed:
            killed.append(step.__name__)
            raise PartitionLostError

    async with harness.owner() as partition:
        setattr(harness.fence, "after" if is_durable else "before", kill)
        harness.ship(partition, 1, "a.pdf")
        await harness.until(lambda: partition._group_commit._lost)
    assert killed
    async with harness.owner():
        harness.later(DAY)
        told = await harness.told()
        await harness.idle()
    assert set(map(str, told)) == {str([("a.pdf", "attached", "")])}
    assert len({event.outcome_id for event in harness.topic.attachments}) == 1
    assert harness.kept.names() == ["a.pdf"]
    assert harness.work() is None
    assert [each.status for each in harness.ended()] == ["PROCESSED"]
    assert len(harness.accounting.documents(ORGANISATION)) == 1


async def test_a_former_owner_sends_nothing() -> None:
    harness = Filing()

    def fence(call: str) -> None:
        if call == "files":
            harness.fence.fenced = True

    harness.kept.before = fence
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        await harness.until(lambda: partition._group_commit._lost)
    assert harness.kept.calls == ["document", "files"]
    assert harness.kept.names() == []


async def test_a_lost_reply_is_looked_up_when_its_key_has_expired_and_not_repeated() -> None:
    harness = Filing()
    harness.kept.lost = 1
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        assert await harness.told() == [[("a.pdf", "waiting", "attachment_unconfirmed")]]
        harness.later(UNCLEAR_SECONDS - 5)
        await harness.idle()
        harness.later(10)
        assert (await harness.told(2))[1] == [("a.pdf", "attached", "")]
    assert harness.kept.names() == ["a.pdf"]
    assert harness.kept.calls.count("put_file") == 1


async def test_one_that_never_arrived_is_put_there_at_the_next_try() -> None:
    harness = Filing()
    harness.kept.lost = 1

    def lose(call: str) -> None:
        if call == "put_file" and harness.kept.lost:
            harness.kept.on.clear()

    harness.kept.before = lose
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        await harness.told()
        harness.kept.on.clear()
        harness.later(UNCLEAR_SECONDS)
        assert (await harness.told(2))[1] == [("a.pdf", "attached", "")]
    assert harness.kept.names() == ["a.pdf"]


async def test_after_the_last_unclear_answer_it_is_looked_at_and_sent_no_more() -> None:
    harness = Filing()
    harness.kept.lost = MOST_TRIES
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        for count in range(1, MOST_TRIES + 1):
            await harness.asked("put_file", count)
            await harness.tried(count)
            harness.kept.on.clear()
            harness.later(DAY)
        await harness.until(lambda: harness.work() is None)
        told = await harness.told(2)
    assert told[-1] == [("a.pdf", "left", "attachment_unconfirmed")]
    assert harness.kept.calls.count("put_file") == MOST_TRIES
    assert harness.kept.names() == []


def has_ended(harness: Filing, read: int) -> bool:
    """The next try was made, or there is none."""
    return bool(harness.topic.attachments) or harness.reader.read_count > read


async def test_a_file_that_ends_the_process_with_each_try_comes_to_an_end() -> None:
    harness = Filing()
    harness.reader.faults = [MemoryError()]
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        await harness.until(lambda: harness.reader.read_count == 1)
    for _ in range(MOST_TRIES + 3):
        harness.reader.faults = [MemoryError()]
        ended = partial(has_ended, harness, harness.reader.read_count)
        async with harness.owner():
            harness.later(DAY)
            await harness.until(ended)
    (event,) = harness.topic.attachments
    assert [each.status for each in event.attachments] == [AttachmentStatus.LEFT]
    assert harness.reader.read_count <= MOST_TRIES + 1
    assert harness.work() is None


async def test_what_is_told_survives_a_rewrite_of_the_ledgers_rows() -> None:
    """The row remembers what was put, through later requests, so that a new content takes its place."""
    harness = Filing()
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf")
        await harness.told()
        harness.ship(partition, 1, "a.pdf", revision=2, incoterms="CIF")
        await harness.told(2)
    row = harness.topic.read().rows[KEY]
    assert [each.file_name for each in row.files] == ["a.pdf"]
    harness.reader.lies[PLACE + "a.pdf"] = OTHER_PDF
    async with harness.owner() as partition:
        harness.ship(partition, 1, "a.pdf", revision=3)
        await harness.told(3)
    assert harness.kept.names() == ["a.pdf"]
