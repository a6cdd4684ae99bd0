"""One shipment: status, Sync Now or why not, and the log, newest first."""

import pytest

from streams.projection.store import ProjectionStore
from tests.outcome_builders import make_change, make_outcome, make_snapshot, rejected, waiting
from tests.unit.streams.web.conftest import Client
from tests.unit.streams.web.pages.conftest import PAGES, signed_in, text_of

SHIPMENT = f"{PAGES}/shipments/A"


async def shown(browser: Client, path: str = SHIPMENT) -> str:
    answer = await (await signed_in(browser)).get(path)
    assert answer.status == 200
    return await text_of(answer)


async def test_the_log_is_shown_newest_first_with_trigger_and_who(browser: Client, store: ProjectionStore) -> None:
    outcomes = [
        rejected(shipment_id="A", request="1"),
        make_outcome(shipment_id="A", request="2", after=60, trigger="sync_now", requested_by="Sandra <b>"),
    ]
    store.apply(enumerate(outcomes), [make_snapshot(shipment_id="A")], {})
    text = await shown(browser)
    assert text.index("Sync Now by Sandra <b>") < text.index("Status change")
    assert "20 Nov 2026, 03:16 UTC" in text
    assert "INV-2026-0042" in text
    assert "1,265.63 USD" in text
    # What support is sent, and what the list finds the shipment by.
    assert f"Request {outcomes[1].request_id} " in text


async def test_a_payment_stands_in_the_log_on_the_page_and_in_the_list(browser: Client, store: ProjectionStore) -> None:
    part = make_change("part_paid", xero_status="AUTHORISED", amount_paid="1000.00").model_copy(
        update={"shipment_id": "A"}
    )
    store.apply([(0, make_outcome(shipment_id="A")), (1, part)], [make_snapshot(shipment_id="A")], {})
    text = await shown(browser)
    assert text.index("Part paid") < text.index("Integration log")
    log = text[text.index("Integration log") :]
    assert log.index("Part paid") < log.index("Status change")
    assert "paid 1,000.00 USD" in log
    assert "Part paid" in await shown(browser, f"{PAGES}/shipments")
    assert "Part paid" in await shown(browser, f"{PAGES}/logs?shipment=A")


async def test_a_document_that_was_voided_is_shown_as_voided(browser: Client, store: ProjectionStore) -> None:
    change = make_change("voided", xero_status="VOIDED", amount_paid=None).model_copy(update={"shipment_id": "A"})
    store.apply([(0, make_outcome(shipment_id="A")), (1, change)], [make_snapshot(shipment_id="A")], {})
    assert "Approved \N{RIGHTWARDS ARROW} Voided" in await shown(browser)
    assert "Voided" in await shown(browser, f"{PAGES}/shipments")


async def test_view_error_says_who_fixes_what_in_impexdocs_words(browser: Client, store: ProjectionStore) -> None:
    store.apply([(1, rejected(shipment_id="A"))], [make_snapshot(shipment_id="A")], {})
    text = await shown(browser)
    assert "View Error (1)" in text
    row = "Buyer code ALOK Customer.Name(ALOK) : not found in XERO(Customer.Name). Shipping or accounting"
    assert row in text


async def test_a_shipment_that_waits_says_for_what_and_until_when(browser: Client, store: ProjectionStore) -> None:
    store.apply([(1, waiting(shipment_id="A"))], [make_snapshot(shipment_id="A")], {})
    assert "Xero's limit of calls is used up" in await shown(browser)


async def test_sync_now_is_offered_where_it_is_possible_else_the_reason(
    browser: Client, store: ProjectionStore
) -> None:
    store.apply([], [make_snapshot(shipment_id="A"), make_snapshot(shipment_id="early", status="DOCS ISSUED")], {})
    assert "Nothing was sent yet." in await shown(browser)
    early = await shown(browser, f"{PAGES}/shipments/early")
    assert "Sync Now is not possible." in early
    assert "it has to be in ACCOUNTS INV CREATED" in early


@pytest.mark.parametrize("path", [f"{PAGES}/shipments/unknown", "/companies/nobody/shipments/A", "/nothing"])
async def test_what_is_not_there_is_a_page_that_says_so(browser: Client, path: str) -> None:
    answer = await (await signed_in(browser)).get(path)
    assert answer.status == 404
    assert "Not found" in await text_of(answer)


async def test_an_id_with_a_slash_has_its_page(browser: Client, store: ProjectionStore) -> None:
    store.apply([(1, make_outcome(shipment_id="B/1"))], [make_snapshot(shipment_id="B/1")], {})
    assert "B/1" in await shown(browser, f"{PAGES}/shipments/B%2F1")
