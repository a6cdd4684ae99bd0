"""Plans of requests that newer ones replaced do not stand in the way of what is to be sent."""

import asyncio
from dataclasses import replace

from streams.dispatch.ledger.records import State
from streams.dispatch.ownership.partition import Partition
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import SETTINGS, Harness
from tests.unit.streams.dispatch.requests import numbered

PATIENT = replace(SETTINGS, start_guard=30)


def busy(harness: Harness) -> asyncio.Event:
    """Four calls are under way, all that an organisation may have, until the event is set."""
    hold = asyncio.Event()
    harness.accounting.fault(*[Fault("create", hold=hold) for _ in range(4)])
    return hold


def waiting_to_be_sent(partition: Partition) -> list[int]:
    """The shipments that are in none of the calls under way."""
    pending = (key for key, row in partition._ledger.rows.items() if row.state is State.PENDING)
    return [int(key.shipment_id.removeprefix("SHP-")) for key in pending]


async def test_a_whole_queue_of_replaced_plans_is_planned_anew() -> None:
    harness = Harness(settings=PATIENT)
    hold = busy(harness)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(400)])
        await asyncio.sleep(1.5)
        corrected = waiting_to_be_sent(partition)
        harness.give(partition, [numbered(index, revision=2, exporter_reference="E2") for index in corrected])
        await asyncio.sleep(0.1)
        hold.set()
        harness.give(partition, [numbered(5000)])
        await harness.until(lambda: len([each for each in harness.ended() if each.status == "PROCESSED"]) == 401, 5)
    assert len(harness.numbers()) == 401


async def test_replaced_plans_whose_successors_are_rejected_leave_nothing_behind() -> None:
    harness = Harness(settings=PATIENT)
    hold = busy(harness)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(400)])
        await asyncio.sleep(1.5)
        spoilt = [numbered(index, revision=2, currency="") for index in waiting_to_be_sent(partition)]
        harness.give(partition, spoilt)
        await asyncio.sleep(0.1)
        hold.set()
        harness.give(partition, [numbered(5000)])
        await harness.until(lambda: any(each.shipment_id == "SHP-05000" for each in harness.ended()), 5)
        await harness.until(lambda: len(harness.ended()) == 401 + len(spoilt), 5)
