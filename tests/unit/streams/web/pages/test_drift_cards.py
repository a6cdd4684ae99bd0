"""What the nightly comparison found stands on the Attention page, with who does what, until it is resolved."""

from datetime import timedelta

import pytest

from streams.projection.store import ProjectionStore
from tests.builders import OCCURRED_AT
from tests.outcome_builders import make_drift, make_outcome, make_snapshot
from tests.unit.streams.web.conftest import API, Client
from tests.unit.streams.web.pages.conftest import PAGES, Now, signed_in, text_of


@pytest.fixture(autouse=True)
def soon(now: Now) -> None:
    """Within a day of the night."""
    now.seconds = (OCCURRED_AT + timedelta(hours=13)).timestamp()


async def attention(browser: Client) -> str:
    answer = await (await signed_in(browser)).get(f"{PAGES}/attention")
    assert answer.status == 200
    return await text_of(answer)


async def test_a_difference_is_a_card_until_it_is_resolved(browser: Client, store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_drift("amount", ledger="1265.63", xero="1.00"))], [make_snapshot()], {})
    text = await attention(browser)
    assert "1 shipment differs in Xero: another amount" in text
    assert "INV-2026-0042 comes to 1.00 USD in Xero; Shipledger sent 1,265.63 USD." in text
    assert "In Xero: Compare the document with the shipment" in " ".join(text.split())
    assert "held up" not in text
    store.apply([(2, make_drift())], [], {})
    text = await attention(browser)
    assert "differs in Xero" not in text
    assert "Resolved Difference in Xero: another amount" in text


async def test_the_shipments_page_says_what_differs_and_who_does_what(browser: Client, store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_drift("amount", ledger="1265.63", xero="1.00"))], [make_snapshot()], {})
    browser = await signed_in(browser)
    text = await text_of(await browser.get(f"{PAGES}/shipments/SHP-000123"))
    assert (
        "Differs in Xero INV-2026-0042 comes to 1.00 USD in Xero; Shipledger sent 1,265.63 USD. "
        "Since 20 Nov 2026, 15:15 UTC" in text
    )
    assert "Accounting: Compare the document with the shipment" in text
    assert "It has been sent since" not in text
    store.apply([(2, make_outcome(request="2", trigger="sync_now"))], [], {})
    assert "It has been sent since" in await text_of(await browser.get(f"{PAGES}/shipments/SHP-000123"))
    store.apply([(3, make_drift())], [], {})
    assert "Differs in Xero" not in await text_of(await browser.get(f"{PAGES}/shipments/SHP-000123"))


async def test_the_api_names_it_among_the_causes(client: Client, store: ProjectionStore) -> None:
    store.apply([(0, make_outcome()), (1, make_drift("missing", ledger="INV-2026-0042"))], [make_snapshot()], {})
    (cause,) = (await (await client.get(f"{API}/attention")).json())["causes"]
    assert (cause["status"], cause["code"], cause["count"]) == ("PROCESSED", "drift_missing", 1)
    found = await (await client.get(f"{API}/shipments?cause=drift_missing")).json()
    assert [each["shipment_id"] for each in found["shipments"]] == ["SHP-000123"]
