"""A pause comes at a bad moment: while something is planned, sent, in doubt, or changes its owner."""

import asyncio
from dataclasses import replace

from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Intent
from streams.dispatch.ownership.partition import Partition
from tests.builders import COMPANY_ID, ORGANISATION
from tests.fakes.accounting import Fault, lost_reply, never_arrived
from tests.unit.streams.dispatch.harness import SETTINGS, Harness
from tests.unit.streams.dispatch.pausing import Door, of_neighbour, pause, resume, told, two_companies, written
from tests.unit.streams.dispatch.requests import numbered


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


async def test_nothing_is_written_before_it_is_known_who_is_paused() -> None:
    """What was never heard of is no pause that is over: the worker may have begun without the topic of pauses."""
    # A full batch waits for nothing else, so that some turns of the event loop are enough to write it.
    harness = Harness(settings=replace(SETTINGS, batch_size=1))
    harness.pauses.is_known = False
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: is_planned(partition))
        for _ in range(200):
            await asyncio.sleep(0)
        assert harness.accounting.writes == []
        harness.pauses.is_known = True
        partition.steered(by_profile=False)
        (outcome,) = await harness.answered(1)
    assert outcome.action == "created"


def is_planned(partition: Partition) -> bool:
    """Whether the only request stands in the ready queue, and all is planned."""
    lane = partition._lanes.get(ORGANISATION)
    return lane is not None and len(lane._ready_queue) == 1 and lane._planning_loop.all_planned
