"""Looking documents up: in as few calls as the address allows, with every number asked for as it is."""

import json
import tracemalloc
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.company import DocumentType
from tests.fakes.raw_http import Answer, reply
from tests.unit.xero_client.accounting.documents import ORGANISATION
from tests.unit.xero_client.conftest import OpenHarness
from xero_client.accounting.requests import ENCODED_LIMIT, LONGEST_LIST, chunks, listable, listed_and_single
from xero_client.errors import UnavailableError
from xero_client.port import Priority

KNOWN = "0c9f8f6e-1111-4222-8333-444455556666"
GONE = "0c9f8f6e-1111-4222-8333-777788889999"


def shown(*numbers: str, status: str = "DRAFT", **pagination: int) -> Answer:
    """A page of invoices with these numbers; the id is made of the number's bytes."""
    rows = [
        {"InvoiceID": f"id-{number.encode().hex()}", "InvoiceNumber": number, "Status": status} for number in numbers
    ]
    page: dict[str, Any] = {"pagination": pagination} if pagination else {}
    return reply(200, json.dumps({"Invoices": rows, **page}).encode())


def quotes(*numbers: str) -> Answer:
    """A page of quotes with these numbers."""
    rows = [{"QuoteID": f"id-{position}", "QuoteNumber": number} for position, number in enumerate(numbers)]
    return reply(200, json.dumps({"Quotes": rows}).encode())


async def test_invoices_are_found_by_a_list_of_numbers_with_lines_and_four_decimals(open_harness: OpenHarness) -> None:
    harness = await open_harness(shown("A-1", "B/2 x", "a-1", pageCount=1))

    found = await harness.client.find(ORGANISATION, DocumentType.INVOICE, ["A-1", "B/2 x", "A-1"], Priority.PEOPLE)

    (request,) = harness.server.requests
    assert request.query == {"InvoiceNumbers": "A-1,B/2 x", "page": "1", "pageSize": "1000", "unitdp": "4"}
    assert [each.number for each in found] == ["A-1", "B/2 x", "a-1"]
    assert harness.governor.granted == [(ORGANISATION, Priority.PEOPLE)]


async def test_numbers_that_a_list_cannot_carry_are_asked_for_one_by_one(open_harness: OpenHarness) -> None:
    odd = ["A,1", " A "]
    harness = await open_harness(shown(odd[0], pageCount=1), shown(odd[1], pageCount=1))

    found = await harness.client.find(ORGANISATION, DocumentType.INVOICE, odd, Priority.BACKLOG)

    asked = [request.query["where"] for request in harness.server.requests]
    assert asked == ['InvoiceNumber=="A,1"', 'InvoiceNumber==" A "']
    assert [each.number for each in found] == odd


@pytest.mark.parametrize("number", ['A"1', "A\\1", 'A\\"1'])
async def test_a_number_that_no_filter_can_name_is_searched_for(open_harness: OpenHarness, number: str) -> None:
    harness = await open_harness(shown(number, pageCount=1))

    found = await harness.client.find(ORGANISATION, DocumentType.INVOICE, [number], Priority.BACKLOG)

    assert [request.query["searchTerm"] for request in harness.server.requests] == [number]
    assert all("where" not in request.query for request in harness.server.requests)
    assert [each.number for each in found] == [number]


@pytest.mark.parametrize("kind", list(DocumentType))
async def test_a_document_in_other_letters_is_found(open_harness: OpenHarness, kind: DocumentType) -> None:
    reply = shown("inv-1", "INV-10", pageCount=1) if kind is DocumentType.INVOICE else quotes("inv-1", "INV-10")
    harness = await open_harness(reply)

    found = await harness.client.find(ORGANISATION, kind, ["INV-1"], Priority.BACKLOG, thorough=True)

    assert [each.number for each in found] == ["inv-1"]
    assert len(harness.server.requests) == 1


async def test_a_taken_number_that_no_list_shows_is_searched_for_once(open_harness: OpenHarness) -> None:
    harness = await open_harness(shown("B", pageCount=1), shown("inv-1", "INV-1 of B", pageCount=1))

    found = await harness.client.find(
        ORGANISATION, DocumentType.INVOICE, ["INV-1", "B"], Priority.BACKLOG, thorough=True
    )

    assert [request.query.get("searchTerm") for request in harness.server.requests] == [None, "INV-1"]
    assert [each.number for each in found] == ["B", "inv-1"]


async def test_every_page_of_a_search_is_read(open_harness: OpenHarness) -> None:
    """Bills may have the same numbers as invoices, so a list of 40 numbers can fill pages."""
    harness = await open_harness(shown("A", pageCount=2), shown("B", pageCount=2))

    found = await harness.client.find(ORGANISATION, DocumentType.INVOICE, ["A", "B"], Priority.BACKLOG)

    assert [request.query["page"] for request in harness.server.requests] == ["1", "2"]
    assert [each.number for each in found] == ["A", "B"]


