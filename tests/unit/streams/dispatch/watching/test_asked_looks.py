"""What Xero's webhook speaks of is looked at soon, and told once, whoever sees it first."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from mappers.model.changes import COMMAND_HEADER, LOOK_AT, LookAt, NoticedDocument
from mappers.model.company import DocumentType
from streams.dispatch.ownership.partition import Partition
from tests.builders import ORGANISATION
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import Record
from tests.unit.streams.dispatch.requests import numbered
from tests.unit.streams.dispatch.watching.test_watch import PAID, Watching
from xero_client.errors import NotFoundError, UnavailableError
from xero_client.port import DayLeft, Operation

SOON = timedelta(seconds=10)


class Webhook(Watching):
    """A harness to which Xero's webhook may speak. Time stands still but for `later`, so no regular look is due."""

    def hear(self, partition: Partition, *xero_ids: str, at: datetime | None = None) -> None:
        look = LookAt(
            organisation=ORGANISATION, invoices=tuple(NoticedDocument(xero_id=each, at=at) for each in xero_ids)
        )
        partition.take([self.look_record(look.model_dump_json().encode())])

    def look_record(self, value: bytes) -> Record:
        record = Record(value, len(self.sent), headers=((COMMAND_HEADER, LOOK_AT.encode()),))
        self.sent.append(record)
        return record

    async def another(self, partition: Partition) -> str:
        """A second document of ours; its Xero id."""
        await self.made(partition, 2)
        return self.accounting.documents(ORGANISATION)[-1].xero_id

    def changed_by_a_person(self, **fields: Any) -> str:
        self.clock.ahead += SOON
        return self.person(**fields).xero_id

    async def asked(self, count: int) -> None:
        await self.until(lambda: len(self.looks.asked_by_id) >= count)


async def test_a_payment_that_the_webhook_speaks_of_is_told_without_a_regular_look() -> None:
    harness = Webhook()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        xero_id = harness.changed_by_a_person(**PAID)
        harness.hear(partition, xero_id, at=harness.clock.utc())
        await harness.until(lambda: harness.told() == ["paid"])
        assert harness.looks.asked == []
        assert harness.looks.asked_by_id == [(ORGANISATION, DocumentType.INVOICE, (xero_id,))]
        await harness.look()
        await harness.look()
    assert harness.told() == ["paid"]


async def test_what_a_look_has_told_the_webhook_does_not_tell_again() -> None:
    harness = Webhook()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.look()
        xero_id = harness.changed_by_a_person(**PAID)
        await harness.look()
        assert harness.told() == ["paid"]
        for at in (None, harness.clock.utc() + timedelta(days=1)):
            seen = len(harness.looks.asked_by_id)
            harness.hear(partition, xero_id, at=at)
            await harness.asked(seen + 1)
        await harness.look()
    assert harness.told() == ["paid"]


async def test_many_that_come_at_once_twice_and_in_any_order_are_one_call() -> None:
    harness = Webhook()
    async with harness.owner() as partition:
        await harness.made(partition, 1, 2, 3)
        harness.clock.ahead += SOON
        ids = [each.xero_id for each in harness.accounting.documents(ORGANISATION)]
        for each in harness.accounting.documents(ORGANISATION):
            update = {"updated_at": harness.clock.utc(), **PAID}
            harness.accounting.put(ORGANISATION, each.model_copy(update=update))
        for xero_id in (*ids, *reversed(ids), "not-one-of-ours"):
            harness.hear(partition, xero_id)
        await harness.until(lambda: harness.told() == ["paid"] * 3)
        assert len(harness.looks.asked_by_id) == 1
        assert sorted(harness.looks.asked_by_id[0][2]) == sorted(ids)


async def test_a_flood_of_other_peoples_invoices_hides_none_of_ours() -> None:
    harness = Webhook()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        xero_id = harness.changed_by_a_person(**PAID)
        for start in range(0, 1000, 200):
            harness.hear(partition, *(f"foreign-{number}" for number in range(start, start + 200)))
        harness.hear(partition, xero_id)
        await harness.until(lambda: harness.told() == ["paid"])
        assert [ids for *_, ids in harness.looks.asked_by_id] == [(xero_id,)]


async def test_the_echo_of_our_own_write_costs_no_call() -> None:
    harness = Webhook()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        written = harness.accounting.documents(ORGANISATION)[0]
        assert written.updated_at is not None
        harness.hear(partition, written.xero_id, at=written.updated_at + timedelta(seconds=1))
        harness.hear(partition, "not-one-of-ours")
        other = await harness.another(partition)
        harness.hear(partition, other, at=harness.clock.utc() + SOON)
        await harness.asked(1)
        assert harness.looks.asked_by_id == [(ORGANISATION, DocumentType.INVOICE, (other,))]


async def test_a_document_that_we_write_to_at_this_moment_is_left_to_the_regular_look() -> None:
    harness = Webhook()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        other = await harness.another(partition)
        reply = asyncio.Event()
        harness.accounting.fault(Fault(Operation.UPDATE, hold_reply=reply))
        harness.give(partition, [numbered(1, revision=2, exporter_reference="EXP-78")])
        await harness.until(lambda: len(harness.accounting.writes) == 3)
        mine = harness.accounting.documents(ORGANISATION)[0].xero_id
        harness.hear(partition, mine, other)
        await harness.asked(1)
        assert harness.looks.asked_by_id == [(ORGANISATION, DocumentType.INVOICE, (other,))]
        reply.set()
        await harness.answered(3)


async def test_it_waits_while_there_is_no_call_to_spare() -> None:
    harness = Webhook()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        xero_id = harness.changed_by_a_person(**PAID)
        harness.budget.day_left = DayLeft(calls=0, limit=5000, seconds=86400.0)
        harness.hear(partition, xero_id)
        thoughts = harness.budget.thoughts
        await harness.until(lambda: harness.budget.thoughts > thoughts + 5)
        assert harness.looks.asked_by_id == []
        harness.budget.day_left = DayLeft(calls=500, limit=5000, seconds=86400.0)
        await harness.until(lambda: harness.told() == ["paid"])


async def test_a_look_that_fails_stops_nothing_and_the_regular_look_tells() -> None:
    harness = Webhook()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        xero_id = harness.changed_by_a_person(**PAID)
        for count, error in enumerate([UnavailableError("away"), NotFoundError("gone"), ValueError("a bug")], start=1):
            harness.looks.errors = [error]
            harness.hear(partition, xero_id)
            await harness.asked(count)
        assert harness.told() == []
        await harness.look()
        assert partition.is_running
    assert harness.told() == ["paid"]


async def test_what_cannot_be_read_is_a_dead_letter_and_holds_nothing_up() -> None:
    harness = Webhook()
    async with harness.owner() as partition:
        partition.take([harness.look_record(b"{")])
        await harness.made(partition, 1)
    (letter,) = harness.topic.dead_letters
    assert dict(letter.headers)["dlq.reason"] == b"request_unreadable"
