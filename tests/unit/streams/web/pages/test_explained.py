"""Explain on the page of a shipment: the document as accounts read one, or every problem."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from mappers.model import DocumentType, LineAmounts
from streams.projection.store import ProjectionStore
from streams.web.pages.views.document import document_view
from tests.outcome_builders import make_snapshot, unknown_customer
from tests.unit.streams.web.conftest import Client, DryRuns
from tests.unit.streams.web.pages.conftest import PAGES, signed_in, text_of
from tests.unit.xero_client.accounting.documents import make_document, make_line
from xero_client.accounting.encode import encode_documents
from xero_client.errors import OutOfQuotaError

EXPLAIN = f"{PAGES}/shipments/A/explain"
TAX = {"line": "BEEF-01", "tax_type": "EXEMPTEXPORT", "decided_by": "item", "percent": "0"}


@pytest.fixture(autouse=True)
def shipment(store: ProjectionStore) -> None:
    store.apply([], [make_snapshot(shipment_id="A")], {})


def element(**given: Any) -> Mapping[str, Any]:
    """As Xero would get it."""
    document = make_document(**given)
    (found,) = next(iter(json.loads(encode_documents(document.type, [(document, None)])).values()))
    return found  # type: ignore[no-any-return]  # JSON is what it is.


def told(would_send: Mapping[str, Any] | None, **more: Any) -> Mapping[str, Any]:
    return {"would_send": would_send, "problems": [], "warnings": [], "taxes": [], "not_compared": []} | more


async def explained(browser: Client) -> str:
    answer = await (await signed_in(browser)).post(EXPLAIN)
    assert answer.status == 200
    return await text_of(answer)


async def test_the_document_is_a_table_with_its_sum(browser: Client, dry_runs: DryRuns) -> None:
    line = make_line(tax_type="EXEMPTEXPORT")
    dry_runs.told = told(element(lines=(line,)), taxes=[TAX])
    text = await explained(browser)
    assert "This invoice. Nothing was written." in text
    assert "Number INV-2026-0042 Status Draft Reference EXP-77 FOB Port Botany Date 19 Nov 2026 Due 19 Dec 2026" in text
    assert "BEEF-01 Chilled beef 12.5 101.25 the item's EXEMPTEXPORT (0 %), by the item 1,265.63" in text
    assert "Sum before tax 1,265.63 USD" in text


async def test_every_problem_stands_there_where_nothing_would_be_sent(browser: Client, dry_runs: DryRuns) -> None:
    dry_runs.told = told(None, problems=[unknown_customer().model_dump(mode="json")])
    text = await explained(browser)
    assert "Nothing: Shipledger would reject it." in text
    assert "Customer.Name(ALOK) : not found in XERO(Customer.Name)." in text


async def test_where_xero_takes_no_calls_it_says_until_when(browser: Client, dry_runs: DryRuns) -> None:
    resumes = datetime(2026, 11, 21, 10, tzinfo=UTC)
    dry_runs.error = OutOfQuotaError("Xero's limit of calls of this day is used up.", limit="day", resume_at=resumes)
    answer = await (await signed_in(browser)).post(EXPLAIN)
    assert answer.status == 503
    assert "Ask again after 21 Nov 2026, 10:00 UTC." in await text_of(answer)


def test_a_line_amounts_to_what_xero_reckons() -> None:
    """Half a cent goes up; a discount is off the line; an amount that is sent is the amount."""
    lines = (
        make_line(quantity=Decimal("0.5"), unit_amount=Decimal("0.01")),
        make_line(quantity=Decimal(3), unit_amount=Decimal("10.0000"), discount_rate=Decimal("33.33")),
        make_line(quantity=Decimal(1), unit_amount=Decimal("-0.00001"), discount_amount=Decimal("5.00")),
        make_line(unit_amount=None, line_amount=Decimal("1200.00")),
    )
    view = document_view(element(lines=lines, line_amounts=LineAmounts.INCLUSIVE))
    assert [each.amount for each in view.lines] == ["0.01", "20.00", "-5.00", "1200.00"]
    assert [each.discount for each in view.lines] == ["", "33.33 %", "5", ""]
    assert [each.unit_price for each in view.lines] == ["0.01", "10", "-0.00001", ""]
    assert (view.sum_word, view.sum, view.has_discounts) == ("Sum with tax", "1215.01", True)


def test_a_quote_says_until_when_it_is_valid() -> None:
    quote = element(type=DocumentType.QUOTE, status="SENT", line_amounts=LineAmounts.NO_TAX)
    view = document_view(quote)
    assert (view.kind, view.sum_word, view.has_discounts) == ("Quote", "Sum, no tax", False)
    assert ("Valid until", "19 Dec 2026") in view.head
