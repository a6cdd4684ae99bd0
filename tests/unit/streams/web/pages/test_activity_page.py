"""Activity: every act on a shipment, by whom, page by page."""

import re

import pytest

from streams.projection.store import ProjectionStore
from streams.web.pages.screens.logs import ACTIVITY
from tests.outcome_builders import make_outcome, make_snapshot, rejected, unknown_customer, waiting
from tests.unit.streams.web.conftest import OTHER_COMPANY, Client
from tests.unit.streams.web.pages.conftest import PAGES, TOKENS, signed_in, text_of


async def test_every_request_of_a_shipment_is_there_once_with_who_asked(
    browser: Client, store: ProjectionStore
) -> None:
    outcomes = [
        rejected(unknown_customer(), shipment_id="A", request="1"),
        waiting("paused", shipment_id="A", request="2"),
        make_outcome(shipment_id="A", request="2", trigger="sync_now", requested_by="Sandra"),
        make_outcome(shipment_id="A", request="3", trigger="released"),
        make_outcome(shipment_id="B", request="4"),
        make_outcome(company_id=OTHER_COMPANY, shipment_id="C", request="5", requested_by="Theo"),
    ]
    store.apply(enumerate(outcomes), [make_snapshot(shipment_id=each) for each in "AB"], {})
    page = await (await signed_in(browser, TOKENS["Vera"])).get(f"{PAGES}/activity")
    body = await page.text()
    assert body.count("<tbody>") == 2
    (of_a,) = re.findall(r"<tbody>(?:(?!</tbody>).)*shipments/A.*?</tbody>", body, re.DOTALL)
    assert of_a.count("<tr>") == 3
    assert "Sandra" in of_a
    assert "Shipledger" in of_a
    assert "Shipping" in of_a
    assert "Rejected" in of_a
    assert "Waiting" not in of_a
    assert "Theo" not in await text_of(page)


async def test_older_shipments_are_a_page_further(browser: Client, store: ProjectionStore) -> None:
    names = [f"S-{index:03}" for index in range(ACTIVITY + 5)]
    store.apply(enumerate(make_outcome(shipment_id=each, request=each) for each in names), [], {})
    browser = await signed_in(browser, TOKENS["Vera"])
    found: list[str] = []
    path = f"{PAGES}/activity"
    for _ in range(4):
        body = await (await browser.get(path)).text()
        found += re.findall(r"shipments/(S-\d+)\"", body)
        older = re.search(r'href="(\?cursor=[^"]+)" rel="next"', body)
        if older is None:
            break
        path = f"{PAGES}/activity{older[1]}"
    assert sorted(found) == names


@pytest.mark.parametrize("cursor", ["x", "%00"])
async def test_a_cursor_that_nobody_gave_is_refused(browser: Client, cursor: str) -> None:
    answer = await (await signed_in(browser, TOKENS["Vera"])).get(f"{PAGES}/activity?cursor={cursor}")
    assert answer.status == 422
