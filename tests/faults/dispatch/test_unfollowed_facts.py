"""Questions whose answers the worker does not follow: whichever is true, the same shipments come out to the cent.

Each other answer of each question alone. The shipments have what questions are about: a discount of four decimals, a
line of nothing, a price of many decimals, yen and dinars, prices with tax, a change, and a row that the ledger forgot.
"""

from decimal import Decimal
from typing import Any

import pytest

from config.facts import NOT_FOLLOWED
from deploy.simulator.wire.switches import questions
from mappers.model.company import Company, DocumentType, LineAmounts
from mappers.model.sync_request import SyncRequest
from tests.builders import make_company, make_line
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import SimulatedHarness, simulated
from tests.unit.streams.dispatch.requests import numbered

OTHERS = [(name, each) for name in sorted(NOT_FOLLOWED) for each in questions()[name][1:]]
LINES: dict[str, list[dict[str, Any]]] = {
    "USD": [
        make_line(),
        make_line(line_number=2, quantity="1", unit_price="10000", discount_rate="3.3333", item_value="9666.67"),
        make_line(line_number=3, quantity="2", unit_price="0", item_value="0"),
    ],
    "JPY": [make_line(quantity="7", unit_price="151", item_value="1057")],
    "KWD": [make_line(quantity="4", unit_price="0.125", item_value="0.5")],
}
SHARED = make_line(line_number=4, quantity="300", unit_price="0.33333333", item_value="100.00")
AMOUNTS = {"USD": Decimal("10932.30"), "JPY": Decimal(1057), "KWD": Decimal("0.5")}
KINDS = [
    (DocumentType.INVOICE, LineAmounts.EXCLUSIVE),
    (DocumentType.QUOTE, LineAmounts.INCLUSIVE),
]


def request(index: int, currency: str, kind: DocumentType, revision: int) -> SyncRequest:
    """The second revision changes the reference; the third says again what the second did."""
    more = [SHARED] if currency == "USD" and kind is DocumentType.INVOICE else []
    reference = f"R{min(revision, 2)}"
    lines = [*LINES[currency], *more]
    return numbered(index, revision=revision, currency=currency, exporter_reference=reference, lines=lines)


def requests(kind: DocumentType, revision: int) -> list[SyncRequest]:
    return [request(index, currency, kind, revision) for index, currency in enumerate(LINES)]


def assert_to_the_cent(harness: SimulatedHarness, company: Company) -> None:
    shared = Decimal(100) if company.document is DocumentType.INVOICE else 0
    for document in harness.documents(company.document):
        exclusive = company.line_amounts is LineAmounts.EXCLUSIVE
        amount = document.sub_total if exclusive else document.total
        more = shared if document.currency == "USD" else 0
        assert amount == AMOUNTS[document.currency] + more, document


@pytest.mark.parametrize(("kind", "amounts"), KINDS, ids=["invoices", "quotes"])
@pytest.mark.parametrize(("question", "answer"), OTHERS, ids=str)
async def test_whatever_xero_does_the_documents_are_right(
    question: str, answer: Any, kind: DocumentType, amounts: LineAmounts, check: RequestCheck
) -> None:
    company = make_company(document=kind, line_amounts=amounts, tax_type="OUTPUT", exchange_rate="ignore")
    async with simulated(check, company) as harness:
        harness.xero.currencies += ["KWD", "JPY"]
        harness.read_references()
        harness.switch(**{question: answer})
        await harness.drive(requests(kind, 1), requests(kind, 2))
        assert [each.action for each in harness.ended()] == ["created"] * 3 + ["updated"] * 3
        assert_to_the_cent(harness, company)
        before = harness.documents(kind)
        harness.topic.ledger.clear()
        outcomes = (await harness.drive(requests(kind, 3)))[-3:]
        assert [each.action for each in outcomes] == ["recovered"] * 3, outcomes
        assert harness.documents(kind) == before
