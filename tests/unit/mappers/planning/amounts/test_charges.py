"""Charges of a shipment become lines by the profile's map of accounts."""

from decimal import Decimal
from typing import Any

import pytest

from mappers.model.document import TaxSource
from mappers.model.master_data import Account
from mappers.model.problem import Code
from mappers.planning.amounts.charges import Charges, read_charges
from tests.builders import make_company, make_shipment
from tests.fakes.references import reference_data

ACCOUNTS = {"freight": "260", "bank_fees": "404"}
REFERENCE = reference_data(
    accounts=[Account("260", "Freight", tax_type="EXEMPTEXPORT"), Account("404", "Bank fees", tax_type="OUTPUT")]
)


def read(given: Any, currency: str = "USD", **profile: Any) -> Charges:
    company = make_company(**({"charges": ACCOUNTS} | profile))
    return read_charges(make_shipment(charges=given), currency, company, REFERENCE)


def test_a_charge_is_one_line_on_its_account_with_the_profiles_tax() -> None:
    charges = read({"bank_fees": "12.30", "freight": "-5"}, tax_type="EXEMPTEXPORT")
    assert [(each.description, each.quantity, each.unit_amount) for each in charges.lines] == [
        ("Bank fees", Decimal(1), Decimal("12.30")),
        ("Freight", Decimal(1), Decimal(-5)),
    ]
    assert [(each.item_code, each.account_code, each.tax_type) for each in charges.lines] == [
        (None, "404", "EXEMPTEXPORT"),
        (None, "260", "EXEMPTEXPORT"),
    ]
    assert charges.amount == Decimal("7.30")


def test_without_a_tax_type_in_the_profile_a_charge_has_its_accounts() -> None:
    charges = read({"bank_fees": "1", "freight": "2"})
    assert [(each.tax_type, each.tax_source) for each in charges.lines] == [
        ("OUTPUT", TaxSource.ACCOUNT),
        ("EXEMPTEXPORT", TaxSource.ACCOUNT),
    ]


def test_a_charge_without_any_tax_type_is_refused() -> None:
    (problem,) = read({"freight": "2"}, charges={"freight": "299"}).problems
    assert (problem.code, problem.field, problem.value) == (Code.TAX_TYPE_UNKNOWN, "charges.freight", "299")
    assert "the charge freight" in problem.message


@pytest.mark.parametrize(
    "charges", [None, {}, [], {"freight": "0"}, {"freight": 0}, {"freight": None}, {"freight": " "}]
)
def test_no_charge_is_no_line(charges: Any) -> None:
    assert read(charges) == Charges()


@pytest.mark.parametrize(
    ("charges", "field", "value"),
    [
        ({"freight": "850.00"}, "charges.freight", "850"),
        ({"freight": "850 USD"}, "charges.freight", "850 USD"),
        ({"freight": {"amount": 850}}, "charges.freight", "{'amount': 850}"),
        (850, "charges", "850"),
        ([{"freight": 850}], "charges", "[{'freight': 850}]"),
    ],
)
@pytest.mark.parametrize("policy", ["warn", "refuse"])
def test_what_a_profile_without_charges_leaves_out_is_said(charges: Any, field: str, value: str, policy: str) -> None:
    found = read(charges, charges={}, on_unmapped_charge=policy)
    said, unsaid = (found.warnings, found.problems) if policy == "warn" else (found.problems, found.warnings)
    assert [(each.code, each.field, each.value) for each in said] == [(Code.CHARGE_NOT_MAPPED, field, value)]
    stays = "is not on the document" if policy == "warn" else "would not be on the document"
    assert f"{value} {stays}: no account is named for it." in said[0].message
    assert not unsaid
    assert not found.lines


def test_more_charges_than_anybody_reads_are_one_problem() -> None:
    (problem,) = read({f"charge {number}": "1" for number in range(101)}).problems
    assert (problem.code, problem.value) == (Code.FIELD_TOO_LONG, "101")
    assert problem.message == "The shipment has 101 charges, more than 100."
    assert len(read({f"charge {number}": "1" for number in range(100)}).warnings) == 100


@pytest.mark.parametrize(
    ("charges", "currency", "field"),
    [
        ("10", "USD", "charges"),
        ([10], "USD", "charges"),
        ({"freight": "x"}, "USD", "charges.freight"),
        ({"freight": True}, "USD", "charges.freight"),
        ({"freight": ["1"]}, "USD", "charges.freight"),
        ({"freight": "NaN"}, "USD", "charges.freight"),
        ({"freight": "1.001"}, "USD", "charges.freight"),
        ({"freight": "1.001"}, "KWD", "charges.freight"),
        ({"freight": "1.50"}, "JPY", "charges.freight"),
        ({"freight": "10000000000"}, "USD", "charges.freight"),
    ],
)
def test_a_charge_that_is_no_amount_is_a_problem(charges: Any, currency: str, field: str) -> None:
    (problem,) = read(charges, currency).problems
    assert (problem.code, problem.field) == (Code.FIELD_INVALID, field)


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("0.55", "USD"), ("0.55", "KWD"), ("1500", "JPY"), ("9999999999.99", "USD"), ("-9999999999.99", "USD")],
)
def test_a_charge_may_be_what_xero_and_its_currency_hold(amount: str, currency: str) -> None:
    charges = read({"freight": amount}, currency)
    assert (charges.amount, charges.problems) == (Decimal(amount), ())


def test_an_unmapped_charge_is_a_warning_that_names_it() -> None:
    charges = read({"customs": "10"})
    assert not charges.lines
    assert charges.amount == 0
    (warning,) = charges.warnings
    assert (warning.code, warning.field, warning.value) == (Code.CHARGE_NOT_MAPPED, "charges.customs", "10")