async def test_pages_without_end_are_not_followed_for_ever(open_harness: OpenHarness) -> None:
    harness = await open_harness(shown("A", pageCount=10_000))

    with pytest.raises(UnavailableError, match="pages"):
        await harness.client.find(ORGANISATION, DocumentType.INVOICE, ["A"], Priority.BACKLOG)


async def test_of_many_pages_what_nobody_asked_for_is_not_kept(open_harness: OpenHarness) -> None:
    """A search for a text may show a good part of an organisation's books."""
    others = [f"A-1/{number}" for number in range(300)]

    async def peak(pages: int) -> int:
        harness = await open_harness(*(shown("A-1", *others, pageCount=pages) for _ in range(pages)))
        tracemalloc.start()
        try:
            found = await harness.client.find(ORGANISATION, DocumentType.INVOICE, ["A-1"], Priority.PEOPLE)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
            assert [each.number for each in found] == ["A-1"]

    assert await peak(20) < 1.5 * await peak(2)


async def test_quotes_are_found_one_number_a_call_and_compared_exactly(open_harness: OpenHarness) -> None:
    harness = await open_harness(quotes("Q-1", "Q-10"), quotes())

    found = await harness.client.find(ORGANISATION, DocumentType.QUOTE, ["Q-1", "Q,2"], Priority.BACKLOG)

    assert [request.query["QuoteNumber"] for request in harness.server.requests] == ["Q-1", "Q,2"]
    assert [each.number for each in found] == ["Q-1"]


async def test_a_full_page_of_quotes_is_followed_by_the_next(open_harness: OpenHarness) -> None:
    harness = await open_harness(quotes(*(f"Q-1{position}" for position in range(100))), quotes("Q-1"))

    found = await harness.client.find(ORGANISATION, DocumentType.QUOTE, ["Q-1"], Priority.BACKLOG)

    assert [request.query["page"] for request in harness.server.requests] == ["1", "2"]
    assert len(found) == 1


async def test_nothing_to_find_costs_no_call(open_harness: OpenHarness) -> None:
    harness = await open_harness(reply(500))

    assert await harness.client.find(ORGANISATION, DocumentType.INVOICE, [], Priority.BACKLOG) == ()
    assert await harness.client.read(ORGANISATION, DocumentType.QUOTE, [], Priority.BACKLOG) == ()


async def test_after_a_404_for_a_list_each_id_is_read_by_itself(open_harness: OpenHarness) -> None:
    row = {"InvoiceID": KNOWN.upper(), "InvoiceNumber": "A", "Status": "DRAFT"}
    harness = await open_harness(reply(404, b""), reply(200, json.dumps({"Invoices": [row]}).encode()), reply(404, b""))

    found = await harness.client.read(ORGANISATION, DocumentType.INVOICE, [KNOWN, GONE], Priority.BACKLOG)

    assert [request.query["IDs"] for request in harness.server.requests] == [f"{KNOWN},{GONE}", KNOWN, GONE]
    assert [(each.xero_id, each.number) for each in found] == [(KNOWN, "A")]


async def test_quotes_are_read_one_by_one_and_unknown_ones_are_absent(open_harness: OpenHarness) -> None:
    harness = await open_harness(quotes("Q-1"), reply(404, b""))

    found = await harness.client.read(ORGANISATION, DocumentType.QUOTE, [KNOWN, GONE], Priority.BACKLOG)

    paths = [request.path for request in harness.server.requests]
    assert paths == [f"/api.xro/2.0/Quotes/{KNOWN}", f"/api.xro/2.0/Quotes/{GONE}"]
    assert [each.number for each in found] == ["Q-1"]


@pytest.mark.parametrize("number", ["INV-2026-0042", "A", "12/34 B_c.d#1"])
def test_usual_numbers_go_into_lists(number: str) -> None:
    assert listable(number)


@pytest.mark.parametrize("number", ["A,B", " A", "A ", 'A"B', "Ä", "", "-", "A\n"])
def test_odd_numbers_do_not(number: str) -> None:
    assert not listable(number)


@given(st.lists(st.text(min_size=1, max_size=255), max_size=120))
def test_every_number_is_asked_for_once_and_no_address_is_too_long(numbers: Sequence[str]) -> None:
    listed, single = listed_and_single(numbers)

    asked = [number for group in listed for number in group] + list(single)
    assert sorted(asked) == sorted(set(numbers))
    assert all(len(group) <= LONGEST_LIST for group in listed)


@given(st.lists(st.from_regex(r"[A-Za-z0-9 /#]{1,255}", fullmatch=True), max_size=80))
def test_chunks_keep_the_order_and_the_limit(values: list[str]) -> None:
    groups = chunks(values)

    assert [value for group in groups for value in group] == values
    for group in groups:
        encoded = sum(3 if each in " /#" else 1 for value in group for each in value) + 3 * (len(group) - 1)
        assert encoded <= ENCODED_LIMIT
