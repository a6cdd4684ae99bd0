"""A partition at work follows what people do to its documents: told once, whatever is killed."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from mappers.model.company import DocumentType
from mappers.model.document import ExistingDocument
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ownership.partition import Partition
from streams.dispatch.settings import DriftSettings
from tests.builders import COMPANY_ID, ORGANISATION, make_company
from tests.fakes.accounting import Fault
from tests.fakes.budget import FakeBudget
from tests.fakes.document_changes import FakeChanges
from tests.unit.streams.dispatch.harness import SETTINGS, Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import UnavailableError
from xero_client.port import DayLeft, Operation

PAID = {"status": "PAID", "amount_paid": Decimal("1265.63")}
HOUR = timedelta(hours=1)


class CountingBudget(FakeBudget):
    """Tells when somebody has thought about a look."""

    thoughts = 0

    def day(self, organisation: str) -> DayLeft:
        self.thoughts += 1
        return super().day(organisation)


class Watching(Harness):
    """A harness whose owners watch. `look` puts the clock forward to the next look and waits for its end."""

    def __init__(self, **fields: Any) -> None:
        settings = replace(SETTINGS, start_guard=600, drift=DriftSettings(enabled=False))
        super().__init__(make_company(**fields), settings=settings)
        self.budget: CountingBudget = CountingBudget()
        self.looks = FakeChanges(self.accounting.documents, self.clock.utc)
        self.changes = self.looks
        self.longest_sleep = 0.002

    async def look(self, seconds: float = 60.0) -> None:
        """What the fake was asked for last is read, and compared, when the position has moved behind it."""
        asked = len(self.looks.asked)
        self.clock.ahead += HOUR
        await self.until(lambda: len(self.looks.asked) > asked, seconds)
        began = self.looks.asked[asked][2]
        await self.until(lambda: self.since() > began, seconds)

    def since(self) -> Any:
        position = self.topic.read().rows.watch_position(ORGANISATION)
        return None if position is None else min(each.since for each in position.kinds.values())

    def told(self) -> list[str]:
        return [each.change.value for each in self.topic.changes]

    def person(self, **fields: Any) -> ExistingDocument:
        """A person changes the newest document."""
        changed = self.accounting.documents(ORGANISATION)[-1].model_copy(
            update={"updated_at": self.clock.utc(), **fields}
        )
        self.accounting.put(ORGANISATION, changed)
        return changed

    async def made(self, partition: Partition, *indexes: int, revision: int = 1, **fields: Any) -> None:
        """Documents that we make, or update."""
        count = len(self.ended())
        self.give(partition, [numbered(each, revision=revision, **fields) for each in indexes])
        await self.answered(count + len(indexes))


async def test_a_payment_comes_back_once_with_its_amounts() -> None:
    harness = Watching()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.look()
        shown = harness.person(**PAID)
        await harness.look()
        await harness.look()
    (change,) = harness.topic.changes
    assert (change.company_id, change.shipment_id, change.change) == (COMPANY_ID, "SHP-00001", "paid")
    assert (change.document.xero_id, change.document.number, change.document.currency) == (
        shown.xero_id,
        "INV-00001",
        "USD",
    )
    assert (change.before.xero_status, change.before.total) == ("DRAFT", "1265.63")
    assert (change.after.xero_status, change.after.amount_paid) == ("PAID", "1265.63")
    assert change.updated_at == shown.updated_at


async def test_what_we_make_and_update_ourselves_is_not_told() -> None:
    harness = Watching()
    async with harness.owner() as partition:
        await harness.made(partition, 1, 2)
        await harness.look()
        await harness.made(partition, 1, revision=2, exporter_reference="EXP-78")
        await harness.look()
        assert harness.told() == []
        harness.person(reference="by hand")
        await harness.look()
    assert harness.told() == ["edited"]


async def test_what_happens_while_nobody_serves_the_organisation_is_told_by_the_next_owner() -> None:
    harness = Watching()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
    harness.clock.ahead += 30 * HOUR
    harness.person(status="VOIDED")
    harness.clock.ahead += 30 * HOUR
    async with harness.owner():
        await harness.look()
    assert harness.told() == ["voided"]


async def test_a_kill_before_the_commit_repeats_the_look_and_one_after_it_repeats_nothing() -> None:
    """The event and what is remembered of it are one transaction: no crash has the one without the other."""
    for is_durable in (False, True):
        harness = Watching()
        async with harness.owner() as partition:
            await harness.made(partition, 1)
            await harness.look()
            harness.person(**PAID)
            if is_durable:
                harness.fence.after = lost_with_changes
            else:
                harness.fence.before = lost_with_changes
            asked = len(harness.looks.asked)
            harness.clock.ahead += HOUR
            await harness.until(lambda partition=partition: partition._group_commit._lost)  # type: ignore[misc]
            assert len(harness.looks.asked) > asked
        assert harness.told() == (["paid"] if is_durable else [])
        async with harness.owner():
            await harness.look()
            await harness.look()
        assert harness.told() == ["paid"]


def lost_with_changes(transaction: LedgerTransaction) -> None:
    if transaction.changes:
        raise PartitionLostError


async def test_an_update_under_way_is_waited_for_and_nothing_of_it_is_taken_for_a_persons() -> None:
    """A page shows our update before the ledger knows of it: the row is judged when it is answered."""
    harness = Watching()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.look()
        reply = asyncio.Event()
        harness.accounting.fault(Fault(Operation.UPDATE, hold_reply=reply))
        harness.give(partition, [numbered(1, revision=2, exporter_reference="EXP-78")])
        await harness.until(lambda: len(harness.accounting.writes) == 2)
        held = harness.accounting.documents(ORGANISATION)[0].updated_at
        assert held is not None
        asked = len(harness.looks.asked)
        harness.clock.ahead += timedelta(minutes=30)
        await harness.until(lambda: len(harness.looks.asked) > asked)
        await harness.until(lambda: harness.since() == held - timedelta(seconds=1))
        reply.set()
        await harness.answered(2)
        await harness.look()
        assert harness.told() == []
        harness.person(sent_to_contact=True)
        await harness.look()
    assert harness.told() == ["sent"]


async def test_an_answer_that_a_write_of_ours_has_overtaken_tells_nothing() -> None:
    """The page was read before our update, and arrives after it was answered."""
    harness = Watching()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.look()
        old = harness.person()
        harness.clock.ahead += timedelta(seconds=5)
        await harness.made(partition, 1, revision=2, exporter_reference="EXP-78")
        newest = harness.accounting.documents(ORGANISATION)[0]
        harness.accounting.put(ORGANISATION, old)
        harness.looks.after = lambda: harness.accounting.put(ORGANISATION, newest)
        await harness.look()
    assert harness.told() == []


async def test_quotes_and_invoices_are_looked_at_as_the_companies_make_them() -> None:
    harness = Watching(document="quote")
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.look()
        harness.person(status="ACCEPTED")
        await harness.look()
    assert harness.told() == ["sent", "status_changed"]
    assert {kind for _, kind, _, _ in harness.looks.asked} == {DocumentType.QUOTE}


async def test_an_error_of_xeros_or_of_ours_puts_off_the_look_and_stops_nothing() -> None:
    harness = Watching()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        harness.looks.errors = [UnavailableError("The organisation is offline"), ValueError("a bug")]
        for left in (1, 0):
            harness.clock.ahead += HOUR
            await harness.until(lambda left=left: len(harness.looks.errors) == left)  # type: ignore[misc]
        harness.person(**PAID)
        await harness.made(partition, 2)
        await harness.look()
        assert partition.is_running
    assert harness.told() == ["paid"]


async def test_nothing_is_spent_that_open_requests_may_need() -> None:
    harness = Watching()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        harness.budget.day_left = DayLeft(calls=0, limit=5000, seconds=86400.0)
        looked = len(harness.looks.asked)
        for _ in range(30):
            harness.clock.ahead += HOUR
            thoughts = harness.budget.thoughts
            await harness.until(lambda thoughts=thoughts: harness.budget.thoughts > thoughts + 3)  # type: ignore[misc]
        assert len(harness.looks.asked) == looked
        harness.budget.day_left = DayLeft(calls=500, limit=5000, seconds=86400.0)
        await harness.look()


async def test_other_peoples_documents_and_other_organisations_rows_are_nobodys_news() -> None:
    harness = Watching()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.look()
        shown = harness.accounting.documents(ORGANISATION)[-1]
        foreign = shown.model_copy(update={"xero_id": "foreign", **PAID, "updated_at": harness.clock.utc()})
        harness.accounting.put(ORGANISATION, foreign)
        await harness.look()
    assert harness.told() == []


async def test_who_owns_the_partition_watches_and_nobody_else() -> None:
    """A former owner that wakes up finds its producer fenced: what it read is told by the new one alone."""
    harness = Watching()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.look()
        async with harness.owner():
            harness.person(**PAID)
            await harness.look()
            await harness.look()
    assert harness.told() == ["paid"]
