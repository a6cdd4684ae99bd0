"""Charges of a shipment become lines by the profile's map of accounts."""

from decimal import Decimal
from typing import Any

import pytest

from mappers.model.problem import Code
from mappers.planning.charges import Charges, read_charges
from tests.builders import make_company, make_shipment

ACCOUNTS = {"freight": "260", "bank_fees": "404"}


def read(given: Any, currency: str = "USD", **profile: Any) -> Charges:
    return read_charges(make_shipment(charges=given), currency, make_company(**({"charges": ACCOUNTS} | profile)))


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


@pytest.mark.parametrize("charges", [None, {}, {"freight": "0"}, {"freight": 0}, {"freight": None}, {"freight": " "}])
def test_no_charge_is_no_line(charges: Any) -> None:
    assert read(charges) == Charges()


@pytest.mark.parametrize("charges", [{"freight": "10"}, "nonsense", {"freight": "x"}])
def test_a_profile_without_charges_reads_none(charges: Any) -> None:
    assert read(charges, charges={}) == Charges()


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


def test_an_unmapped_charge_is_a_warning_that_names_it() -> None:
    charges = read({"customs": "10"})
    assert not charges.lines
    assert charges.amount == 0
    (warning,) = charges.warnings
    assert (warning.code, warning.field, warning.value) == (Code.CHARGE_NOT_MAPPED, "charges.customs", "10")
