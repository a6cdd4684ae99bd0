"""A number that Xero holds for somebody else: that one is named by code and name, in whatever letters it is written."""

from typing import Any

import pytest

from mappers.model.company import Company, DocumentType
from mappers.model.outcome import Outcome
from tests.builders import ORGANISATION, make_company
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered


async def beside(company: Company, *, ignores_case: bool = False, **shown: Any) -> tuple[Harness, Outcome]:
    """OTHER's document is in Xero as `shown`, and a shipment of ALOK asks for the number INV-00001."""
    earlier = Harness(company)
    async with earlier.owner() as partition:
        earlier.give(partition, [numbered(1, buyer_code="OTHER")])
        await earlier.answered(1)
    (made,) = earlier.accounting.documents(ORGANISATION)
    harness = Harness(company)
    harness.accounting.ignores_case = ignores_case
    harness.accounting.put(ORGANISATION, made.model_copy(update=shown))
    async with harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        (outcome,) = await harness.answered(1)
    return harness, outcome


async def test_the_other_customer_is_named_by_code_and_name() -> None:
    _, outcome = await beside(make_company())
    (problem,) = outcome.errors
    assert problem.code == "number_taken"
    assert "OTHER (OTHER Trading)" in problem.message
    assert "ALOK (ALOK Trading)" in problem.message


@pytest.mark.parametrize(("kind", "status"), [("invoice", "DRAFT"), ("invoice", "VOIDED"), ("quote", "DRAFT")])
async def test_a_number_in_other_letters_is_found_and_named(kind: DocumentType, status: str) -> None:
    company = make_company(document=kind)
    harness, outcome = await beside(company, ignores_case=True, number="inv-00001", status=status)
    (problem,) = outcome.errors
    assert (problem.code, problem.value) == ("number_taken", "inv-00001")
    assert "under the shipment's number INV-00001" in problem.message
    assert harness.numbers() == ["inv-00001"]


async def test_where_xero_tells_the_spellings_apart_an_invoice_is_made_beside_the_other() -> None:
    harness, outcome = await beside(make_company(), number="inv-00001", xero_id="of OTHER")
    assert (outcome.action, harness.numbers()) == ("created", ["INV-00001", "inv-00001"])
