"""Every line's tax type is decided by the profile, else the item, else the account; without one it is refused."""

from dataclasses import replace
from typing import Any

import pytest

from mappers.model.document import DocumentLine, TaxSource
from mappers.model.master_data import Account, Item
from mappers.model.problem import Code
from mappers.planning.plan import Planned, Rejected
from tests.at_once import plan
from tests.builders import make_company, make_line, make_request, make_shipment
from tests.fakes.references import contact, item, reference_data

ACCOUNTS = [
    Account("200", "Sales", tax_type="OUTPUT"),
    Account("201", "Exports", tax_type="EXEMPTEXPORT"),
    Account("299", "No tax known"),
]
EXPORT = item("BEEF-01", account_code="200", tax_type="EXEMPTEXPORT")
BY_ACCOUNT = item("BEEF-01", account_code="200", tax_type=None)


def planned_for(
    one: Item, shipment: dict[str, Any] | None = None, *, tax_types: tuple[str, ...] = (), **profile: Any
) -> Planned | Rejected:
    known = reference_data(contacts=[contact("ALOK")], items=[one], accounts=ACCOUNTS, tax_types=tax_types)
    return plan(make_request(shipment=shipment or make_shipment()), make_company(**profile), known)


def lines(answer: Planned | Rejected) -> tuple[DocumentLine, ...]:
    assert isinstance(answer, Planned), answer
    return answer.document.lines


@pytest.mark.parametrize(
    ("one", "profile", "tax_type", "source"),
    [
        (EXPORT, {"tax_type": "ZERO"}, "ZERO", TaxSource.PROFILE),
        (EXPORT, {}, "EXEMPTEXPORT", TaxSource.ITEM),  # Not the account's OUTPUT, which Xero would charge.
        (EXPORT, {"account_code": "200"}, "EXEMPTEXPORT", TaxSource.ITEM),
        (BY_ACCOUNT, {}, "OUTPUT", TaxSource.ACCOUNT),
        (BY_ACCOUNT, {"account_code": "201"}, "EXEMPTEXPORT", TaxSource.ACCOUNT),
        (BY_ACCOUNT, {"document": "quote"}, "OUTPUT", TaxSource.ACCOUNT),
    ],
)
def test_the_profile_decides_else_the_item_else_the_account(
    one: Item, profile: dict[str, Any], tax_type: str, source: TaxSource
) -> None:
    (line,) = lines(planned_for(one, **profile))
    assert (line.tax_type, line.tax_source) == (tax_type, source)


@pytest.mark.parametrize(
    ("account", "told"), [("299", "nor account 299 has one."), (None, "and there is no account that could.")]
)
def test_an_item_of_which_nobody_knows_the_tax_is_refused_once(account: str | None, told: str) -> None:
    two = make_shipment(lines=[make_line(), make_line(line_number=2)])
    answer = planned_for(item("BEEF-01", account_code=account, tax_type=None), two)
    assert isinstance(answer, Rejected)
    (problem,) = answer.problems
    assert (problem.code, problem.field, problem.value) == (Code.TAX_TYPE_UNKNOWN, "lines[0].product_code", "BEEF-01")
    assert problem.message.endswith(told)
    assert answer.missing == ("tax:BEEF-01",)  # It is sent by itself once Xero has one.


def test_of_an_account_that_cannot_be_used_the_tax_is_no_question() -> None:
    answer = planned_for(item("BEEF-01", account_code="998", tax_type=None), make_shipment())
    assert isinstance(answer, Rejected)
    assert [each.code for each in answer.problems] == [Code.ACCOUNT_INVALID]


def test_a_document_without_tax_needs_no_tax_type() -> None:
    (line,) = lines(planned_for(item("BEEF-01", account_code="299", tax_type=None), line_amounts="no_tax"))
    assert line.tax_type is None


def test_a_tax_type_that_xero_has_not_for_sales_is_refused_where_that_is_known() -> None:
    answer = planned_for(EXPORT, tax_types=("OUTPUT",))
    assert isinstance(answer, Rejected)
    (problem,) = answer.problems
    assert (problem.code, problem.value) == (Code.TAX_TYPE_INVALID, "EXEMPTEXPORT")


def test_a_rounding_line_has_the_tax_of_its_account() -> None:
    shipment = make_shipment(lines=[make_line(item_value="1265.62")])
    *_, rounding = lines(planned_for(EXPORT, shipment, rounding_account="201"))
    assert (rounding.description, rounding.tax_type) == ("Rounding", "EXEMPTEXPORT")
    answer = planned_for(EXPORT, shipment, rounding_account="299")
    assert isinstance(answer, Rejected)
    assert [(each.code, each.value) for each in answer.problems] == [(Code.TAX_TYPE_UNKNOWN, "299")]


def test_the_tax_of_what_the_profile_names_is_the_profiles_to_check() -> None:
    (line,) = lines(planned_for(replace(BY_ACCOUNT, account_code="299"), tax_type="OUTPUT"))
    assert line.tax_type == "OUTPUT"
