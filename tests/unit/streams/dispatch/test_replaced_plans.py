"""Plans of requests that newer ones replaced do not stand in the way of what is to be sent."""

import asyncio
from dataclasses import replace

from streams.dispatch.batch.ready_queue import Standing
from streams.dispatch.ledger.records import State
from streams.dispatch.ownership.partition import Partition
from tests.builders import ORGANISATION
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


def is_planned(partition: Partition) -> bool:
    """Whether all calls are under way, and all that can be ready is."""
    if len(partition._ledger.intents) < 4:
        return False
    queue = partition._lanes[ORGANISATION]._scheduler._ready_queue
    return queue.is_full or len(queue) == len(waiting_to_be_sent(partition))


def is_taken(partition: Partition, indices: list[int]) -> bool:
    """Whether the second revision is each shipment's request."""
    rows = {key.shipment_id: row for key, row in partition._ledger.rows.items()}
    requests = [rows[f"SHP-{index:05}"].request for index in indices]
    return all(request is None or request.revision == 2 for request in requests)


async def test_a_whole_queue_of_replaced_plans_is_planned_anew() -> None:
    harness = Harness(settings=PATIENT)
    hold = busy(harness)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(400)])
        await harness.until(lambda: is_planned(partition))
        corrected = waiting_to_be_sent(partition)
        harness.give(partition, [numbered(index, revision=2, exporter_reference="E2") for index in corrected])
        await harness.until(lambda: is_taken(partition, corrected))
        hold.set()
        harness.give(partition, [numbered(5000)])
        await harness.until(lambda: len([each for each in harness.ended() if each.status == "PROCESSED"]) == 401)
    assert len(harness.numbers()) == 401


async def test_replaced_plans_whose_successors_are_rejected_leave_nothing_behind() -> None:
    harness = Harness(settings=PATIENT)
    hold = busy(harness)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(400)])
        await harness.until(lambda: is_planned(partition))
        to_spoil = waiting_to_be_sent(partition)
        spoilt = [numbered(index, revision=2, currency="") for index in to_spoil]
        harness.give(partition, spoilt)
        await harness.until(lambda: is_taken(partition, to_spoil))
        hold.set()
        harness.give(partition, [numbered(5000)])
        await harness.until(lambda: any(each.shipment_id == "SHP-05000" for each in harness.ended()))
        await harness.until(lambda: len(harness.ended()) == 401 + len(spoilt))


async def test_a_plan_falls_with_the_request_that_it_is_of() -> None:
    """At once, before the newer one is planned: else the older shipment would be written, and told for the newer."""
    harness = Harness()
    async with harness.owner() as partition:
        await partition.drain(0.1)  # Nothing is sent, as while a rebalance is under way.
        harness.give(partition, [numbered(1)])
        queue = partition._lane(ORGANISATION)._ready_queue
        await harness.until(lambda: len(queue) == 1)
        (plan,) = queue.ready()
        assert queue._standing_of(plan) is Standing.SENDABLE
        harness.give(partition, [numbered(1, revision=2, exporter_reference="E2")])
        assert queue._standing_of(plan) is Standing.REPLACED
        assert queue.next_batch(50).plans == []
