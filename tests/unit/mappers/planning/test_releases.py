"""Who may be told that a shipment is sent by itself, and what has to be read again before anybody is refused."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from mappers.model.master_data import Account, MasterList, ReferenceData
from mappers.model.problem import Code
from mappers.planning.needs import lists_behind
from mappers.planning.plan import Planned, Rejected
from tests.at_once import plan
from tests.builders import OMIT, make_company, make_line, make_request, make_shipment
from tests.fakes.references import contact, item, reference_data

PROMISE = "is sent by itself"
ALOK, BEEF = contact("ALOK"), item("BEEF-01", account_code="200")
REFERENCE = reference_data(contacts=[ALOK], items=[BEEF])
ARCHIVED = Account("200", "Sales", active=False)


def rejected(shipment: dict[str, Any], reference: ReferenceData = REFERENCE, **profile: Any) -> Rejected:
    answer = plan(make_request(shipment=shipment), make_company(**profile), reference)
    assert isinstance(answer, Rejected), answer
    return answer


@pytest.mark.parametrize(
    "fields",
    [
        {"buyer_code": "NOBODY"},
        {"currency": "EUR"},
        {"lines": [make_line(product_code="NOTHING")]},
        {"buyer_code": "alok"},
        {"buyer_code": "NOBODY", "currency": "EUR", "lines": [make_line(product_code="NOTHING")]},
    ],
)
def test_where_master_data_alone_is_wrong_every_problem_promises_that_the_shipment_is_sent_by_itself(
    fields: dict[str, Any],
) -> None:
    answer = rejected(make_shipment(**fields))
    assert answer.missing
    assert all(PROMISE in each.hint for each in answer.problems)


def test_one_problem_of_another_kind_takes_the_promise_from_all() -> None:
    lines = [make_line(product_code="NOTHING")]
    answer = rejected(make_shipment(buyer_code="NOBODY", currency="EUR", lines=lines, invoice_due_date=OMIT))
    assert len(answer.problems) == 4
    assert answer.missing == ()
    assert not [each for each in answer.problems if "by itself" in each.hint]
    assert sum("Sync Now" in each.hint for each in answer.problems) >= 3


def test_an_archived_account_is_a_problem_of_the_profile_and_cured_by_its_return() -> None:
    reference = replace(REFERENCE, accounts={"200": ARCHIVED})
    answer = rejected(make_shipment(), reference, account_code="200")
    assert [(each.code, each.field) for each in answer.problems] == [(Code.ACCOUNT_INVALID, "company.account_code")]
    assert answer.missing == ("account:200",)


def test_an_items_archived_account_is_named_once_and_cured_by_its_return() -> None:
    reference = replace(REFERENCE, accounts={"200": ARCHIVED})
    shipment = make_shipment(lines=[make_line(line_number=1), make_line(line_number=2)])
    answer = rejected(shipment, reference)
    assert [(each.code, each.field, each.value) for each in answer.problems] == [
        (Code.ACCOUNT_INVALID, "lines[0].product_code", "200")
    ]
    assert "sales account of the item BEEF-01" in answer.problems[0].message
    assert answer.missing == ("account:200",)
    restored = replace(REFERENCE, accounts={"200": replace(ARCHIVED, active=True)})
    assert isinstance(plan(make_request(shipment=shipment), make_company(), restored), Planned)


def test_the_profiles_account_stands_in_for_the_items() -> None:
    accounts = {"200": ARCHIVED, "201": Account("201", "Exports")}
    company = make_company(account_code="201")
    assert isinstance(plan(make_request(), company, replace(REFERENCE, accounts=accounts)), Planned)


def test_everything_that_somebody_may_have_corrected_in_xero_is_read_again_first() -> None:
    shipment = make_shipment(buyer_code="NOBODY", currency="EUR", lines=[make_line(product_code="NOTHING")])
    expected = {MasterList.CONTACTS, MasterList.CURRENCIES, MasterList.ITEMS}
    assert lists_behind(rejected(shipment).problems) == expected
    assert lists_behind(rejected(make_shipment(invoice_due_date=OMIT)).problems) == frozenset()
    hidden = reference_data(contacts=[ALOK], items=[item("BEEF-01", sold=False)])
    assert lists_behind(rejected(make_shipment(), hidden).problems) == {MasterList.ITEMS}
    twins = reference_data(contacts=[ALOK, contact("ALOK", "Twin")], items=[BEEF])
    assert lists_behind(rejected(make_shipment(), twins).problems) == {MasterList.CONTACTS}


def test_a_line_without_words_gets_the_items_description_before_its_name() -> None:
    described = replace(BEEF, description="Chilled boneless beef, 65 CL")
    reference = reference_data(contacts=[ALOK], items=[described])
    shipment = make_shipment(lines=[make_line(description=OMIT)])
    answer = plan(make_request(shipment=shipment), make_company(), reference)
    assert isinstance(answer, Planned)
    assert answer.document.lines[0].description == "Chilled boneless beef, 65 CL"


def test_an_answer_that_xero_could_not_be_asked_for_again_says_of_what_time_it_is() -> None:
    as_of = {MasterList.CONTACTS: datetime(2026, 11, 20, 3, 15, 22, tzinfo=UTC)}
    wrong = make_shipment(buyer_code="NOBODY", currency="EUR")
    customer, currency = rejected(wrong, replace(REFERENCE, as_of=as_of)).problems
    said = "This is as of 2026-11-20 03:15:22 UTC: the calls that master data may cost are used up"
    assert said in customer.hint
    assert "as of" not in currency.hint
    assert all("as of" not in each.hint for each in rejected(wrong).problems)
