"""Requests become documents: one each, in full batches, with every answer durable."""

import asyncio
from datetime import timedelta

from mappers.model.company import DocumentType
from mappers.model.master_data import MasterList
from mappers.model.sync_request import Trigger
from tests.builders import make_company, make_request, make_shipment
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import UnavailableError
from xero_client.port import Operation


async def test_one_request_becomes_one_invoice() -> None:
    """The walking skeleton of the dispatcher: request in, PUT, PROCESSED created."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (outcome,) = await harness.answered(1)
    assert (outcome.status, outcome.action) == ("PROCESSED", "created")
    assert outcome.document is not None
    assert outcome.document.number == "INV-00001"
    assert harness.topic.offset == 1
    assert harness.numbers() == ["INV-00001"]


async def test_a_thousand_requests_go_in_full_batches() -> None:
    """Group commit: what comes while a call is under way gathers up to fifty."""
    harness = Harness()
    harness.budget.limit = 60
    async with harness.owner() as partition:
        for start in range(0, 1000, 100):
            harness.give(partition, [numbered(index) for index in range(start, start + 100)])
            await asyncio.sleep(0)
        await harness.until(lambda: len(harness.ended()) >= 1000, 90)
    assert len(harness.numbers()) == 1000
    assert len(harness.accounting.writes) <= 22


async def test_an_equal_document_costs_no_call() -> None:
    """Equal content hash: unchanged, without a write or a read."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        harness.give(partition, [numbered(1, revision=2)])
        outcomes = await harness.answered(2)
    assert [each.action for each in outcomes] == ["created", "unchanged"]
    assert len(harness.accounting.writes) == 1
    assert harness.accounting.reads == []


async def test_a_changed_shipment_updates_its_document_by_id() -> None:
    """The present state is read, then POST by id."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        harness.give(partition, [numbered(1, revision=2, exporter_reference="EXP-78")])
        outcomes = await harness.answered(2)
    assert [each.action for each in outcomes] == ["created", "updated"]
    assert [each.operation for each in harness.accounting.writes] == [Operation.CREATE, Operation.UPDATE]
    assert harness.numbers() == ["INV-00001"]


async def test_a_repeated_request_is_answered_once() -> None:
    """A repeated event has the same request id, and that id is known."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1), numbered(1)])
        await harness.answered(1)
        harness.give(partition, [numbered(1)])
        await harness.until(lambda: harness.topic.offset == 3)
    assert len(harness.ended()) == 1


async def test_what_is_below_the_next_offset_is_not_even_looked_at() -> None:
    """A rebalance reads it again; that it would be recognised costs a transaction all the same."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        await harness.until(lambda: not partition.has_uncommitted)
        partition.take(harness.sent)
        assert not partition.has_uncommitted
        assert partition.next_offset == 1


async def test_an_older_revision_is_skipped() -> None:
    """Invariant 6, and the log says why."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1, revision=5)])
        await harness.answered(1)
        harness.give(partition, [numbered(1, revision=4, exporter_reference="OLD")])
        outcomes = await harness.answered(2)
    assert outcomes[1].status == "SKIPPED"
    assert outcomes[1].warnings[0].code == "stale_revision"
    assert len(harness.accounting.writes) == 1


async def test_a_newer_request_replaces_one_that_was_not_sent() -> None:
    """The replaced request ends too: SKIPPED, superseded."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1), numbered(1, revision=2)])
        outcomes = await harness.answered(2)
    assert [each.status for each in outcomes] == ["SKIPPED", "PROCESSED"]
    assert outcomes[0].warnings[0].code == "superseded"


async def test_two_shipments_never_share_a_number() -> None:
    """The second is told which shipment has the number, in the same batch too."""
    harness = Harness()
    same = make_shipment(invoice_number="INV-1")
    requests = [make_request(event_id=each, shipment_id=each, shipment=same) for each in ("A", "B")]
    async with harness.owner() as partition:
        harness.give(partition, requests)
        outcomes = {each.shipment_id: each for each in await harness.answered(2)}
    assert outcomes["A"].status == "PROCESSED"
    assert outcomes["B"].errors[0].code == "number_of_other_shipment"
    assert "southern-beef/A" in outcomes["B"].errors[0].message
    assert harness.numbers() == ["INV-1"]
    assert [each.numbers for each in harness.accounting.writes] == [("INV-1",)], "Xero is not asked to refuse it"


async def test_every_problem_is_told_at_once_and_the_neighbour_goes_on() -> None:
    """A rejected shipment costs its neighbour nothing."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1, buyer_code="NOBODY", currency="XTS", incoterms=""), numbered(2)])
        outcomes = {each.shipment_id: each for each in await harness.answered(2)}
    codes = {problem.code for problem in outcomes["SHP-00001"].errors}
    assert {"customer_not_found", "currency_not_enabled", "field_missing"} <= codes
    assert outcomes["SHP-00002"].status == "PROCESSED"


