"""Documents in Xero under the answers that its pages leave open, and what Xero knows better than the cache."""

from datetime import date

import pytest

from mappers.model.company import DocumentType
from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest
from tests.builders import ORGANISATION, make_company
from tests.fakes.references import contact
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import SimulatedHarness, assert_one_document_each, simulated
from tests.faults.dispatch.test_simulated_states import NUMBER, assert_refused, by_person, changed, first, state_of
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import Operation

KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)
LIVE = [
    *((DocumentType.INVOICE, state) for state in ("DRAFT", "SUBMITTED", "AUTHORISED", "part-paid", "PAID")),
    *((DocumentType.QUOTE, state) for state in ("DRAFT", "SENT", "ACCEPTED", "DECLINED", "INVOICED")),
]


def answer_of(harness: SimulatedHarness, shipment: str) -> Outcome:
    return [each for each in harness.ended() if each.shipment_id == shipment][-1]


def dated(index: int, day: str, revision: int) -> SyncRequest:
    return numbered(index, revision=revision, invoice_date=day, exporter_reference=f"R{revision}")


@pytest.mark.parametrize(("kind", "state"), LIVE)
@pytest.mark.parametrize("forgotten", [False, True])
async def test_an_equal_document_is_left_alone_in_every_living_state(
    kind: DocumentType, state: str, check: RequestCheck, *, forgotten: bool
) -> None:
    """Known: unchanged, without a call. Forgotten: found by its number, recovered, without a write."""
    async with simulated(check, make_company(document=kind)) as harness:
        await harness.drive([first()])
        harness.edit(kind, NUMBER, **state_of(state))
        if forgotten:
            harness.topic.ledger.clear()
        before, calls = harness.documents(kind), sum(harness.simulator.state.counts.calls.values())
        again = first().model_copy(update={"revision": 2, "request_id": changed().request_id})
        outcome = (await harness.drive([again]))[-1]
        assert (outcome.status, outcome.action) == ("PROCESSED", "recovered" if forgotten else "unchanged")
        assert harness.documents(kind) == before
        assert forgotten or sum(harness.simulator.state.counts.calls.values()) == calls


@pytest.mark.parametrize("state", ["VOIDED", "DELETED"])
@pytest.mark.parametrize("customer", ["ALOK", "HANOI"])
async def test_a_burnt_number_that_xero_gives_out_again(state: str, customer: str, check: RequestCheck) -> None:
    """Where Xero frees the number of a dead invoice, it is used; the dead one stays dead."""
    async with simulated(check) as harness:
        harness.switch(deleted_invoice_number="frees", voided_invoice_number="frees")
        kind = DocumentType.INVOICE
        dead = harness.simulator.state.write_as_person(ORGANISATION, "invoice", by_person(kind, customer))
        harness.edit(kind, dead.document_id, status=state)
        (outcome,) = await harness.drive([first()])
        assert outcome.action == "created"
        assert sorted(each.alive for each in harness.documents(kind)) == [False, True]


@pytest.mark.parametrize("operation", Operation)
async def test_a_lock_that_the_cache_does_not_know_is_xeros_to_tell(operation: Operation, check: RequestCheck) -> None:
    """The neighbour in the same batch goes on; Xero's own words are kept. What is approved is bound by it."""
    company = make_company(document_status="AUTHORISED", on_authorised="update")
    async with simulated(check, company) as harness:
        if operation is Operation.UPDATE:
            await harness.drive([dated(1, "2026-11-19", 1), dated(2, "2026-11-21", 1)])
        harness.xero.period_lock_date = date(2026, 11, 20)
        before = {each.number: each for each in harness.documents(DocumentType.INVOICE)}
        await harness.drive([dated(1, "2026-11-19", 2), dated(2, "2026-11-21", 2)])
        assert_refused(answer_of(harness, "SHP-00001"), "period_locked")
        assert "lock date" in answer_of(harness, "SHP-00001").errors[0].message
        assert answer_of(harness, "SHP-00002").status == "PROCESSED"
        after = {each.number: each for each in harness.documents(DocumentType.INVOICE)}
        assert after.get("INV-00001") == before.get("INV-00001")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("answer", ["whole_call_404", "element"])
