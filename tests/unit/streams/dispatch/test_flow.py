"""Requests become documents: one each, in full batches, with every answer durable."""

import asyncio
from datetime import timedelta

from mappers.model.company import DocumentType
from mappers.model.sync_request import SyncRequest, Trigger
from tests.builders import OCCURRED_AT, make_company, make_request, make_shipment
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import Bench
from xero_client.errors import UnavailableError
from xero_client.port import Operation


def numbered(index: int, *, revision: int = 1, event: str = "e", **fields: object) -> SyncRequest:
    """The request of shipment `index`, whose document number follows from it."""
    shipment = make_shipment(invoice_number=f"INV-{index:05}", **fields)
    return make_request(
        event_id=f"{event}-{index}-{revision}",
        shipment_id=f"SHP-{index:05}",
        revision=revision,
        occurred_at=OCCURRED_AT + timedelta(seconds=revision),
        shipment=shipment,
    )


async def test_one_request_becomes_one_invoice() -> None:
    """The walking skeleton of the dispatcher: request in, PUT, PROCESSED created."""
    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1)])
        (outcome,) = await bench.answered(1)
    assert (outcome.status, outcome.action) == ("PROCESSED", "created")
    assert outcome.document is not None
    assert outcome.document.number == "INV-00001"
    assert bench.topic.offset == 1
    assert bench.numbers() == ["INV-00001"]


async def test_a_thousand_requests_go_in_full_batches() -> None:
    """Group commit: what comes while a call is under way gathers up to fifty."""
    bench = Bench()
    bench.budget.limit = 60
    async with bench.owner() as partition:
        for start in range(0, 1000, 100):
            bench.give(partition, [numbered(index) for index in range(start, start + 100)])
            await asyncio.sleep(0)
        await bench.answered(1000)
    assert len(bench.numbers()) == 1000
    assert len(bench.accounting.writes) <= 22


async def test_an_equal_document_costs_no_call() -> None:
    """Equal content hash: unchanged, without a write or a read."""
    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1)])
        await bench.answered(1)
        bench.give(partition, [numbered(1, revision=2)])
        outcomes = await bench.answered(2)
    assert [each.action for each in outcomes] == ["created", "unchanged"]
    assert len(bench.accounting.writes) == 1
    assert bench.accounting.reads == []


async def test_a_changed_shipment_updates_its_document_by_id() -> None:
    """The present state is read, then POST by id."""
    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1)])
        await bench.answered(1)
        bench.give(partition, [numbered(1, revision=2, exporter_reference="EXP-78")])
        outcomes = await bench.answered(2)
    assert [each.action for each in outcomes] == ["created", "updated"]
    assert [each.operation for each in bench.accounting.writes] == [Operation.CREATE, Operation.UPDATE]
    assert bench.numbers() == ["INV-00001"]


async def test_a_repeated_request_is_answered_once() -> None:
    """A redelivered event has the same request id, and that id is known."""
    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1), numbered(1)])
        await bench.answered(1)
        bench.give(partition, [numbered(1)])
        await bench.until(lambda: bench.topic.offset == 3)
    assert len(bench.ended()) == 1


async def test_an_older_revision_is_skipped() -> None:
    """Invariant 6, and the log says why."""
    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1, revision=5)])
        await bench.answered(1)
        bench.give(partition, [numbered(1, revision=4, exporter_reference="OLD")])
        outcomes = await bench.answered(2)
    assert outcomes[1].status == "SKIPPED"
    assert outcomes[1].warnings[0].code == "stale_revision"
    assert len(bench.accounting.writes) == 1


async def test_a_newer_request_replaces_one_that_was_not_sent() -> None:
    """The replaced request ends too: SKIPPED, superseded."""
    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1), numbered(1, revision=2)])
        outcomes = await bench.answered(2)
    assert [each.status for each in outcomes] == ["SKIPPED", "PROCESSED"]
    assert outcomes[0].warnings[0].code == "superseded"


async def test_two_shipments_never_share_a_number() -> None:
    """The second is told which shipment has the number, in the same batch too."""
    bench = Bench()
    same = make_shipment(invoice_number="INV-1")
    requests = [make_request(event_id=each, shipment_id=each, shipment=same) for each in ("A", "B")]
    async with bench.owner() as partition:
        bench.give(partition, requests)
        outcomes = {each.shipment_id: each for each in await bench.answered(2)}
    assert outcomes["A"].status == "PROCESSED"
    assert outcomes["B"].errors[0].code == "number_of_other_shipment"
    assert "southern-beef/A" in outcomes["B"].errors[0].message
    assert bench.numbers() == ["INV-1"]


