"""A paused company: nothing of it is written any more, whatever it is doing; its requests wait, and go on in order."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import pytest

from mappers.model.outcome import Outcome, Status
from mappers.model.sync_request import SyncRequest
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Intent, State
from streams.dispatch.ownership.partition import Partition
from streams.ops.labels import WaitedFor
from tests.builders import COMPANY_ID, ORGANISATION, make_company
from tests.fakes.accounting import Fault, lost_reply, never_arrived
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered

NEIGHBOUR = "northern-lamb"


def two_companies() -> Harness:
    """Two companies of one organisation."""
    return Harness(make_company(), make_company(id=NEIGHBOUR))


def of_neighbour(request: SyncRequest) -> SyncRequest:
    return request.model_copy(update={"company_id": NEIGHBOUR})


def pause(harness: Harness, partition: Partition, company_id: str = COMPANY_ID) -> None:
    harness.pauses.pause(company_id)
    partition.steered(by_profile=False)


def resume(harness: Harness, partition: Partition, company_id: str = COMPANY_ID) -> None:
    harness.pauses.resume(company_id)
    partition.steered(by_profile=False)


def told(harness: Harness) -> list[Outcome]:
    return [each for each in harness.topic.outcomes if each.status is Status.WAITING]


def written(harness: Harness) -> list[str]:
    return [number for write in harness.accounting.writes for number in write.numbers]


class Door(asyncio.Event):
    """Holds a call, and says when one stands before it."""

    is_reached = False

    async def wait(self) -> Literal[True]:
        self.is_reached = True
        return await super().wait()


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
    assert note.message == "anna paused southern-beef at 2026-11-30T06:00:00.000Z: month end."
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


async def test_a_pause_finds_what_is_planned_and_not_sent() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        await partition.drain(0.1)  # Nothing is sent, as while a rebalance is under way.
        harness.give(partition, [numbered(1)])
        lane = partition._lane(ORGANISATION)
        await harness.until(lambda: len(lane._ready_queue) == 1)
        pause(harness, partition)
        partition.resume()
        await harness.until(lambda: told(harness))
        assert harness.accounting.writes == []
        resume(harness, partition)
        await harness.answered(1)
    assert harness.numbers() == ["INV-00001"]


async def test_a_call_under_way_ends_and_is_recorded() -> None:
    harness = Harness()
    go = asyncio.Event()
    harness.accounting.fault(Fault(hold_reply=go))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: harness.accounting.writes)
        pause(harness, partition)
        harness.give(partition, [numbered(2)])
        await harness.until(lambda: told(harness))
        go.set()
        (outcome,) = await harness.answered(1)
    assert (outcome.status, outcome.shipment_id) == ("PROCESSED", "SHP-00001")
    assert written(harness) == ["INV-00001"]


async def test_a_batch_whose_intent_was_just_committed_is_not_begun() -> None:
    """The pause comes between the intent's commit and the first byte: the neighbour's document goes by itself."""
    harness = two_companies()
    async with harness.owner() as partition:

        def after(step: LedgerTransaction) -> None:
            if any(isinstance(record, Intent) for record in step.records.values()):
                harness.fence.after = lambda _step: None
                pause(harness, partition)

        harness.fence.after = after
        harness.give(partition, [numbered(1), of_neighbour(numbered(2))])
        await harness.until(lambda: told(harness) and harness.ended())
        assert written(harness) == ["INV-00002"]
        resume(harness, partition)
        await harness.answered(2)
    assert sorted(written(harness)) == ["INV-00001", "INV-00002"]


async def test_an_unknown_effect_is_looked_up_while_its_company_is_paused() -> None:
    harness = Harness()
    harness.accounting.fault(lost_reply())
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: harness.accounting.writes)
        pause(harness, partition)
        (outcome,) = await harness.answered(1)
    assert (outcome.status, outcome.action) == ("PROCESSED", "recovered")
    assert written(harness) == ["INV-00001"]


async def test_what_never_arrived_is_not_sent_again_while_its_company_is_paused() -> None:
    harness = Harness()
    door = Door()
    harness.accounting.fault(replace(never_arrived(), hold=door))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: door.is_reached)
        pause(harness, partition)
        door.set()
        await harness.until(lambda: told(harness))
        assert harness.numbers() == []
        resume(harness, partition)
        await harness.answered(1)
    assert harness.numbers() == ["INV-00001"]


async def test_a_pause_outlives_the_owner_and_is_not_told_again() -> None:
    harness = Harness()
    harness.pauses.pause(COMPANY_ID)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: told(harness))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(2)])
        await harness.until(lambda: len(told(harness)) == 2)
    harness.pauses.resume(COMPANY_ID)
    async with harness.owner():
        await harness.answered(2)
    assert written(harness) == ["INV-00001", "INV-00002"]
    assert [each.shipment_id for each in told(harness)] == ["SHP-00001", "SHP-00002"]


async def test_a_former_owners_write_is_looked_up_by_the_next_one_though_its_company_is_paused() -> None:
    harness = Harness()
    stuck = asyncio.Event()
    harness.accounting.fault(Fault(hold_reply=stuck))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: harness.accounting.writes)
    harness.pauses.pause(COMPANY_ID)
    async with harness.owner():
        (outcome,) = await harness.answered(1)
    assert outcome.action == "recovered"
    assert written(harness) == ["INV-00001"]


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
