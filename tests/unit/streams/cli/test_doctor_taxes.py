"""The doctor says which tax every item and account leads to, before a shipment shows it."""

from collections.abc import Mapping
from typing import Any

import pytest

from streams.cli.doctor import tax_lines
from tests.builders import make_company

REPLIES: Mapping[str, Mapping[str, Any]] = {
    "Items": {
        "Items": [
            {"ItemID": "1", "Code": "BEEF-01", "SalesDetails": {"AccountCode": "200", "TaxType": "EXEMPTEXPORT"}},
            {"ItemID": "2", "Code": "LAMB-01", "SalesDetails": {"AccountCode": "200"}},
            {"ItemID": "3", "Code": "HIDE-01", "SalesDetails": {}},
            {"ItemID": "4", "Code": "BOX", "IsSold": False},
        ]
    },
    "Accounts": {
        "Accounts": [
            {"Code": "200", "Status": "ACTIVE", "TaxType": "OUTPUT"},
            {"Code": "260", "Status": "ACTIVE", "Type": "REVENUE", "TaxType": "OUTPUT"},
            {"Code": "261", "Status": "ARCHIVED", "Type": "REVENUE", "TaxType": "OUTPUT"},
            {"Code": "425", "Status": "ACTIVE", "Type": "EXPENSE", "TaxType": "INPUT"},
            {"Code": "610", "Status": "ACTIVE", "Type": "CURRENT", "TaxType": "OUTPUT", "SystemAccount": "DEBTORS"},
        ]
    },
    "TaxRates": {
        "TaxRates": [{"TaxType": "OUTPUT", "EffectiveRate": 10}, {"TaxType": "EXEMPTEXPORT", "EffectiveRate": 0}]
    },
}


def test_every_item_that_is_sold_and_every_account_for_sales_or_of_the_profile_is_in_one_line() -> None:
    company = make_company(charges={"freight": "425"}, rounding_account="200")
    assert list(tax_lines(company, REPLIES.get)) == [
        ("EXEMPTEXPORT (0 %) by the item: items BEEF-01", True),
        ("INPUT by the account: accounts 425", True),
        ("OUTPUT (10 %) by the account: items LAMB-01, accounts 200, 260", True),
        ("no tax type: items HIDE-01", False),
    ]


def test_the_profiles_tax_type_is_everybodys() -> None:
    assert list(tax_lines(make_company(tax_type="OUTPUT"), REPLIES.get)) == [
        ("OUTPUT (10 %) by the profile: items BEEF-01, HIDE-01, LAMB-01, accounts 260", True)
    ]


@pytest.mark.parametrize("missing", REPLIES)
def test_a_list_that_xero_did_not_give_is_named(missing: str) -> None:
    ((line, _),) = tax_lines(make_company(), {name: REPLIES[name] for name in REPLIES if name != missing}.get)
    assert line == f"not looked at: Xero did not give {missing}"
