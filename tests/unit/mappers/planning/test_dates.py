"""Dates that cannot be meant are refused; a due date before the date is said, or refused where it would be final."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.company import XeroFacts
from mappers.model.problem import Code, Problem
from mappers.planning.checks import Dates, check_dates
from mappers.planning.plan import Planned, Rejected
from tests.at_once import plan
from tests.builders import OMIT, make_company, make_request, make_shipment
from tests.fakes.references import contact, item, reference_data

TODAY = dt.date(2026, 11, 26)
REFERENCE = reference_data(contacts=[contact("ALOK")], items=[item("BEEF-01")])


def dates(*, company: dict[str, Any] | None = None, **fields: Any) -> Dates:
    return check_dates(make_shipment(**fields), make_company(**company or {}), TODAY)


def said(problems: tuple[Problem, ...]) -> list[tuple[Code, str | None, str | None]]:
    return [(each.code, each.field, each.value) for each in problems]


@pytest.mark.parametrize(
    "date", ["1999-12-31", "0206-11-19", "1926-11-19", "2036-11-27", "2016-11-25", "2926-11-19", "9999-12-31"]
)
def test_a_date_before_2000_or_more_than_ten_years_off_is_refused_by_its_name(date: str) -> None:
    assert said(dates(invoice_date=date).problems) == [(Code.DATE_IMPLAUSIBLE, "invoice_date", date)]
    assert said(dates(invoice_due_date=date).problems) == [(Code.DATE_IMPLAUSIBLE, "invoice_due_date", date)]
    assert dates(invoice_date=date).warnings == ()


@pytest.mark.parametrize("date", ["2016-11-26", "2036-11-26", "2026-11-26"])
def test_ten_years_off_to_the_day_is_taken(date: str) -> None:
    assert dates(invoice_date=date, invoice_due_date=date) == Dates()


def test_the_first_year_counts_where_ten_years_would_reach_further() -> None:
    early = make_shipment(invoice_date="1999-12-31", invoice_due_date="2000-01-01")
    found = check_dates(early, make_company(), dt.date(2005, 1, 1))
    assert said(found.problems) == [(Code.DATE_IMPLAUSIBLE, "invoice_date", "1999-12-31")]


def test_only_the_dates_that_the_document_has_are_judged() -> None:
    assert dates(date_of_issue="1900-01-01", created_date="1900-01-01") == Dates()
    found = dates(invoice_date=OMIT, date_of_issue="1900-01-01")
    assert said(found.problems) == [(Code.DATE_IMPLAUSIBLE, "date_of_issue", "1900-01-01")]


@pytest.mark.parametrize("unreadable", [OMIT, None, "19/11/2026", 5])
def test_what_cannot_be_read_is_the_readers_problem_alone(unreadable: object) -> None:
    fields: dict[str, Any] = dict.fromkeys(("invoice_date", "date_of_issue", "created_date"), unreadable)
    assert dates(**fields) == Dates()
    assert dates(invoice_due_date=unreadable) == Dates()


@pytest.mark.parametrize("company", [{}, {"document_status": "SUBMITTED"}, {"document": "quote"}])
def test_a_due_date_before_the_date_is_a_warning(company: dict[str, Any]) -> None:
    found = dates(company=company, invoice_due_date="2026-11-18")
    assert said(found.warnings) == [(Code.DUE_BEFORE_DATE, "invoice_due_date", "2026-11-18")]
    assert found.problems == ()
    assert dates(company=company, invoice_due_date="2026-11-19") == Dates()


def test_a_due_date_before_the_date_is_refused_where_the_document_is_to_be_approved() -> None:
    found = dates(company={"document_status": "AUTHORISED"}, invoice_due_date="2026-11-18")
    assert said(found.problems) == [(Code.DUE_BEFORE_DATE, "invoice_due_date", "2026-11-18")]
    assert found.warnings == ()


@pytest.mark.parametrize(("document", "is_refused"), [("invoice", True), ("quote", False)])
def test_a_due_date_before_the_date_is_refused_on_an_invoice_where_xero_was_found_to_refuse_it(
    document: str, *, is_refused: bool
) -> None:
    company = make_company(document=document).with_facts(XeroFacts(due_before_date="refuse"))
    found = check_dates(make_shipment(invoice_due_date="2026-11-18"), company, TODAY)
    assert (len(found.problems), len(found.warnings)) == ((1, 0) if is_refused else (0, 1))


def test_the_plan_carries_both_and_takes_the_day_of_the_change_where_none_is_given() -> None:
    early, far = make_shipment(invoice_due_date="2026-11-18"), make_shipment(invoice_date="2037-01-01")
    warned = plan(make_request(shipment=early), make_company(), REFERENCE)
    assert isinstance(warned, Planned)
    assert [each.code for each in warned.warnings] == [Code.DUE_BEFORE_DATE]
    refused = plan(make_request(shipment=far), make_company(), REFERENCE)
    assert isinstance(refused, Rejected)
    assert [each.code for each in refused.problems] == [Code.DATE_IMPLAUSIBLE]
    assert isinstance(plan(make_request(shipment=far), make_company(), REFERENCE, today=dt.date(2030, 1, 1)), Planned)


@given(st.dates(), st.dates())
def test_any_dates_end_in_at_most_one_word_about_each(date: dt.date, due_date: dt.date) -> None:
    found = dates(invoice_date=date.isoformat(), invoice_due_date=due_date.isoformat())
    assert not (found.problems and found.warnings)
    assert len({each.field for each in found.problems}) == len(found.problems)
