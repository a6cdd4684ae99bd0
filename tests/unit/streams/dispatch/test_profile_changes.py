"""Another profile while requests are under way: each is planned, written and answered by one of the two."""

import asyncio

from mappers.model.company import Company
from mappers.model.master_data import Needs, ReferenceData
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Intent
from streams.dispatch.ownership.partition import Partition
from streams.ops.labels import Invariant
from tests.builders import COMPANY_ID, ORGANISATION, make_company
from tests.fakes.accounting import Fault, lost_reply
from tests.fakes.references import FakeReferences, contact, item, reference_data
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.pausing import Door, written
from tests.unit.streams.dispatch.requests import numbered

ELSEWHERE = "99999999-8888-7777-6666-555555555555"


class HeldReferences(FakeReferences):
    """Holds the look-up of a code that is missing."""

    def __init__(self, door: Door) -> None:
        super().__init__()
        self._door = door

    async def resolve(
        self, organisation: str, needs: Needs, *, asked_at: float | None = None, for_people: bool = False
    ) -> ReferenceData:
        """As the port says, later."""
        if needs.customers:
            await self._door.wait()
        return await super().resolve(organisation, needs, asked_at=asked_at, for_people=for_people)


def switch(harness: Harness, partition: Partition, *companies: Company) -> None:
    """As a worker does it: the mapping that all look into, and then the lanes are told."""
    harness.companies.clear()
    harness.companies.update({each.id: each for each in companies})
    partition.steered(by_profile=True)


def unbroken(harness: Harness) -> bool:
    values = (
        harness.metrics.registry.get_sample_value("shipledger_invariant_violations_total", {"invariant": each})
        for each in Invariant
    )
    return not any(values)


async def test_what_is_planned_and_not_sent_is_planned_anew() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        await partition.drain(0.1)
        harness.give(partition, [numbered(1)])
        lane = partition._lane(ORGANISATION)
        await harness.until(lambda: len(lane._ready_queue) == 1)
        switch(harness, partition, make_company(number_from=("shipment_number",)))
        partition.resume()
        (outcome,) = await harness.answered(1)
    assert outcome.document is not None
    assert written(harness) == [outcome.document.number]
    assert outcome.document.number != "INV-00001", "the new profile takes the number from another field"


async def test_a_batch_whose_intent_was_just_committed_is_not_begun_in_the_old_organisation() -> None:
    """And that is no broken invariant: nothing was written where it does not belong."""
    harness = Harness()
    async with harness.owner() as partition:

        def after(step: LedgerTransaction) -> None:
            if any(isinstance(record, Intent) for record in step.records.values()):
                harness.fence.after = lambda _step: None
                switch(harness, partition, make_company(organisation=ELSEWHERE))

        harness.fence.after = after
        harness.give(partition, [numbered(1)])
        (outcome,) = await harness.answered(1)
    assert [each.code for each in outcome.errors] == ["organisation_changed"]
    assert harness.accounting.writes == []
    assert unbroken(harness)


async def test_the_open_requests_of_a_company_that_moves_are_answered() -> None:
    """Those that wait for its old organisation too, which may be disconnected for good."""
    harness = Harness()
    harness.pauses.is_known = False  # Nothing is sent meanwhile.
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(30)])
        await harness.until(lambda: len(partition._lane(ORGANISATION)._ready_queue) == 30)
        switch(harness, partition, make_company(organisation=ELSEWHERE))
        outcomes = await harness.answered(30)
    assert {error.code for each in outcomes for error in each.errors} == {"organisation_changed"}
    assert harness.accounting.writes == []


async def test_a_request_of_a_paused_company_that_moves_is_answered_when_it_goes_on() -> None:
    """Workers read their profiles one after another: a request for the new organisation must not be refused by one
    that has the old profile. So a move is made under a pause.
    """
    harness = Harness()
    harness.pauses.pause(COMPANY_ID)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: harness.topic.outcomes)
        switch(harness, partition, make_company(organisation=ELSEWHERE))
        await harness.until(lambda: not partition._lane(ORGANISATION)._is_steered.is_set())
        assert harness.ended() == []
        harness.pauses.resume(COMPANY_ID)
        partition.steered(by_profile=False)
        (outcome,) = await harness.answered(1)
    assert [each.code for each in outcome.errors] == ["organisation_changed"]


async def test_a_call_under_way_is_recorded_though_its_company_moves() -> None:
    harness = Harness()
    go = asyncio.Event()
    harness.accounting.fault(Fault(hold_reply=go))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: harness.accounting.writes)
        switch(harness, partition, make_company(organisation=ELSEWHERE))
        go.set()
        (outcome,) = await harness.answered(1)
    assert (outcome.status, outcome.action) == ("PROCESSED", "created")
    assert unbroken(harness)


async def test_an_unknown_effect_is_looked_up_though_its_company_moves() -> None:
    harness = Harness()
    harness.accounting.fault(lost_reply())
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: harness.accounting.writes)
        switch(harness, partition, make_company(organisation=ELSEWHERE))
        (outcome,) = await harness.answered(1)
    assert (outcome.status, outcome.action) == ("PROCESSED", "recovered")
    assert len(harness.accounting.writes) == 1
    assert unbroken(harness)


async def test_a_company_that_is_taken_out_while_a_second_look_is_under_way_stops_nobody() -> None:
    harness = Harness(make_company(), make_company(id="northern-lamb"))
    door = Door()
    harness.references = HeldReferences(door)
    harness.references.put(ORGANISATION, reference_data(contacts=[contact("ALOK")], items=[item("BEEF-01")]))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1, buyer_code="NOBODY")])
        other = numbered(2).model_copy(update={"company_id": "northern-lamb"})
        await harness.until(lambda: door.is_reached)
        switch(harness, partition, make_company(id="northern-lamb"))
        door.set()
        harness.give(partition, [other])
        outcomes = {each.shipment_id: each for each in await harness.answered(2)}
        assert partition.is_running
    assert [each.code for each in outcomes["SHP-00001"].errors] == ["organisation_changed"]
    assert outcomes["SHP-00002"].status == "PROCESSED"
    assert unbroken(harness)


async def test_what_was_rejected_is_released_where_the_new_profile_has_what_it_lacked() -> None:
    harness = Harness()
    harness.references.put(ORGANISATION, reference_data(contacts=[contact("ALOK")], items=[item("BEEF-01")]))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1, buyer_code="NOBODY")])
        await harness.answered(1)
        switch(harness, partition, make_company(customer_aliases={"NOBODY": "ALOK"}))
        outcomes = await harness.answered(2)
    assert [each.status for each in outcomes] == ["REJECTED", "PROCESSED"]
    assert outcomes[1].trigger == "released"
