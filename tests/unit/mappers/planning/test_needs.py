"""What is looked up before planning, and when a rejected shipment may try again."""

from typing import Any

import pytest

from mappers.model.master_data import Needs
from tests.at_once import needs
from tests.builders import OMIT, make_company, make_line, make_request, make_shipment


def test_codes_are_trimmed_and_aliases_applied() -> None:
    lines = [make_line(product_code=each) for each in (" BEEF-01 ", "LAMB-01", "LAMB-01")]
    company = make_company(customer_aliases={"ALOK": "C-1"}, product_aliases={"BEEF-01": "X-9"})
    request = make_request(shipment=make_shipment(buyer_code=" ALOK", lines=lines))
    assert needs(request, company) == Needs(frozenset({"C-1"}), frozenset({"X-9", "LAMB-01"}))


def test_the_consignee_is_needed_where_it_is_the_customer() -> None:
    assert needs(make_request(), make_company(customer_code="consignee")).customers == {"ALOK-MUM"}


@pytest.mark.parametrize(
    "shipment",
    [
        {},
        {"buyer_code": None, "lines": None},
        {"buyer_code": 7, "lines": "x"},
        {"buyer_code": ["ALOK"], "lines": [None, 7, {}, {"product_code": 1}, {"product_code": " "}]},
    ],
)
def test_a_broken_snapshot_needs_nothing_that_cannot_be_read(shipment: dict[str, Any]) -> None:
    assert needs(make_request(shipment=shipment), make_company()) == Needs()


def test_a_broken_snapshot_still_needs_what_can_be_read() -> None:
    shipment = make_shipment(currency=OMIT, lines=[make_line(quantity="x"), "broken"])
    assert needs(make_request(shipment=shipment), make_company()) == Needs(frozenset({"ALOK"}), frozenset({"BEEF-01"}))