async def test_a_contact_that_xero_no_longer_knows_costs_its_own_shipment_only(
    kind: DocumentType, answer: str, check: RequestCheck
) -> None:
    """Whether Xero refuses the whole call for it or the element: the others of the batch are made."""
    async with simulated(check, make_company(document=kind)) as harness:
        harness.switch(unknown_id=answer)
        harness.references.add(ORGANISATION, contacts=[contact("NOWHERE")])
        await harness.drive([numbered(1), numbered(2, buyer_code="NOWHERE"), numbered(3), numbered(4)])
        lost = answer_of(harness, "SHP-00002")
        assert lost.status == "REJECTED"
        assert lost.errors[0].message
        assert lost.errors[0].hint
        assert {answer_of(harness, f"SHP-0000{each}").action for each in (1, 3, 4)} == {"created"}
        assert_one_document_each(harness, kind, 3)


async def test_two_quotes_of_one_number_are_a_persons_to_sort_out(check: RequestCheck) -> None:
    async with simulated(check, make_company(document=DocumentType.QUOTE)) as harness:
        harness.switch(quote_number_taken_on_put="duplicate")
        for _ in range(2):
            harness.simulator.state.write_as_person(ORGANISATION, "quote", by_person(DocumentType.QUOTE, "ALOK"))
        before = harness.documents(DocumentType.QUOTE)
        (outcome,) = await harness.drive([first()])
        assert_refused(outcome, "number_ambiguous")
        assert all(each.document_id in outcome.errors[0].message for each in before)
        assert harness.documents(DocumentType.QUOTE) == before


@pytest.mark.parametrize("kind", KINDS)
async def test_a_number_that_differs_in_case_alone_where_xero_ignores_case(
    kind: DocumentType, check: RequestCheck
) -> None:
    """Nobody's document is overwritten and no second one is made."""
    async with simulated(check, make_company(document=kind)) as harness:
        harness.switch(number_case="ignored")
        row = by_person(kind, "ALOK")
        number = next(name for name in row if name.endswith("Number"))
        harness.simulator.state.write_as_person(ORGANISATION, kind.value, {**row, number: NUMBER.lower()})
        before = harness.documents(kind)
        (outcome,) = await harness.drive([first()])
        assert_refused(outcome, "number_taken")
        assert outcome.errors[0].value == NUMBER.lower()
        assert harness.documents(kind) == before


@pytest.mark.parametrize(
    ("kind", "status", "then"),
    [
        (DocumentType.INVOICE, "SUBMITTED", "updated"),
        (DocumentType.INVOICE, "AUTHORISED", "document_authorised"),
        (DocumentType.QUOTE, "SENT", "document_not_editable"),
    ],
)
@pytest.mark.parametrize("sent_quotes", ["refuse", "allow"])
async def test_a_profile_that_asks_for_more_than_a_draft(
    kind: DocumentType, status: str, then: str, sent_quotes: str, check: RequestCheck
) -> None:
    """Made in the state, moved there from a draft, and changed in it where Xero surely allows that."""
    async with simulated(check, make_company(document=kind)) as harness:
        harness.switch(edits_of_sent_quotes=sent_quotes)
        await harness.drive([numbered(1)])
        harness.companies = {
            each.id: each.model_copy(update={"document_status": status}) for each in harness.companies.values()
        }
        outcomes = await harness.drive([numbered(1, revision=2), numbered(2)])
        # An update and a create go in calls of their own: either may be answered first.
        assert sorted(str(each.action) for each in outcomes) == ["created", "created", "updated"]
        assert {each.status for each in harness.documents(kind)} == {status}
        last = (await harness.drive([numbered(2, revision=2, exporter_reference="CHANGED")]))[-1]
        assert then in (last.action, *(each.code for each in last.errors))


@pytest.mark.parametrize("key", ["Message", "Description"])
async def test_xeros_words_reach_people_under_either_name(key: str, check: RequestCheck) -> None:
    async with simulated(check, make_company(document_status="AUTHORISED")) as harness:
        harness.switch(error_text_key=key)
        harness.xero.period_lock_date = date(2026, 11, 30)
        (outcome,) = await harness.drive([first()])
        assert_refused(outcome, "period_locked")
        assert "period lock date" in outcome.errors[0].message
