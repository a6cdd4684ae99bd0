"""What people are told of an organisation's taxes: the rate only where it is known."""

from dataclasses import replace
from decimal import Decimal

import pytest

from mappers.model import ReferenceData
from mappers.model.master_data import Account
from mappers.planning.plan import Planned
from mappers.planning.tax_overview import TaxGroup, line_taxes, tax_overview
from tests.at_once import plan
from tests.builders import make_company, make_request
from tests.fakes.references import contact, item, reference_data

BEEF = item("BEEF-01", account_code="200", tax_type="EXEMPTEXPORT")
ACCOUNTS = [Account("200", "Sales", type="REVENUE", tax_type="OUTPUT"), Account("290", "Other", type="REVENUE")]


def known(**percents: str) -> ReferenceData:
    reference = reference_data(contacts=[contact("ALOK")], items=[BEEF], accounts=ACCOUNTS)
    return replace(reference, tax_percents={name: Decimal(percent) for name, percent in percents.items()})


def test_a_rate_is_told_where_it_is_known_and_left_out_where_it_is_not() -> None:
    taxes = [group.tax for group in tax_overview(make_company(account_code="200"), known(OUTPUT="10.00"))]
    assert taxes == ["EXEMPTEXPORT by the item", "OUTPUT (10.00 %) by the account", "no tax type"]


def test_each_line_names_its_tax_who_decided_it_and_its_rate_where_that_is_known() -> None:
    for reference, percent in ((known(), None), (known(EXEMPTEXPORT="0"), "0")):
        answer = plan(make_request(), make_company(), reference)
        assert isinstance(answer, Planned)
        (first, *_) = line_taxes(answer.document, reference)
        assert (first["line"], first["tax_type"], first["percent"]) == ("BEEF-01", "EXEMPTEXPORT", percent)


def test_what_leads_to_a_tax_stands_beside_it_and_what_leads_to_none_is_not_known() -> None:
    groups = tax_overview(make_company(), known())
    assert groups == (
        TaxGroup("EXEMPTEXPORT by the item", is_known=True, items=("BEEF-01",)),
        TaxGroup("OUTPUT by the account", is_known=True, accounts=("200",)),
        TaxGroup("no tax type", is_known=False, accounts=("290",)),
    )
    assert str(groups[0]) == "EXEMPTEXPORT by the item: items BEEF-01"


def test_of_the_accounts_those_for_income_that_sales_may_name_and_those_of_the_profile_are_told() -> None:
    others = [Account("100", "Bank", type="BANK"), Account("400", "Rent", type="EXPENSE")]
    archived = Account("201", "Old", type="SALES", active=False)
    reference = reference_data(accounts=[*ACCOUNTS, *others, archived])
    (with_tax, without) = tax_overview(make_company(rounding_account="400"), reference)
    assert (with_tax.accounts, without.accounts) == (("200",), ("290", "400"))


@pytest.mark.parametrize(("count", "more"), [(20, ""), (21, " and 1 more"), (45, " and 25 more")])
def test_twenty_codes_of_a_tax_are_named_and_more_are_counted(count: int, more: str) -> None:
    codes = tuple(f"I{number}" for number in range(count))
    assert str(TaxGroup("OUTPUT", is_known=True, items=codes)) == f"OUTPUT: items {', '.join(codes[:20])}{more}"
