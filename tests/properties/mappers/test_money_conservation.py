"""What Xero will make of a document is the shipment's amount to the last digit, or the refusal names the difference.

The oracle computes with fractions and knows nothing of the code: Xero's two decimals, and the currency's own, since it
is not documented which of them Xero rounds yen and dinars to.
"""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappers.model.company import Company, XeroFacts
from mappers.model.document import Document
from mappers.model.problem import Code, Problem
from mappers.planning.plan import Planned
from tests.at_once import plan
from tests.builders import make_company, make_request
from tests.properties.examples import examples
from tests.properties.mappers.shipments import REFERENCE, shipments

MAPPED = {"freight": "260", "insurance": "261"}
ROUNDING = make_company(charges=MAPPED, rounding_account="860")
# As where Xero was found to reckon a line anew that comes without a price.
PRICED = make_company().with_facts(XeroFacts(quantity_with_line_amount="recomputed"))
PRICED_ROUNDING = ROUNDING.with_facts(XeroFacts(item_price_beside_line_amount="used"))
COMPANIES = st.sampled_from([make_company(charges=MAPPED), make_company(), ROUNDING, PRICED, PRICED_ROUNDING])


def half_up(number: Fraction, places: int) -> Fraction:
    scaled = abs(number) * 10**places
    rounded = Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator), 10**places)
    return rounded if number >= 0 else -rounded


def xero_amount(quantity: str, price: str, places: int) -> Fraction:
    return half_up(Fraction(quantity) * half_up(Fraction(price), 4), places)


def decimals_of(currency: str) -> int:
    return {"JPY": 0, "KWD": 3}.get(currency, 2)


def value_of(line: dict[str, Any], currency: str) -> Fraction:
    """The item value counts to the cent, or to the currency's smaller unit; senders write what they computed."""
    return half_up(Fraction(line["item_value"]), max(2, decimals_of(currency)))


def shipment_amount(shipment: dict[str, Any], company: Company) -> Fraction:
    values = [value_of(each, shipment["currency"]) for each in shipment["lines"]]
    return sum(values + [Fraction(each) for each in shipment["charges"].values() if company.charges], Fraction(0))


def is_right(line: dict[str, Any], currency: str) -> bool:
    value = value_of(line, currency)
    both = {xero_amount(line["quantity"], line["unit_price"], places) for places in (2, decimals_of(currency))}
    return both == {value}


def is_sent_as_amount(line: dict[str, Any], currency: str) -> bool:
    """On an invoice, where the price has more decimals than Xero keeps and the value is the exact product, rounded."""
    places = min(2, decimals_of(currency))
    price, value = Fraction(line["unit_price"]), value_of(line, currency)
    off = abs(value - Fraction(line["quantity"]) * price)
    keeps_a_price = half_up(price, 4) != 0 or value == 0
    is_rounded = half_up(value, places) == value and off <= Fraction(5, 10 ** (places + 1))
    return half_up(price, 4) != price and keeps_a_price and is_rounded


def is_payable(charge: str, currency: str) -> bool:
    return half_up(Fraction(charge), min(2, decimals_of(currency))) == Fraction(charge)


def is_conserved(document: Document, amount: Fraction, places: int) -> bool:
    made = [
        half_up(Fraction(each.line_amount), places)
        if each.line_amount is not None
        else xero_amount(str(each.quantity), str(each.unit_amount), places)
        for each in document.lines
    ]
    return sum(made, Fraction(0)) == amount == Fraction(document.expected_amount)


def names_the_difference(problem: Problem, shipment: dict[str, Any]) -> bool:
    line = shipment["lines"][int((problem.field or "")[len("lines[") :].split("]")[0])]
    places = (2, decimals_of(shipment["currency"]))
    value, said = value_of(line, shipment["currency"]), Fraction(problem.message.split(" is ", 1)[1].split()[0])
    difference = Fraction(problem.message.rstrip(".").rsplit(" ", 1)[1])
    is_xeros = said in {xero_amount(line["quantity"], line["unit_price"], each) for each in places}
    return is_xeros and difference == value - said != 0 and Fraction(problem.value or "") == value


@pytest.mark.timeout(600)
@settings(max_examples=examples(10_000), deadline=None)
@given(shipments(), COMPANIES)
def test_xeros_amount_is_the_shipments_or_the_refusal_names_the_difference(
    shipment: dict[str, Any], company: Company
) -> None:
    answer = plan(make_request(shipment=shipment), company, REFERENCE)
    currency = shipment["currency"]
    if isinstance(answer, Planned):
        amount = shipment_amount(shipment, company)
        assert is_conserved(answer.document, amount, 2)
        assert is_conserved(answer.document, amount, decimals_of(currency))
        return
    codes = {each.code for each in answer.problems}
    assert codes <= {Code.LINE_VALUE_MISMATCH, Code.FIELD_INVALID, Code.CREDIT_NOTE_NEEDED}
    assert (Code.CREDIT_NOTE_NEEDED in codes) <= (shipment_amount(shipment, company) < 0)
    wrong = [each for each in answer.problems if each.code is Code.LINE_VALUE_MISMATCH]
    assert all(names_the_difference(each, shipment) for each in wrong)
    charges_are_wrong = not all(is_payable(each, currency) for each in shipment["charges"].values())
    assert wrong or (company.charges and charges_are_wrong) or Code.CREDIT_NOTE_NEEDED in codes


@settings(max_examples=examples(2000), deadline=None)
@given(shipments())
def test_without_a_rounding_account_exactly_the_wrong_lines_are_refused(shipment: dict[str, Any]) -> None:
    answer = plan(make_request(shipment=shipment), make_company(), REFERENCE)
    refused = set() if isinstance(answer, Planned) else {each.field for each in answer.problems}
    currency, lines = shipment["currency"], enumerate(shipment["lines"])
    right = (is_right, is_sent_as_amount)
    expected = {f"lines[{at}].item_value" for at, line in lines if not any(each(line, currency) for each in right)}
    below_zero = {"lines"} if shipment_amount(shipment, make_company()) < 0 else set()
    assert refused == expected | below_zero


@settings(max_examples=examples(2000), deadline=None)
@given(shipments(), st.sampled_from([PRICED, PRICED_ROUNDING]))
def test_where_xero_takes_no_line_amounts_every_line_has_its_price(shipment: dict[str, Any], company: Company) -> None:
    answer = plan(make_request(shipment=shipment), company, REFERENCE)
    if isinstance(answer, Planned):
        assert all(each.unit_amount is not None and each.line_amount is None for each in answer.document.lines)
