"""A write in doubt whose shipment can no longer be planned is looked up before the shipment is answered."""

import asyncio
from collections.abc import Sequence

import pytest

from mappers.model.company import Company
from mappers.model.outcome import Outcome
from streams.dispatch.ledger.records import Row
from tests.builders import ORGANISATION, make_company
from tests.fakes.accounting import Fault
from tests.fakes.references import contact, item, reference_data
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import Operation

ARCHIVED = reference_data(contacts=[contact("ALOK", archived=True), contact("OTHER")], items=[item("BEEF-01")])
WELL = reference_data(contacts=[contact("ALOK"), contact("OTHER")], items=[item("BEEF-01")])


async def left_in_doubt(harness: Harness, operation: Operation, *, written: bool = True) -> None:
    """The owner dies while Xero works on the shipment's write."""
    hold = asyncio.Event()
    async with harness.owner() as partition:
        if operation is Operation.UPDATE:
            harness.give(partition, [numbered(1)])
            await harness.answered(1)
        fault = Fault(operation, hold_reply=hold) if written else Fault(operation, hold=hold)
        harness.accounting.fault(fault)
        writes = len(harness.accounting.writes)
        harness.give(partition, [numbered(1, revision=2, exporter_reference="CHANGED")])
        await harness.until(lambda: harness.topic.read().intents)
        if written:
            await harness.until(lambda: len(harness.accounting.writes) > writes)
        await asyncio.sleep(0.01)


async def successor(harness: Harness, count: int) -> tuple[Outcome, Row]:
    """The last of so many outcomes, and the row, after another owner went on."""
    async with harness.owner():
        await harness.answered(count)
    (row,) = harness.topic.read().rows.values()
    assert harness.topic.read().intents == {}
    return harness.ended()[-1], row


@pytest.mark.parametrize("operation", Operation)
async def test_the_document_is_remembered_and_named(operation: Operation) -> None:
    harness = Harness()
    await left_in_doubt(harness, operation)
    harness.references.put(ORGANISATION, ARCHIVED)
    outcome, row = await successor(harness, 2 if operation is Operation.UPDATE else 1)
    (made,) = harness.accounting.documents(ORGANISATION)
    assert [each.code for each in outcome.errors] == ["customer_archived"]
    assert outcome.document is not None
    assert (outcome.document.number, outcome.document.xero_id) == (made.number, made.xero_id)
    assert row.synced is not None
    assert row.synced.ref.xero_id == made.xero_id


@pytest.mark.parametrize("operation", Operation)
async def test_once_it_can_be_planned_again_it_is_the_shipments_document(operation: Operation) -> None:
    harness = Harness()
    await left_in_doubt(harness, operation)
    harness.references.put(ORGANISATION, ARCHIVED)
    await successor(harness, 2 if operation is Operation.UPDATE else 1)
    harness.references.put(ORGANISATION, WELL)
    async with harness.owner() as partition:
        count = len(harness.ended())
        harness.give(partition, [numbered(1, revision=3, exporter_reference="AGAIN")])
        outcome = (await harness.answered(count + 1))[-1]
    assert outcome.action == "updated"
    assert harness.numbers() == ["INV-00001"]


async def test_what_left_no_trace_is_answered_without_a_document() -> None:
    harness = Harness()
    await left_in_doubt(harness, Operation.CREATE, written=False)
    harness.references.put(ORGANISATION, ARCHIVED)
    outcome, row = await successor(harness, 1)
    assert [each.code for each in outcome.errors] == ["customer_archived"]
    assert (outcome.document, row.synced) == (None, None)
    assert [read[0] for read in harness.accounting.reads][:1] == ["find"]


@pytest.mark.parametrize(
    ("companies", "changed"),
    [([make_company(on_existing="refuse")], {}), ([make_company()], {"contact_id": "somebody else"})],
    ids=["the profile refuses documents of others", "another customer's"],
)
async def test_a_document_that_may_be_somebody_elses_is_not_taken_for_the_shipments(
    companies: Sequence[Company], changed: dict[str, str]
) -> None:
    """It cannot be compared with what was sent, so it may have been there before."""
    harness = Harness(*companies)
    await left_in_doubt(harness, Operation.CREATE)
    (made,) = harness.accounting.documents(ORGANISATION)
    harness.accounting.put(ORGANISATION, made.model_copy(update=changed))
    harness.references.put(ORGANISATION, ARCHIVED)
    outcome, row = await successor(harness, 1)
    assert [each.code for each in outcome.errors] == ["customer_archived"]
    assert row.synced is None


async def test_an_updated_document_that_has_another_number_by_now_is_not_remembered_by_that() -> None:
    """Somebody renumbered it since, so it is the shipment's no longer, as for every other shipment."""
    harness = Harness()
    await left_in_doubt(harness, Operation.UPDATE)
    (made,) = harness.accounting.documents(ORGANISATION)
    harness.accounting.put(ORGANISATION, made.model_copy(update={"number": "INV-00009"}))
    harness.references.put(ORGANISATION, ARCHIVED)
    outcome, row = await successor(harness, 2)
    assert [each.code for each in outcome.errors] == ["customer_archived"]
    assert row.synced is not None
    assert row.synced.ref.number == "INV-00001"
    harness.references.put(ORGANISATION, WELL)
    async with harness.owner():
        outcome = (await harness.answered(3))[-1]
    assert (outcome.status, outcome.action) == ("PROCESSED", "created")
    assert sorted(harness.numbers()) == ["INV-00001", "INV-00009"]
