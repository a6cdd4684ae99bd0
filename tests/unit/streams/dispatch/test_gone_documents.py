"""A document that is gone is let go: deleted, voided, renumbered by hand, or unknown to Xero."""

from typing import Any

import pytest

from mappers.model.document import ExistingDocument
from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest, Trigger
from streams.dispatch.ownership.partition import Partition
from tests.builders import ORGANISATION, make_company
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered

NUMBER = "INV-00001"


def asked(revision: int, **fields: Any) -> SyncRequest:
    return numbered(1, revision=revision, **fields).model_copy(update={"trigger": Trigger.SYNC_NOW})


async def send(harness: Harness, partition: Partition, request: SyncRequest) -> Outcome:
    """The outcome of one request."""
    count = len(harness.ended())
    harness.give(partition, [request])
    return (await harness.answered(count + 1))[-1]


def documents(harness: Harness) -> list[tuple[str, str]]:
    return [(each.number, each.status) for each in harness.accounting.documents(ORGANISATION)]


def person_sets(harness: Harness, **fields: Any) -> ExistingDocument:
    """A person changes the newest document."""
    changed = harness.accounting.documents(ORGANISATION)[-1].model_copy(update=fields)
    harness.accounting.put(ORGANISATION, changed)
    return changed


def codes(outcome: Outcome) -> list[str]:
    return [each.code for each in outcome.errors]


@pytest.mark.parametrize("fields", [{}, {"exporter_reference": "EXP-78"}], ids=["unchanged", "corrected"])
async def test_a_deleted_draft_is_made_anew_where_xero_gives_its_number_out_again(fields: dict[str, Any]) -> None:
    harness = Harness()
    harness.accounting.deleted_numbers_free = True
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        person_sets(harness, status="DELETED")
        outcome = await send(harness, partition, asked(2, **fields))
    assert (outcome.status, outcome.action) == ("PROCESSED", "created")
    assert documents(harness) == [(NUMBER, "DELETED"), (NUMBER, "DRAFT")]


async def test_a_deleted_number_that_xero_keeps_is_refused_and_a_new_number_is_taken() -> None:
    """The hint says to give the shipment a new number, and that helps."""
    harness = Harness()
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        person_sets(harness, status="DELETED")
        refused = await send(harness, partition, asked(2))
        again = await send(harness, partition, asked(3, invoice_number="INV-NEW"))
    assert codes(refused) == ["document_deleted"]
    assert again.action == "created"
    assert documents(harness) == [(NUMBER, "DELETED"), ("INV-NEW", "DRAFT")]


async def test_a_voided_number_is_refused_and_a_new_number_is_taken() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        person_sets(harness, status="VOIDED")
        assert codes(await send(harness, partition, asked(2))) == ["document_voided"]
        assert codes(await send(harness, partition, asked(3, exporter_reference="EXP-78"))) == ["document_voided"]
        again = await send(harness, partition, asked(4, invoice_number="INV-NEW"))
    assert again.action == "created"
    assert documents(harness) == [(NUMBER, "VOIDED"), ("INV-NEW", "DRAFT")]


async def test_a_voided_document_of_ours_gets_a_suffix_where_the_profile_says_so() -> None:
    harness = Harness(make_company(on_voided="new_suffix"))
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        person_sets(harness, status="VOIDED")
        reissued = await send(harness, partition, asked(2))
        reads = len(harness.accounting.reads)
        equal = await send(harness, partition, numbered(1, revision=2, event="equal"))
        assert (equal.action, len(harness.accounting.reads)) == ("unchanged", reads)
        updated = await send(harness, partition, asked(3, exporter_reference="EXP-78"))
        person_sets(harness, status="VOIDED")
        third = await send(harness, partition, asked(4))
    assert [each.action for each in (reissued, updated, third)] == ["created", "updated", "created"]
    assert documents(harness) == [(NUMBER, "VOIDED"), (f"{NUMBER}-R2", "VOIDED"), (f"{NUMBER}-R3", "DRAFT")]


