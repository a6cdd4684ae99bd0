"""What changed since a time: a page a call, invoices to customers and quotes, with spare calls only."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mappers.model.company import DocumentType
from tests.fakes.raw_http import Answer, reply
from tests.fakes.xero_collaborators import fixed_clock
from tests.unit.xero_client.accounting.documents import ORGANISATION
from tests.unit.xero_client.conftest import OpenHarness
from xero_client.errors import UnavailableError
from xero_client.port import Priority

SINCE = datetime(2026, 11, 26, 20, 0, 1, 999_000, tzinfo=timezone(timedelta(hours=11)))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
OURS = "0c9f8f6e-1111-4222-8333-444455556666"
THEIRS = "0c9f8f6e-1111-4222-8333-777788889999"


def moment(at: datetime) -> str:
    return f"/Date({int((at - EPOCH).total_seconds() * 1000)}+0000)/"


def invoice(xero_id: str, minute: int, **fields: Any) -> dict[str, Any]:
    updated = moment(FIRST + timedelta(minutes=minute))
    return {"InvoiceID": xero_id, "InvoiceNumber": "A", "Type": "ACCREC", "UpdatedDateUTC": updated, **fields}


def page(*invoices: dict[str, Any], **envelope: Any) -> Answer:
    return reply(200, json.dumps({"Invoices": invoices, **envelope}).encode())


def is_ours(xero_id: str) -> bool:
    return xero_id == OURS


async def test_invoices_are_asked_for_the_oldest_change_first_to_the_second(open_harness: OpenHarness) -> None:
    shown = invoice(OURS.upper(), 3, Status="PAID", AmountPaid=10.10, LineItems=[{"Quantity": 1}])
    harness = await open_harness(page(invoice(THEIRS, 1), shown, pagination={"pageCount": 2}))

    found = await harness.client.changed(ORGANISATION, DocumentType.INVOICE, SINCE, None, wanted=is_ours)

    (request,) = harness.server.requests
    assert request.query == {
        "where": 'Type=="ACCREC"',
        "order": "UpdatedDateUTC ASC",
        "page": "1",
        "pageSize": "100",
        "unitdp": "4",
    }
    assert request.headers["if-modified-since"] == "2026-11-26T09:00:01Z"
    assert harness.governor.granted == [(ORGANISATION, Priority.SPARE)]
    (document,) = found.documents
    assert (document.xero_id, document.status, str(document.amount_paid)) == (OURS, "PAID", "10.1")
    assert document.updated_at == found.newest == FIRST + timedelta(minutes=3)
    assert (found.in_order, found.is_last, found.asked_at) == (True, False, fixed_clock())


async def test_quotes_have_pages_without_a_count_and_may_be_asked_for_the_newest_first(
    open_harness: OpenHarness,
) -> None:
    full = [{"QuoteID": f"id-{each}", "UpdatedDateUTC": moment(FIRST)} for each in range(100)]
    harness = await open_harness(
        reply(200, json.dumps({"Quotes": full}).encode()), reply(200, json.dumps({"Quotes": full[:99]}).encode())
    )

    pages = [
        await harness.client.changed(ORGANISATION, DocumentType.QUOTE, SINCE, number, wanted=is_ours)
        for number in (4, 5)
    ]

    first, second = harness.server.requests
    assert (first.path, first.query) == ("/api.xro/2.0/Quotes", {"order": "UpdatedDateUTC DESC", "page": "4"})
    assert second.query["page"] == "5"
    assert [each.is_last for each in pages] == [False, True]
    assert [each.documents for each in pages] == [(), ()]


async def test_xeros_clock_counts_where_it_is_behind_ours(open_harness: OpenHarness) -> None:
    behind, ahead = fixed_clock() - timedelta(minutes=3), fixed_clock() + timedelta(minutes=3)
    harness = await open_harness(page(DateTimeUTC=moment(behind)), page(DateTimeUTC=moment(ahead)))
    found = [
        await harness.client.changed(ORGANISATION, DocumentType.INVOICE, SINCE, None, wanted=is_ours) for _ in range(2)
    ]
    assert [each.asked_at for each in found] == [behind, fixed_clock()]


async def test_nothing_changed_is_an_empty_last_page(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(304, b""))
    found = await harness.client.changed(ORGANISATION, DocumentType.INVOICE, SINCE, None, wanted=is_ours)
    assert (found.documents, found.newest, found.is_last, found.asked_at) == ((), None, True, fixed_clock())


async def test_a_reply_without_its_list_is_not_taken_for_nothing(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(200, b'{"Status":"OK"}'))
    with pytest.raises(UnavailableError, match="no Invoices"):
        await harness.client.changed(ORGANISATION, DocumentType.INVOICE, SINCE, None, wanted=is_ours)


@pytest.mark.parametrize("times", [[2, 1], [1, None]], ids=["in another order", "without a time"])
async def test_a_page_that_is_in_no_order_says_so(open_harness: OpenHarness, times: list[int | None]) -> None:
    rows = [invoice(OURS, each) if each is not None else {"InvoiceID": OURS, "Type": "ACCREC"} for each in times]
    harness = await open_harness(page(*rows))
    found = await harness.client.changed(ORGANISATION, DocumentType.INVOICE, SINCE, None, wanted=is_ours)
    assert not found.in_order
