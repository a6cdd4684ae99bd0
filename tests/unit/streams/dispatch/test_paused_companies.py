"""A paused company: nothing of it is written any more, whatever it is doing; its requests wait, and go on in order."""

import asyncio
from collections.abc import Callable

import pytest

from streams.dispatch.ledger.records import State
from streams.dispatch.ownership.partition import Partition
from streams.ops.labels import WaitedFor
from tests.builders import COMPANY_ID, ORGANISATION, make_company
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.pausing import NEIGHBOUR, of_neighbour, pause, resume, told, two_companies, written
from tests.unit.streams.dispatch.requests import numbered


async def test_requests_of_a_paused_company_wait_and_are_told_once_by_whom_and_why() -> None:
    harness = Harness()
    harness.pauses.pause(COMPANY_ID)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: told(harness))
        pause(harness, partition)  # Said again: nobody is told again.
        harness.give(partition, [numbered(2)])
        await harness.until(lambda: len(told(harness)) == 2)
    (first, second) = told(harness)
    assert [first.shipment_id, second.shipment_id] == ["SHP-00001", "SHP-00002"]
    assert first.waiting is not None
    assert (first.waiting.reason, first.waiting.resume_at, first.waiting.for_) == ("paused", None, (COMPANY_ID,))
    (note,) = first.warnings
    assert (note.code, note.value) == ("company_paused", COMPANY_ID)
    assert note.message == "anna paused southern-beef on 30 Nov 2026, 06:00 UTC: month end."
    assert "shipledger resume" in note.hint
    assert (harness.accounting.writes, harness.accounting.reads) == ([], [])


async def test_what_waits_goes_on_in_the_order_in_which_it_came() -> None:
    harness = Harness()
    harness.pauses.pause(COMPANY_ID)
    async with harness.owner() as partition:
        for index in range(60):
            harness.give(partition, [numbered(index)])
        await harness.until(lambda: len(told(harness)) == 60)
        resume(harness, partition)
        await harness.answered(60)
    assert written(harness) == [f"INV-{index:05}" for index in range(60)]
    assert len(told(harness)) == 60


async def test_a_paused_company_gets_no_other_answer_either() -> None:
    """A shipment that would be rejected waits like the others: the profile may be what is wrong."""
    harness = Harness()
    harness.pauses.pause(COMPANY_ID)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1, buyer_code="NOBODY")])
        await harness.until(lambda: told(harness))
        resume(harness, partition)
        (outcome,) = await harness.answered(1)
    assert [each.code for each in outcome.errors] == ["customer_not_found"]


async def test_the_neighbour_in_the_same_organisation_goes_on() -> None:
    harness = two_companies()
    harness.pauses.pause(COMPANY_ID)
    async with harness.owner() as partition:
        harness.give(partition, [each for i in range(30) for each in (numbered(i), of_neighbour(numbered(100 + i)))])
        await harness.answered(30)
        await harness.until(lambda: len(told(harness)) == 30)
    assert {each.company_id for each in harness.ended()} == {NEIGHBOUR}
    assert {each.company_id for each in told(harness)} == {COMPANY_ID}


async def test_a_newer_request_takes_the_place_of_one_that_waits() -> None:
    harness = Harness()
    harness.pauses.pause(COMPANY_ID)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: told(harness))
        harness.give(partition, [numbered(1, revision=2)])
        await harness.until(lambda: len(told(harness)) == 2)
        resume(harness, partition)
        await harness.answered(2)
    assert [each.status for each in harness.ended()] == ["SKIPPED", "PROCESSED"]
    assert written(harness) == ["INV-00001"]


async def test_nothing_is_written_as_long_as_it_is_not_known_who_is_paused() -> None:
    """And to wait for that is not to be stuck."""
    harness = Harness()
    harness.pauses.is_known = False
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        lane = partition._lane(ORGANISATION)
        await harness.until(lambda: len(lane._ready_queue) == 1)
        assert (lane.progress.has_work, lane.sending_progress.has_work) == (False, False)
        assert harness.accounting.writes == []
        harness.pauses.is_known = True
        partition.steered(by_profile=False)
        await harness.answered(1)
    assert harness.numbers() == ["INV-00001"]


async def test_what_is_held_hides_nothing_that_is_stuck() -> None:
    """Its age is shown as waiting for people, and liveness looks at the oldest that is not held."""
    harness = two_companies()
    harness.pauses.pause(COMPANY_ID)
    go = asyncio.Event()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: told(harness))
        lane = partition._lane(ORGANISATION)
        assert (lane.progress.has_work, lane.sending_progress.has_work) == (False, False)
        harness.accounting.fault(Fault(hold=go))
        harness.give(partition, [of_neighbour(numbered(2))])
        await harness.until(lambda: lane.sending_progress.has_work)
        partition._report_lane(ORGANISATION, lane.waits_for)
        ages = {each: age_of(harness, each) for each in WaitedFor}
        go.set()
    assert ages[WaitedFor.PEOPLE] > 0
    assert ages[WaitedFor.NOTHING] > 0
    assert (ages[WaitedFor.XERO], ages[WaitedFor.QUOTA]) == (0, 0)


def age_of(harness: Harness, waited_for: WaitedFor) -> float:
    labels = {"organisation": ORGANISATION, "waited_for": waited_for.value}
    return harness.metrics.registry.get_sample_value("shipledger_oldest_unanswered_seconds", labels) or 0.0


async def test_no_note_is_written_on_a_document_of_a_paused_company() -> None:
    harness = Harness(make_company(history_note=True))
    go = asyncio.Event()
    harness.accounting.fault(Fault(hold_reply=go))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: harness.accounting.writes)
        pause(harness, partition)
        go.set()
        await harness.answered(1)
        await harness.until(lambda: not partition._lane(ORGANISATION).running_batches)
    assert harness.accounting.notes == []


async def test_a_paused_company_that_the_profile_has_no_more_is_not_held() -> None:
    """Nobody could resume it: its requests are answered."""
    harness = Harness()
    harness.pauses.pause(COMPANY_ID)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: told(harness))
        del harness.companies[COMPANY_ID]
        partition.steered(by_profile=True)
        (outcome,) = await harness.answered(1)
    assert [each.code for each in outcome.errors] == ["organisation_changed"]


@pytest.mark.parametrize("order", [pause, resume])
async def test_saying_the_same_again_changes_nothing(order: Callable[[Harness, Partition], None]) -> None:
    harness = Harness()
    async with harness.owner() as partition:
        order(harness, partition)
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: harness.topic.outcomes)
        transactions = harness.topic.transactions
        for _ in range(3):
            order(harness, partition)
            await asyncio.sleep(0)
        states = [row.state for row in partition._ledger.rows.values()]
    assert states == [State.WAITING if order is pause else State.DONE]
    assert harness.topic.transactions <= transactions + 1
    assert len(harness.topic.outcomes) == 1