async def test_a_document_that_a_person_renumbered_is_let_go() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        person_sets(harness, number="BY-HAND")
        outcome = await send(harness, partition, asked(2))
    assert outcome.action == "created"
    assert documents(harness) == [("BY-HAND", "DRAFT"), (NUMBER, "DRAFT")]


async def test_xeros_own_procedure_works_rename_void_and_send_again() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        person_sets(harness, number=f"{NUMBER}x", status="VOIDED")
        outcome = await send(harness, partition, asked(2, exporter_reference="EXP-78"))
    assert outcome.action == "created"
    assert documents(harness) == [(f"{NUMBER}x", "VOIDED"), (NUMBER, "DRAFT")]


async def test_an_id_that_xero_does_not_know_is_looked_up_by_number_and_made_anew() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        harness.accounting.remove(ORGANISATION, harness.accounting.documents(ORGANISATION)[0].xero_id)
        outcome = await send(harness, partition, asked(2))
    assert outcome.action == "created"
    assert [read[0] for read in harness.accounting.reads] == ["read", "find"]
    assert documents(harness) == [(NUMBER, "DRAFT")]


async def test_what_a_person_made_under_the_number_instead_is_taken_on() -> None:
    harness = Harness()
    harness.accounting.deleted_numbers_free = True
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        (made,) = harness.accounting.documents(ORGANISATION)
        person_sets(harness, status="DELETED")
        harness.accounting.put(ORGANISATION, made.model_copy(update={"xero_id": "by-hand", "reference": "by hand"}))
        outcome = await send(harness, partition, asked(2))
    assert outcome.action == "updated"
    assert outcome.document is not None
    assert outcome.document.xero_id == "by-hand"


async def test_a_new_number_of_a_living_document_is_a_question_and_can_be_answered_by_either_side() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        refused = await send(harness, partition, asked(2, invoice_number="INV-NEW"))
        person_sets(harness, number="INV-NEW")
        outcome = await send(harness, partition, asked(3, invoice_number="INV-NEW"))
    assert codes(refused) == ["number_changed"]
    assert outcome.action == "unchanged"
    assert documents(harness) == [("INV-NEW", "DRAFT")]


async def test_voiding_the_old_document_answers_a_changed_number_too() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        assert codes(await send(harness, partition, asked(2, invoice_number="INV-NEW"))) == ["number_changed"]
        person_sets(harness, status="VOIDED")
        outcome = await send(harness, partition, asked(3, invoice_number="INV-NEW"))
    assert outcome.action == "created"
    assert documents(harness) == [(NUMBER, "VOIDED"), ("INV-NEW", "DRAFT")]


@pytest.mark.parametrize(("status", "expected"), [("DRAFT", "updated"), ("SUBMITTED", "updated"), ("AUTHORISED", None)])
async def test_the_profile_may_say_to_renumber_a_draft(status: str, expected: str | None) -> None:
    harness = Harness(make_company(on_number_change="renumber"))
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        person_sets(harness, status=status)
        outcome = await send(harness, partition, asked(2, invoice_number="INV-NEW"))
    assert outcome.action == expected
    if expected is None:
        assert codes(outcome) == ["number_changed"]
    assert documents(harness) == [("INV-NEW" if expected else NUMBER, status)]


async def test_a_draft_is_not_renumbered_to_the_number_of_another_shipment() -> None:
    harness = Harness(make_company(on_number_change="renumber"))
    async with harness.owner() as partition:
        await send(harness, partition, numbered(1))
        await send(harness, partition, numbered(2))
        outcome = await send(harness, partition, asked(2, invoice_number="INV-00002"))
    assert codes(outcome) == ["number_of_other_shipment"]
    assert documents(harness) == [(NUMBER, "DRAFT"), ("INV-00002", "DRAFT")]