async def test_every_problem_is_told_at_once_and_the_neighbour_goes_on() -> None:
    """A rejected shipment costs its neighbour nothing."""
    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1, buyer_code="NOBODY", currency="XTS", incoterms=""), numbered(2)])
        outcomes = {each.shipment_id: each for each in await bench.answered(2)}
    codes = {problem.code for problem in outcomes["SHP-00001"].errors}
    assert {"customer_not_found", "currency_not_enabled", "field_missing"} <= codes
    assert outcomes["SHP-00002"].status == "PROCESSED"


async def test_a_quote_is_looked_up_before_it_is_made() -> None:
    """Whether PUT refuses a taken QuoteNumber is unverified, so the number is asked first."""
    bench = Bench(make_company(document=DocumentType.QUOTE))
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1)])
        (outcome,) = await bench.answered(1)
    assert outcome.action == "created"
    assert [read[0] for read in bench.accounting.reads] == ["find"]


async def test_people_go_before_the_backlog() -> None:
    """A Sync Now does not queue behind a backlog."""
    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(index) for index in range(400)])
        bench.give(partition, [numbered(999).model_copy(update={"trigger": Trigger.SYNC_NOW})])
        await bench.answered(401)
    batch = next(number for number, write in enumerate(bench.accounting.writes) if "INV-00999" in write.numbers)
    assert batch <= 5


async def test_what_was_rejected_for_a_missing_contact_is_sent_when_it_appears() -> None:
    """Self-release: a new request of its own, so that each request keeps one terminal outcome."""
    from tests.fakes.references import contact  # noqa: PLC0415  # Used here only.

    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1, buyer_code="NEWCO")])
        (first,) = await bench.answered(1)
        assert first.errors[0].code == "customer_not_found"
        bench.references.add(first_organisation(bench), contacts=[contact("NEWCO")])
        partition.master_data_changed(first_organisation(bench))
        outcomes = await bench.answered(2)
    assert outcomes[1].action == "created"
    assert outcomes[1].trigger == "released"
    assert outcomes[1].request_id != outcomes[0].request_id


def first_organisation(bench: Bench) -> str:
    """The only organisation of the bench."""
    return next(iter(bench.companies.values())).organisation


async def test_a_request_that_cannot_be_read_is_put_aside_with_its_coordinates() -> None:
    """Garbage on the request topic stops nobody."""
    bench = Bench()
    async with bench.owner() as partition:
        good = bench.record(numbered(1))
        garbage = type(good)(b"{not json", 1)
        partition.take([good, garbage])
        await bench.answered(1)
        await bench.until(lambda: bench.topic.offset == 2)
    (letter,) = bench.topic.dead_letters
    assert dict(letter.headers)["dlq.reason"] == b"request_unreadable"
    assert dict(letter.headers)["dlq.offset"] == b"1"


async def test_a_rate_turned_round_is_rejected_with_both_readings() -> None:
    """The shield compares with the rate that Xero accepted last, also after a take-over."""
    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1, exchange_rate="0.6543")])
        await bench.answered(1)
    async with bench.owner() as successor:
        bench.give(successor, [numbered(2, exchange_rate="1.5283"), numbered(3, exchange_rate="0.6601")])
        outcomes = {each.shipment_id: each for each in await bench.answered(3)}
    assert outcomes["SHP-00002"].errors[0].code == "exchange_rate_implausible"
    assert "0.6543" in outcomes["SHP-00002"].errors[0].message
    assert outcomes["SHP-00003"].status == "PROCESSED"


async def test_a_history_note_where_the_company_wants_it_can_fail_nothing() -> None:
    """The note follows the document; one that Xero refuses changes no outcome."""
    bench = Bench(make_company(history_note=True))
    bench.accounting.fault(Fault("note", before=UnavailableError("offline")))
    async with bench.owner() as partition:
        bench.give(partition, [numbered(1)])
        await bench.answered(1)
        bench.give(partition, [numbered(1, revision=2, exporter_reference="EXP-78")])
        outcomes = await bench.answered(2)
        await bench.until(lambda: bench.accounting.notes)
    assert [each.action for each in outcomes] == ["created", "updated"]
    ((_, _, xero_id, text),) = bench.accounting.notes
    assert outcomes[1].document is not None
    assert xero_id == outcomes[1].document.xero_id
    assert text.startswith("Updated from shipment SHP-00001 of southern-beef")
