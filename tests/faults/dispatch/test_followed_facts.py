"""Answers of Xero's that are not those assumed: with the facts the worker is right, without them it is not.

Each case runs under the other answer of the simulator. Without the facts Xero has to refuse in its own words, or makes
another amount; with them the amount is right to the cent, or the refusal is ours and comes before any call.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from mappers.model.company import Company, DocumentType, XeroFacts
from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest
from tests.builders import make_company, make_line
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import SimulatedHarness, simulated
from tests.unit.streams.dispatch.requests import numbered

TWO_UNITS = "\N{PACKAGE}"
# 0.33333333 x 300 is 100.00, and 99.99 with the four decimals that Xero keeps.
SHARED = make_line(quantity="300", unit_price="0.33333333", item_value="100.00")
AMOUNTS = [
    {"quantity_with_line_amount": "recomputed"},
    {"quantity_with_line_amount": "refused"},
    {"item_price_beside_line_amount": "used"},
]
LOCK = date(2026, 11, 20)
EARLY: dict[str, Any] = {"invoice_date": "2026-11-19", "invoice_due_date": "2026-11-18"}


def name_of(answers: dict[str, Any]) -> str:
    return " ".join(f"{name} {answer}" for name, answer in answers.items())


def company_of(answers: dict[str, Any], **profile: Any) -> Company:
    return make_company(**profile).with_facts(XeroFacts.model_validate(answers))


async def sent(harness: SimulatedHarness, request: SyncRequest) -> Outcome:
    return (await harness.drive([request]))[-1]


def codes(outcome: Outcome) -> list[str]:
    return [each.code.value for each in outcome.errors]


def written(harness: SimulatedHarness) -> int:
    return harness.called("PUT Invoices") + harness.called("POST Invoices")


@pytest.mark.parametrize("answers", AMOUNTS, ids=name_of)
async def test_a_price_of_many_decimals_is_right_to_the_cent(answers: dict[str, Any], check: RequestCheck) -> None:
    company = company_of(answers, rounding_account="260", tax_type="EXEMPTEXPORT")
    async with simulated(check, company) as harness:
        harness.switch(**answers)
        outcome = await sent(harness, numbered(1, lines=[SHARED]))
        (document,) = harness.documents(DocumentType.INVOICE)
        assert outcome.status == "PROCESSED", outcome.errors
        assert document.sub_total == Decimal("100.00")
        assert [each.line_amount for each in document.lines] == [Decimal("99.99"), Decimal("0.01")]
        assert [each.code for each in outcome.warnings] == ["rounding_added"]


@pytest.mark.parametrize("answers", AMOUNTS, ids=name_of)
async def test_without_the_facts_xero_refuses_it_or_reckons_otherwise(
    answers: dict[str, Any], check: RequestCheck
) -> None:
    async with simulated(check, make_company(rounding_account="260", tax_type="EXEMPTEXPORT")) as harness:
        harness.switch(**answers)
        outcome = await sent(harness, numbered(1, lines=[SHARED]))
        made = [each.sub_total for each in harness.documents(DocumentType.INVOICE)]
        told = {each.code.value for each in (*outcome.errors, *outcome.warnings)}
        assert made in ([], [Decimal("99.99")])
        assert told & {"refused_by_xero", "line_value_mismatch", "amount_differs"}


@pytest.mark.parametrize("answers", AMOUNTS, ids=name_of)
async def test_without_a_rounding_account_such_a_price_is_refused_before_any_call(
    answers: dict[str, Any], check: RequestCheck
) -> None:
    async with simulated(check, company_of(answers)) as harness:
        harness.switch(**answers)
        outcome = await sent(harness, numbered(1, lines=[SHARED]))
        assert codes(outcome) == ["line_value_mismatch"]
        assert "rounding_account" in outcome.errors[0].hint
        assert written(harness) == 0


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
@pytest.mark.parametrize("is_known", [True, False], ids=["with the facts", "without"])
async def test_a_draft_in_a_locked_period_that_xero_refuses(
    status: str, check: RequestCheck, *, is_known: bool
) -> None:
    answers = {"lock_binds_drafts": True}
    company = company_of(answers if is_known else {}, document_status=status)
    async with simulated(check, company) as harness:
        harness.switch(**answers)
        harness.xero.period_lock_date = LOCK
        harness.read_references()
        outcome = await sent(harness, numbered(1, invoice_date=LOCK.isoformat()))
        assert codes(outcome) == ["period_locked"]
        assert harness.documents(DocumentType.INVOICE) == []
        assert (written(harness) == 0) == is_known
        assert ("is in a locked period" in outcome.errors[0].message) == is_known


@pytest.mark.parametrize("is_known", [True, False], ids=["with the facts", "without"])
async def test_a_draft_that_lies_in_a_locked_period_is_not_moved_out_of_it(
    check: RequestCheck, *, is_known: bool
) -> None:
    answers = {"lock_binds_drafts": True}
    async with simulated(check, company_of(answers if is_known else {})) as harness:
        harness.switch(**answers)
        await sent(harness, numbered(1, invoice_date="2026-11-19"))
        (before,) = harness.documents(DocumentType.INVOICE)
        harness.xero.period_lock_date = LOCK
        harness.read_references()
        outcome = await sent(harness, numbered(1, revision=2, invoice_date="2026-11-21", exporter_reference="CHANGED"))
        assert codes(outcome) == ["period_locked"]
        assert harness.documents(DocumentType.INVOICE) == [before]
        assert (written(harness) == 1) == is_known


@pytest.mark.parametrize(
    ("field", "shipment"),
    [
        ("exporter_reference", {"exporter_reference": TWO_UNITS * 128}),
        ("reference", {"exporter_reference": TWO_UNITS * 120}),
        ("lines[0].description", {"lines": [make_line(description=TWO_UNITS * 2001)]}),
    ],
    ids=["a text", "a composed text", "a description"],
)
@pytest.mark.parametrize("is_known", [True, False], ids=["with the facts", "without"])
async def test_a_text_that_is_too_long_in_utf16(
    field: str, shipment: dict[str, Any], check: RequestCheck, *, is_known: bool
) -> None:
    answers = {"text_length": "utf16"}
    async with simulated(check, company_of(answers if is_known else {})) as harness:
        harness.switch(**answers)
        outcome = await sent(harness, numbered(1, **shipment))
        assert outcome.status == "REJECTED"
        assert (written(harness) == 0) == is_known
        assert (codes(outcome) == ["field_too_long"]) == is_known
        if is_known:
            assert outcome.errors[0].field == field
            assert "of which Xero counts some twice" in outcome.errors[0].message


async def test_a_text_that_just_fits_in_utf16_is_sent(check: RequestCheck) -> None:
    """128 units are left beside the terms and the blank between."""
    answers = {"text_length": "utf16"}
    terms = " FOB Port Botany"
    reference = TWO_UNITS * ((255 - len(terms)) // 2)
    async with simulated(check, company_of(answers)) as harness:
        harness.switch(**answers)
        outcome = await sent(harness, numbered(1, exporter_reference=reference))
        assert outcome.status == "PROCESSED", outcome.errors
        (document,) = harness.documents(DocumentType.INVOICE)
        assert document.texts["Reference"] == reference + terms


@pytest.mark.parametrize("is_known", [True, False], ids=["with the facts", "without"])
async def test_a_draft_that_is_due_before_its_date_where_xero_refuses_it(
    check: RequestCheck, *, is_known: bool
) -> None:
    answers = {"due_before_date": "refuse"}
    async with simulated(check, company_of(answers if is_known else {})) as harness:
        harness.switch(**answers)
        outcome = await sent(harness, numbered(1, **EARLY))
        assert outcome.status == "REJECTED"
        assert (written(harness) == 0) == is_known
        assert (codes(outcome) == ["due_before_date"]) == is_known


async def test_a_quote_that_expires_before_its_date_is_made_as_ever(check: RequestCheck) -> None:
    """Xero was asked about invoices."""
    answers = {"due_before_date": "refuse"}
    async with simulated(check, company_of(answers, document="quote")) as harness:
        harness.switch(**answers)
        outcome = await sent(harness, numbered(1, **EARLY))
        assert outcome.status == "PROCESSED"
        assert [each.code for each in outcome.warnings] == ["due_before_date"]
