"""Generated shipments through the whole path: Xero's amount is the shipment's, or the refusal names the difference.

Shipments are drawn from a seed and sent in full batches; SHIPLEDGER_TEST_SHIPMENTS says how many (2,000), and
SHIPLEDGER_TEST_SEED draws others. Of quotes there are few, because each costs a look-up of its own.
"""

import random
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest

from deploy.simulator.books.documents import Document
from mappers.model.company import Company, DocumentType, LineAmounts
from mappers.model.money import currency_exponent
from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest
from tests.builders import make_company, make_line, make_request, make_shipment
from tests.drawn import SEED, how_many
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import SimulatedHarness, simulated
from tests.properties.mappers.shipments import AMOUNTS, CODES, CURRENCIES, PRICES, QUANTITIES, SLIPS, Kind
from tests.properties.mappers.test_money_conservation import is_payable, is_right, names_the_difference, shipment_amount

COUNT = how_many("SHIPMENTS", 2_000)
QUOTES = 40
CHARGES = {"freight": "260", "insurance": "201"}
COMPANIES = (
    make_company(id="exclusive", charges=CHARGES),
    make_company(id="inclusive", charges=CHARGES, line_amounts=LineAmounts.INCLUSIVE, tax_type="OUTPUT"),
    make_company(id="no-tax", line_amounts=LineAmounts.NO_TAX),
    make_company(id="taxed", line_amounts=LineAmounts.EXCLUSIVE, tax_type="OUTPUT"),
    make_company(id="rounding", charges=CHARGES, rounding_account="260"),
)
QUOTING = tuple(
    each.model_copy(update={"id": f"{each.id}-quotes", "document": DocumentType.QUOTE}) for each in COMPANIES
)


def draw(chance: random.Random, index: int, companies: tuple[Company, ...]) -> SyncRequest:
    company, currency = chance.choice(companies), chance.choice(CURRENCIES)
    shipment = make_shipment(
        invoice_number=f"A-{index:06}",
        currency=currency,
        lines=[_line(chance, at + 1, currency) for at in range(chance.randint(1, 4))],
        charges={name: f"{_scaled(chance, AMOUNTS):f}" for name in CHARGES if chance.random() < 0.3},
    )
    return make_request(event_id=str(index), shipment_id=f"S-{index}", company_id=company.id, shipment=shipment)


def _line(chance: random.Random, number: int, currency: str) -> dict[str, Any]:
    """A line whose value was computed from the price as it is or cut to four decimals, and sometimes slipped."""
    quantity, price = _scaled(chance, QUANTITIES), _scaled(chance, PRICES)
    used = price.quantize(Decimal("0.0001"), ROUND_HALF_UP) if chance.random() < 0.8 else price
    places = min(2, currency_exponent(currency)) if chance.random() < 0.8 else currency_exponent(currency)
    value = (quantity * used).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    # A slip in one line of five: more would leave few shipments whole.
    value += chance.choice(SLIPS) if chance.random() < 0.2 else 0
    return make_line(
        line_number=number,
        product_code=chance.choice(CODES),
        quantity=f"{quantity:f}",
        unit_price=f"{price:f}",
        item_value=f"{value:f}",
    )


def _scaled(chance: random.Random, kinds: tuple[Kind, ...]) -> Decimal:
    least, most, places = chance.choice(kinds)
    return Decimal(chance.randint(least, most)).scaleb(-places)


def amount_in_xero(document: Document, company: Company) -> Fraction:
    exclusive = company.line_amounts is LineAmounts.EXCLUSIVE
    return Fraction(document.sub_total if exclusive else document.total)


def assert_conserved(outcome: Outcome, request: SyncRequest, company: Company, document: Document | None) -> None:
    shipment = request.shipment
    if outcome.status == "PROCESSED":
        assert document is not None
        assert amount_in_xero(document, company) == shipment_amount(shipment, company), shipment
        assert outcome.document is not None
        shown = (outcome.document.sub_total, outcome.document.total_tax, outcome.document.total)
        assert [Decimal(each or 0) for each in shown] == [document.sub_total, document.total_tax, document.total]
        return
    assert document is None
    assert outcome.status == "REJECTED"
    codes = {each.code for each in outcome.errors}
    assert codes <= {"line_value_mismatch", "field_invalid", "credit_note_needed"}, outcome.errors
    is_below_zero = shipment_amount(shipment, company) < 0
    assert ("credit_note_needed" in codes) <= is_below_zero
    wrong = [each for each in outcome.errors if each.code == "line_value_mismatch"]
    assert all(names_the_difference(each, shipment) for each in wrong)
    payable = all(is_payable(each, shipment["currency"]) for each in shipment["charges"].values())
    assert wrong or is_below_zero or not payable


def is_sound(request: SyncRequest, company: Company) -> bool:
    """Whether nothing at all is wrong with the shipment, by an oracle of its own."""
    shipment: dict[str, Any] = request.shipment
    payable = not company.charges or all(
        is_payable(each, shipment["currency"]) for each in shipment["charges"].values()
    )
    right = all(is_right(line, shipment["currency"]) for line in shipment["lines"])
    return payable and right and shipment_amount(shipment, company) >= 0


async def send(harness: SimulatedHarness, requests: list[SyncRequest]) -> dict[str, Outcome]:
    harness.xero.currencies += ["KWD"]
    harness.read_references()
    async with harness.owner() as partition:
        harness.give(partition, requests)
        await harness.all_answered(160)
    return {each.shipment_id: each for each in harness.ended()}


@pytest.mark.drawn
@pytest.mark.parametrize("decimals", ["iso", "two"], ids=["the currency's decimals", "two decimals"])
@pytest.mark.parametrize(
    ("companies", "count"), [(COMPANIES, COUNT // 2), (QUOTING, QUOTES)], ids=["invoices", "quotes"]
)
async def test_xeros_amount_is_the_shipments_or_the_refusal_names_the_difference(
    companies: tuple[Company, ...], count: int, decimals: str, check: RequestCheck
) -> None:
    """Whichever decimals Xero keeps of yen and dinars."""
    chance = random.Random(SEED)  # noqa: S311  # It draws amounts, it keeps no secrets.
    profiles = {each.id: each for each in companies}
    requests = [draw(chance, index, companies) for index in range(count)]
    # One event loop serves both sides of thousands of documents; on a faster clock it would be late for its writes.
    async with simulated(check, *companies, scale=2.0) as harness:
        harness.switch(currency_decimals=decimals)
        outcomes = await send(harness, requests)
        made = {each.number: each for each in harness.documents(companies[0].document)}
        for request in requests:
            document = made.get(request.shipment["invoice_number"])
            assert_conserved(outcomes[request.shipment_id], request, profiles[request.company_id], document)
    sound = [each for each in requests if is_sound(each, profiles[each.company_id])]
    assert all(outcomes[each.shipment_id].status == "PROCESSED" for each in sound)
    assert 0 < len(sound) < count
