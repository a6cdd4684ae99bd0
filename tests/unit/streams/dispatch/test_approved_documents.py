"""Approved and sent invoices, from the shipment to the answer: left alone, or changed with a warning."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from mappers.model.outcome import Outcome
from tests.builders import ORGANISATION, make_company
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import EffectUnknownError
from xero_client.port import Operation

APPROVED = {"status": "AUTHORISED"}
SENT = {"status": "AUTHORISED", "sent_to_contact": True}


async def corrected(shown: dict[str, Any], *, lose_reply: bool = False, **profile: Any) -> tuple[Harness, Outcome]:
    """A shipment becomes an invoice, a person approves or sends it, and the shipment is corrected."""
    harness = Harness(make_company(**profile))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        (made,) = harness.accounting.documents(ORGANISATION)
        harness.accounting.put(ORGANISATION, made.model_copy(update=shown))
        if lose_reply:
            lost = EffectUnknownError("a fault of Xero's own", status=500)
            harness.accounting.fault(Fault(Operation.UPDATE, after=lost, cached=True))
        harness.give(partition, [numbered(1, revision=2, exporter_reference="EXP-78")])
        outcomes = await harness.answered(2)
    return harness, outcomes[1]


@pytest.mark.parametrize(("shown", "code"), [(APPROVED, "document_authorised"), (SENT, "document_sent")])
async def test_an_approved_invoice_is_left_alone_by_default(shown: dict[str, Any], code: str) -> None:
    harness, outcome = await corrected(shown)
    assert [problem.code for problem in outcome.errors] == [code]
    assert len(harness.accounting.writes) == 1


@pytest.mark.parametrize("lose_reply", [False, True])
@pytest.mark.parametrize(("shown", "code"), [(APPROVED, "document_authorised"), (SENT, "document_sent")])
async def test_where_the_profile_lets_it_be_updated_the_answer_warns_of_it_after_a_lost_reply_too(
    shown: dict[str, Any], code: str, lose_reply: bool
) -> None:
    harness, outcome = await corrected(shown, lose_reply=lose_reply, on_authorised="update")
    assert outcome.status == "PROCESSED"
    assert outcome.action == ("recovered" if lose_reply else "updated")
    assert [problem.code for problem in outcome.warnings] == [code]
    assert harness.accounting.documents(ORGANISATION)[0].reference == "EXP-78 FOB Port Botany"


async def test_a_draft_that_is_updated_warns_of_nothing() -> None:
    _, outcome = await corrected({})
    assert (outcome.action, outcome.warnings) == ("updated", ())


@pytest.mark.parametrize("on_authorised", ["refuse", "update"])
async def test_an_approved_document_of_a_person_under_the_number_is_treated_alike(on_authorised: Any) -> None:
    other = make_company(on_authorised=on_authorised)
    harness, _ = await corrected(APPROVED, on_authorised="update")
    adopting = Harness(other)
    for each in harness.accounting.documents(ORGANISATION):
        adopting.accounting.put(ORGANISATION, each)
    async with adopting.owner() as partition:
        adopting.give(partition, [numbered(1, exporter_reference="EXP-79")])
        (outcome,) = await adopting.answered(1)
    found = [problem.code for problem in (*outcome.errors, *outcome.warnings)]
    assert found == ["document_authorised"]
    assert outcome.status == ("PROCESSED" if on_authorised == "update" else "REJECTED")


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
async def test_a_draft_in_a_locked_period_is_made_and_the_answer_names_the_lock(status: str) -> None:
    harness = locked(document_status=status)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (outcome,) = await harness.answered(1)
    assert outcome.action == "created"
    assert [problem.code for problem in outcome.warnings] == ["period_locked"]
    assert "period lock date 2026-11-30" in outcome.warnings[0].message


@pytest.mark.parametrize("profile", [{"document_status": "AUTHORISED"}, {"on_locked": "refuse"}])
async def test_an_approved_one_is_refused_before_any_call(profile: dict[str, Any]) -> None:
    harness = locked(**profile)
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (outcome,) = await harness.answered(1)
    assert [problem.code for problem in outcome.errors] == ["period_locked"]
    assert (harness.accounting.writes, harness.accounting.reads) == ([], [])


def locked(**profile: Any) -> Harness:
    harness = Harness(make_company(**profile))
    data = harness.references._data[ORGANISATION]
    facts = replace(data.organisation, period_lock_date=dt.date(2026, 11, 30))
    harness.references.put(ORGANISATION, replace(data, organisation=facts))
    return harness
