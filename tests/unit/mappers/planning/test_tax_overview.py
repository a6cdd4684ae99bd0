"""What people are told of an organisation's taxes: the rate only where it is known."""

from dataclasses import replace
from decimal import Decimal

from mappers.model import ReferenceData
from mappers.model.master_data import Account
from mappers.planning.plan import Planned
from mappers.planning.tax_overview import line_taxes, tax_overview
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