async def test_a_quote_is_looked_up_before_it_is_made() -> None:
    """Whether PUT refuses a taken QuoteNumber is unverified, so the number is asked first."""
    harness = Harness(make_company(document=DocumentType.QUOTE))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (outcome,) = await harness.answered(1)
    assert outcome.action == "created"
    assert [read[0] for read in harness.accounting.reads] == ["find"]


async def test_people_go_before_the_backlog() -> None:
    """A Sync Now does not queue behind a backlog."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(index) for index in range(400)])
        harness.give(partition, [numbered(999).model_copy(update={"trigger": Trigger.SYNC_NOW})])
        await harness.answered(401)
    batch = next(number for number, write in enumerate(harness.accounting.writes) if "INV-00999" in write.numbers)
    assert batch <= 5


async def test_what_was_rejected_for_a_missing_contact_is_sent_when_it_appears() -> None:
    """Self-release: a new request of its own, so that each request keeps one terminal outcome."""
    from tests.fakes.references import contact  # noqa: PLC0415  # Used here only.

    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1, buyer_code="NEWCO")])
        (first,) = await harness.answered(1)
        assert first.errors[0].code == "customer_not_found"
        harness.references.add(first_organisation(harness), contacts=[contact("NEWCO")])
        partition.master_data_changed(first_organisation(harness))
        outcomes = await harness.answered(2)
    assert outcomes[1].action == "created"
    assert outcomes[1].trigger == "released"
    assert outcomes[1].request_id != outcomes[0].request_id


async def test_a_new_owner_looks_for_what_a_shipment_lacked_as_often_as_the_one_before() -> None:
    """People are told that Shipledger looks every minute for half an hour, whoever runs then."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1, buyer_code="NEWCO"), numbered(2, incoterms="")])
        await harness.answered(2)
    harness.references.watched.clear()
    harness.clock.ahead += timedelta(minutes=10)
    async with harness.owner():
        await harness.until(lambda: bool(harness.references.watched))
    ((organisation, lists, age),) = harness.references.watched
    assert (organisation, lists) == (first_organisation(harness), frozenset({MasterList.CONTACTS}))
    assert 600 <= age < 660


def first_organisation(harness: Harness) -> str:
    """The only organisation of the harness."""
    return next(iter(harness.companies.values())).organisation


async def test_a_request_that_cannot_be_read_is_put_aside_with_its_coordinates() -> None:
    """Garbage on the request topic stops nobody."""
    harness = Harness()
    async with harness.owner() as partition:
        good = harness.record(numbered(1))
        garbage = type(good)(b"{not json", 1)
        partition.take([good, garbage])
        await harness.answered(1)
        await harness.until(lambda: harness.topic.offset == 2)
    (letter,) = harness.topic.dead_letters
    assert dict(letter.headers)["dlq.reason"] == b"request_unreadable"
    assert dict(letter.headers)["dlq.offset"] == b"1"


async def test_a_rate_turned_round_is_rejected_with_both_readings() -> None:
    """The shield compares with the rate that Xero accepted last, also after a take-over."""
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1, exchange_rate="0.6543")])
        await harness.answered(1)
    async with harness.owner() as successor:
        harness.give(successor, [numbered(2, exchange_rate="1.5283"), numbered(3, exchange_rate="0.6601")])
        outcomes = {each.shipment_id: each for each in await harness.answered(3)}
    assert outcomes["SHP-00002"].errors[0].code == "exchange_rate_implausible"
    assert "0.6543" in outcomes["SHP-00002"].errors[0].message
    assert outcomes["SHP-00003"].status == "PROCESSED"


async def test_a_history_note_where_the_company_wants_it_can_fail_nothing() -> None:
    """The note follows the document; one that Xero refuses changes no outcome."""
    harness = Harness(make_company(history_note=True))
    harness.accounting.fault(Fault("note", before=UnavailableError("offline")))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        harness.give(partition, [numbered(1, revision=2, exporter_reference="EXP-78")])
        outcomes = await harness.answered(2)
        await harness.until(lambda: harness.accounting.notes)
    assert [each.action for each in outcomes] == ["created", "updated"]
    ((_, _, xero_id, text),) = harness.accounting.notes
    assert outcomes[1].document is not None
    assert xero_id == outcomes[1].document.xero_id
    assert text.startswith("Updated from shipment SHP-00001 of southern-beef")
