"""A partition at work compares its documents with Xero once a night: what differs is told once, nothing is written."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from mappers.model.company import DocumentType
from mappers.model.document import ExistingDocument
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.settings import DriftSettings
from tests.builders import ORGANISATION
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.drift.nights import DAY, Nights
from tests.unit.streams.dispatch.requests import numbered
from tests.unit.streams.dispatch.watching.test_watch import PAID
from xero_client.errors import NotFoundError, UnavailableError
from xero_client.port import DayLeft, Operation


async def test_what_differs_is_told_once_and_no_longer_when_it_is_over() -> None:
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, 1, 2, 3)
        await harness.known()
        writes = len(harness.accounting.writes)
        harness.changed(0, status="VOIDED")
        harness.changed(1, total=Decimal("1.00"))
        await harness.night()
        assert harness.drifts() == [("SHP-00001", ["voided"]), ("SHP-00002", ["amount"])]
        assert sorted(harness.told()) == ["edited", "voided"]
        night = harness.position()
        assert night is not None
        assert (night.compared, night.differing) == (3, 2)
        await harness.night()
        assert len(harness.drifts()) == 2
        harness.changed(1, total=Decimal("1265.63"))
        await harness.night()
        assert harness.drifts()[2:] == [("SHP-00002", [])]
        assert len(harness.accounting.writes) == writes


async def test_a_document_that_xero_does_not_know_is_asked_for_by_itself_before_it_is_missing() -> None:
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, 1, 2, 3)
        await harness.known()
        gone = harness.accounting.documents(ORGANISATION)[1].xero_id
        harness.accounting.remove(ORGANISATION, gone)
        await harness.night()
    assert harness.drifts() == [("SHP-00002", ["missing"])]
    assert [ids for *_, ids in harness.looks.asked_by_id][1:] == [(gone,)]


async def test_a_call_that_fails_for_one_unknown_document_hides_none_of_the_others() -> None:
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, 1, 2)
        await harness.known()
        harness.looks.errors = [NotFoundError("one of them")]
        harness.changed(1, number="INV-9")
        await harness.night()
    assert harness.drifts() == [("SHP-00002", ["number"])]
    assert [len(ids) for *_, ids in harness.looks.asked_by_id] == [2, 1, 1]


async def test_quotes_are_compared_one_a_call() -> None:
    harness = Nights(document="quote")
    async with harness.owner() as partition:
        await harness.made(partition, 1, 2)
        await harness.known()
        harness.accounting.remove(ORGANISATION, harness.accounting.documents(ORGANISATION)[0].xero_id)
        await harness.night()
    assert harness.drifts() == [("SHP-00001", ["missing"])]
    assert {kind for _, kind, _ in harness.looks.asked_by_id} == {DocumentType.QUOTE}


async def test_a_long_night_goes_on_after_a_restart_where_it_was() -> None:
    """Of 45 documents one call shows 40; the process ends between the two, and the second page is what is left."""
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, *range(45))
        await harness.known()
        harness.changed(44, status="VOIDED")
        harness.budget.day_left = DayLeft(calls=1, limit=100_000, seconds=86400.0)
        harness.clock.ahead += DAY
        await harness.until(lambda: len(harness.looks.asked_by_id) == 1)
        await harness.until(lambda: (night := harness.position()) is not None and night.compared == 40)
        assert harness.drifts() == []
    harness.budget.day_left = DayLeft(calls=100_000, limit=100_000, seconds=86400.0)
    async with harness.owner():
        await harness.until(harness.has_ended)
    assert [len(ids) for *_, ids in harness.looks.asked_by_id] == [40, 5]
    assert harness.drifts() == [("SHP-00044", ["voided"])]


async def test_a_kill_before_the_commit_repeats_the_comparison_and_one_after_it_repeats_nothing() -> None:
    for is_durable in (False, True):
        harness = Nights()
        async with harness.owner() as partition:
            await harness.made(partition, 1)
            await harness.known()
            harness.changed(0, status="VOIDED")
            if is_durable:
                harness.fence.after = lost_with_drift
            else:
                harness.fence.before = lost_with_drift
            harness.clock.ahead += DAY
            await harness.until(lambda partition=partition: partition._group_commit._lost)  # type: ignore[misc]
        assert len(harness.drifts()) == is_durable
        async with harness.owner():
            await harness.until(harness.has_ended)
            await harness.night()
        assert harness.drifts() == [("SHP-00001", ["voided"])]


def lost_with_drift(transaction: LedgerTransaction) -> None:
    if transaction.drifts:
        raise PartitionLostError


async def test_it_gives_way_to_requests_and_to_what_the_day_has_left() -> None:
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.known()
        harness.budget.day_left = DayLeft(calls=0, limit=5000, seconds=86400.0)
        harness.clock.ahead += DAY
        await harness.until(lambda: (night := harness.position()) is not None and night.ended_at is None)
        thoughts = harness.budget.thoughts
        await harness.until(lambda: harness.budget.thoughts > thoughts + 5)
        assert harness.looks.asked_by_id == []
        await harness.made(partition, 2)
        harness.budget.day_left = DayLeft(calls=500, limit=5000, seconds=86400.0)
        await harness.until(harness.has_ended)


async def test_our_own_correction_ends_what_differed_without_waiting_for_the_next_night() -> None:
    """The regular look shows our write; the row is judged by it."""
    harness = Nights()
    harness.settings = replace(harness.settings, watch=replace(harness.settings.watch, interval=300.0))
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.known()
        await harness.look()
        document = harness.accounting.documents(ORGANISATION)[0]
        assert document.updated_at is not None
        # A quiet change: Xero dates it as before, so no look sees it.
        harness.accounting.put(ORGANISATION, document.model_copy(update={"total": Decimal("1.00")}))
        await harness.night()
        assert harness.drifts() == [("SHP-00001", ["amount"])]
        await harness.made(partition, 1, revision=2, exporter_reference="EXP-78")
        await harness.look()
        await harness.until(lambda: len(harness.drifts()) == 2)
    assert harness.drifts()[1] == ("SHP-00001", [])


async def test_a_row_that_is_written_to_meanwhile_is_not_judged() -> None:
    """Xero shows our update before the ledger knows of it."""
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, 1, 2)
        await harness.known()
        reply = asyncio.Event()
        harness.accounting.fault(Fault(Operation.UPDATE, hold_reply=reply))
        harness.give(partition, [numbered(1, revision=2, exporter_reference="EXP-78")])
        await harness.until(lambda: len(harness.accounting.writes) == 2)
        harness.changed(0, total=Decimal("1.00"))
        harness.changed(1, status="VOIDED")
        await harness.night()
        assert harness.drifts() == [("SHP-00002", ["voided"])]
        reply.set()
        await harness.answered(3)


async def test_a_row_that_is_sent_while_xero_answers_is_not_judged() -> None:
    """It was chosen before, and the answer to its look shows the document as our write has left it."""
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.known()
        asked, answer, reply = asyncio.Event(), asyncio.Event(), asyncio.Event()
        shown = harness.looks.shown

        async def slow(organisation: str, kind: DocumentType, xero_ids: Sequence[str]) -> tuple[ExistingDocument, ...]:
            asked.set()
            await answer.wait()
            return await shown(organisation, kind, xero_ids)

        harness.looks.shown = slow  # type: ignore[method-assign]  # An answer that comes late.
        harness.clock.ahead += DAY
        await asyncio.wait_for(asked.wait(), 60)
        harness.accounting.fault(Fault(Operation.UPDATE, hold_reply=reply))
        harness.give(partition, [numbered(1, revision=2, exporter_reference="EXP-78")])
        await harness.until(lambda: len(harness.accounting.writes) == 2)
        harness.changed(0, total=Decimal("1.00"))
        answer.set()
        await harness.until(harness.has_ended)
        assert harness.drifts() == []
        reply.set()
        await harness.answered(2)


async def test_two_documents_that_look_alike_are_told_of_the_one_that_comes_later() -> None:
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, 1, 2, 3)
        await harness.known()
        for place in (0, 1, 2):
            harness.changed(place, reference="EXP-7" if place != 1 else "EXP-8")
        await harness.night()
        assert harness.drifts() == [("SHP-00003", ["reference_twice"])]
        await harness.night()
        assert len(harness.drifts()) == 1
        harness.changed(0, status="VOIDED")
        await harness.night()
    assert sorted(harness.drifts()[1:]) == [("SHP-00001", ["voided"]), ("SHP-00003", [])]


async def test_what_nobody_touched_for_long_is_left_out() -> None:
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.known()
        harness.accounting.remove(ORGANISATION, harness.accounting.documents(ORGANISATION)[0].xero_id)
        await harness.night(days=40)
    assert harness.drifts() == []
    assert harness.looks.asked_by_id == []


async def test_an_error_puts_the_comparison_off_and_stops_nothing() -> None:
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.known()
        harness.looks.errors = [UnavailableError("away"), ValueError("a bug")]
        harness.changed(0, status="VOIDED")
        await harness.night()
        assert partition.is_running
    assert harness.drifts() == [("SHP-00001", ["voided"])]


async def test_paid_is_no_difference() -> None:
    harness = Nights()
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        await harness.known()
        harness.changed(0, **PAID)
        await harness.night()
    assert harness.drifts() == []
    assert harness.told() == ["paid"]


async def test_turned_off_it_does_nothing() -> None:
    harness = Nights()
    harness.settings = replace(harness.settings, drift=DriftSettings(enabled=False))
    async with harness.owner() as partition:
        await harness.made(partition, 1)
        harness.clock.ahead += 2 * DAY
        thoughts = harness.budget.thoughts
        await harness.until(lambda: harness.budget.thoughts > thoughts + 5)
        assert harness.position() is None
    assert harness.looks.asked_by_id == []
