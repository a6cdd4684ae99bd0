"""Two shipments never share a document, neither by its number nor by its Xero id."""

import asyncio

import pytest

from mappers.model.company import DocumentType
from mappers.model.sync_request import SyncRequest
from tests.builders import COMPANY_ID, ORGANISATION, make_company, make_line, make_request, make_shipment
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import Harness
from xero_client.port import Operation

OTHER_COMPANY = "northern-beef"


def request(shipment: str, revision: int = 1, *, company: str = COMPANY_ID, **fields: object) -> SyncRequest:
    return make_request(
        company_id=company,
        event_id=f"{company}-{shipment}-{revision}",
        shipment_id=shipment,
        revision=revision,
        shipment=make_shipment(**{"invoice_number": "INV-1", **fields}),
    )


async def test_a_document_renumbered_to_another_shipments_number_is_not_overwritten() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [request("A")])
        await harness.answered(1)
        (made,) = harness.accounting.documents(ORGANISATION)
        harness.accounting.put(ORGANISATION, made.model_copy(update={"number": "INV-2"}))
        line = make_line(quantity="1", unit_price="5", item_value="5")
        harness.give(partition, [request("B", invoice_number="INV-2", exporter_reference="EXP-B", lines=[line])])
        outcome = (await harness.answered(2))[-1]
    assert [each.code for each in outcome.errors] == ["number_of_other_shipment"]
    assert f"{COMPANY_ID}/A" in outcome.errors[0].message
    assert [each.total for each in harness.accounting.documents(ORGANISATION)] == [made.total]


@pytest.mark.parametrize("kind", DocumentType)
async def test_two_companies_of_one_organisation_do_not_adopt_one_document(kind: DocumentType) -> None:
    """The document is older than the ledger; both shipments have its number."""
    harness = Harness(make_company(document=kind), make_company(id=OTHER_COMPANY, document=kind))
    async with harness.owner() as partition:
        harness.give(partition, [request("X")])
        await harness.answered(1)
    harness.topic.ledger.clear()
    harness.topic.outcomes.clear()
    async with harness.owner() as successor:
        harness.give(successor, [request("X", 2), request("X", 2, company=OTHER_COMPANY)])
        outcomes = await harness.answered(2)
    recovered, refused = sorted(outcomes, key=lambda each: each.status)
    assert recovered.action == "recovered"
    assert [each.code for each in refused.errors] == ["number_of_other_shipment"]
    assert f"{recovered.company_id}/X" in refused.errors[0].message


@pytest.mark.parametrize("kind", DocumentType)
async def test_two_shipments_do_not_update_one_document(kind: DocumentType) -> None:
    harness = Harness(make_company(document=kind), make_company(id=OTHER_COMPANY, document=kind))
    async with harness.owner() as partition:
        harness.give(partition, [request("X")])
        await harness.answered(1)
    harness.topic.ledger.clear()
    harness.topic.outcomes.clear()
    async with harness.owner() as successor:
        changed = {"exporter_reference": "CHANGED"}
        harness.give(successor, [request("X", 2, **changed), request("X", 2, company=OTHER_COMPANY, **changed)])
        outcomes = await harness.answered(2)
    updated, refused = sorted(outcomes, key=lambda each: each.status)
    assert updated.action == "updated"
    assert [each.code for each in refused.errors] == ["number_of_other_shipment"]


async def test_a_suffix_that_another_shipment_holds_is_refused_at_once() -> None:
    """`on_voided = "new_suffix"` and two shipments with the number: the second found the first's document for ever."""
    harness = Harness(make_company(on_voided="new_suffix"))
    async with harness.owner() as partition:
        harness.give(partition, [request("OLD")])
        await harness.answered(1)
    (made,) = harness.accounting.documents(ORGANISATION)
    harness.accounting.put(ORGANISATION, made.model_copy(update={"status": "VOIDED"}))
    harness.topic.ledger.clear()
    async with harness.owner() as successor:
        harness.give(successor, [request("A", 2)])
        await harness.answered(2)
        writes = len(harness.accounting.writes)
        harness.give(successor, [request("B", 2)])
        outcomes = await harness.answered(3)
        await asyncio.sleep(0.1)
    assert outcomes[1].document is not None
    assert outcomes[1].document.number == "INV-1-R2"
    assert [each.code for each in outcomes[2].errors] == ["number_of_other_shipment"]
    assert len(harness.accounting.writes) == writes + 1


async def test_one_organisation_written_in_two_ways_is_one_lane() -> None:
    first, second = make_company(), make_company(id=OTHER_COMPANY, organisation=ORGANISATION.upper())
    assert second.organisation == first.organisation == ORGANISATION


@pytest.mark.parametrize("gone", [{"status": "DELETED"}, {"number": "BY-HAND"}], ids=["deleted", "renumbered"])
async def test_a_shipment_that_was_given_up_does_not_keep_its_number(gone: dict[str, str]) -> None:
    """Nobody sends A again; its document is gone, and the shipment that replaces it has its number."""
    harness = Harness()
    harness.accounting.deleted_numbers_free = True
    async with harness.owner() as partition:
        harness.give(partition, [request("A")])
        await harness.answered(1)
        (made,) = harness.accounting.documents(ORGANISATION)
        harness.accounting.put(ORGANISATION, made.model_copy(update=gone))
        harness.give(partition, [request("B")])
        outcome = (await harness.answered(2))[-1]
        assert outcome.action == "created"
        harness.give(partition, [request("A", 8)])
        again = (await harness.answered(3))[-1]
    assert [each.code for each in again.errors] == ["number_of_other_shipment"]
    assert f"{COMPANY_ID}/B" in again.errors[0].message


async def test_the_number_of_a_document_that_is_there_is_refused_after_one_read() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [request("A")])
        await harness.answered(1)
        harness.give(partition, [request(each) for each in "BCD"])
        outcomes = await harness.answered(4)
    assert {each.errors[0].code for each in outcomes[1:]} == {"number_of_other_shipment"}
    assert [read[0] for read in harness.accounting.reads] == ["read"]


async def test_a_document_that_another_shipment_is_writing_to_is_not_taken_on() -> None:
    """B's update of it is under way when a person gives it A's number: both would have it, had nobody remembered."""
    harness, hold = Harness(), asyncio.Event()
    async with harness.owner() as partition:
        harness.give(partition, [request("A")])
        await harness.answered(1)
    (made,) = harness.accounting.documents(ORGANISATION)
    harness.topic.ledger.clear()
    harness.accounting.put(ORGANISATION, made.model_copy(update={"number": "INV-2"}))
    harness.accounting.fault(Fault("update", hold=hold))
    async with harness.owner() as successor:
        harness.give(successor, [request("B", invoice_number="INV-2", exporter_reference="EXP-B")])
        # Its create comes first, and is refused for the number.
        await harness.until(
            lambda: [each for each in successor._ledger.intents.values() if each.operation is Operation.UPDATE]
        )
        harness.accounting.put(ORGANISATION, made)
        harness.give(successor, [request("A", 2, exporter_reference="EXP-A")])
        await harness.until(lambda: len(harness.ended()) == 2)
        refused = harness.ended()[-1]
        hold.set()
        await harness.answered(3)
    assert [each.code for each in refused.errors] == ["number_of_other_shipment"]
    holders = [row.synced.ref.xero_id for row in harness.topic.read().rows.values() if row.synced is not None]
    assert len(holders) == len(set(holders))
