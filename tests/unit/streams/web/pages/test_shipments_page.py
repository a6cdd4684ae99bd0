"""The list of shipments: search and filters in the address, three different empty states, CSV."""

import csv
from datetime import UTC, datetime

import pytest

from mappers.model import Following, Freshness
from streams.projection.store import ProjectionStore
from streams.web.app import WebParts
from streams.web.pages.views.shipments import read_filters
from tests.fakes.following import ToldFreshness
from tests.outcome_builders import make_outcome, make_snapshot, rejected
from tests.unit.streams.web.conftest import API, TOKEN, Client
from tests.unit.streams.web.pages.conftest import PAGES, TOKENS, signed_in, text_of

LIST = f"{PAGES}/shipments"


def fill(store: ProjectionStore) -> None:
    outcomes = [make_outcome(shipment_id="A", request="1"), rejected(shipment_id="B", request="2", after=60)]
    store.apply(enumerate(outcomes), [make_snapshot(shipment_id=each) for each in "ABC"], {})


async def shown(browser: Client, path: str = LIST, token: str = TOKENS["Sandra"]) -> str:
    answer = await (await signed_in(browser, token)).get(path)
    assert answer.status == 200
    return await text_of(answer)


async def test_a_line_has_customer_status_time_document_and_total(browser: Client, store: ProjectionStore) -> None:
    fill(store)
    text = await shown(browser)
    assert "ALOK ACCOUNTS INV CREATED Processed 20 Nov 2026, 03:15 UTC INV-2026-0042 in Xero" in text
    assert "1,265.63 USD" in text
    assert "All (3) Processed (1) Rejected (1) Waiting (0) Skipped (0) Not sent (1)" in text


async def test_filters_of_the_address_leave_out_the_others(browser: Client, store: ProjectionStore) -> None:
    fill(store)
    browser = await signed_in(browser)
    body = await (await browser.get(f"{LIST}?status=REJECTED")).text()
    assert 'value="B"' in body
    assert 'value="A"' not in body
    by_cause = await (await browser.get(f"{LIST}?code=customer_not_found&value=ALOK")).text()
    assert 'aria-label="Choose B"' in by_cause
    assert 'aria-label="Choose A"' not in by_cause


@pytest.mark.parametrize(
    "query",
    [
        "status=DONE",
        "from=yesterday",
        "to=2026-13-01",
        "to=9999-12-31",
        f"query={'x' * 501}",
        "zone=Mars/Olympus",
        "zone=Australia",
        "zone=../../etc/passwd",
        "from=0001-01-01&zone=Australia/Sydney",
    ],
)
async def test_a_filter_that_cannot_be_read_is_named(browser: Client, query: str) -> None:
    answer = await (await signed_in(browser)).get(f"{LIST}?{query}")
    assert answer.status == 422
    assert query.partition("=")[0] in await text_of(answer)


@pytest.mark.parametrize(
    ("zone", "day", "since", "until"),
    [
        ("", "2026-11-20", datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)),
        (
            "Australia/Sydney",
            "2026-11-20",
            datetime(2026, 11, 19, 13, tzinfo=UTC),
            datetime(2026, 11, 20, 13, tzinfo=UTC),
        ),
        # Summer time begins on that day, which has 23 hours.
        (
            "Australia/Sydney",
            "2026-10-04",
            datetime(2026, 10, 3, 14, tzinfo=UTC),
            datetime(2026, 10, 4, 13, tzinfo=UTC),
        ),
    ],
)
def test_days_are_those_of_the_zone(zone: str, day: str, since: datetime, until: datetime) -> None:
    filters = read_filters({"from": day, "to": day, "zone": zone})
    assert (filters.wanted.since, filters.wanted.until) == (since, until)


def test_a_zone_alone_leaves_nothing_out() -> None:
    filters = read_filters({"zone": "America/New_York"})
    assert (filters.are_set, filters.zone) == (False, "America/New York")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({}, ""),
        ({"code": "product_not_found", "value": "10-204"}, "item not in Xero: 10-204"),
        ({"code": "field_missing", "field": "lines[].quantity", "status": "REJECTED"}, "quantity of a line missing"),
        ({"code": "out_of_quota", "status": "WAITING"}, "Xero's limit of calls is used up"),
        ({"code": "drift_voided"}, "document voided in Xero"),
    ],
)
def test_the_cause_that_the_address_names_is_in_words(address: dict[str, str], expected: str) -> None:
    assert read_filters(address).cause == expected


async def test_nothing_yet_is_not_nothing_found(browser: Client, store: ProjectionStore) -> None:
    assert "Nothing yet." in await shown(browser)
    fill(store)
    found = await shown(browser, f"{LIST}?query=ZZZ")
    assert "Nothing found." in found
    assert "Nothing yet." not in found


async def test_while_it_catches_up_the_page_says_how_far_it_is(browser: Client, parts: WebParts) -> None:
    assert isinstance(parts.following, ToldFreshness)
    parts.following.told = Following(Freshness.CATCHING_UP, "", ())
    text = await shown(browser)
    assert "Catching up." in text
    assert "Nothing yet." not in text
    parts.following.told = Following(Freshness.KAFKA_AWAY, "no broker", ())
    assert "Kafka is away." in await shown(browser)


async def test_a_viewer_is_not_offered_to_send(browser: Client, store: ProjectionStore) -> None:
    fill(store)
    assert "Send to Accounting" not in await shown(browser, token=TOKENS["Vera"])
    assert "Send to Accounting" in await shown(browser)


async def test_a_page_of_many_leads_to_the_next(browser: Client, store: ProjectionStore) -> None:
    store.apply([], [make_snapshot(shipment_id=f"S-{each:03}") for each in range(60)], {})
    browser = await signed_in(browser)
    first = await (await browser.get(LIST)).text()
    assert first.count('name="shipment"') == 50
    following = first.partition('href="?cursor=')[2].partition('"')[0]
    second = await (await browser.get(f"{LIST}?cursor={following}")).text()
    assert second.count('name="shipment"') == 10
    assert (await browser.get(f"{LIST}?cursor=nonsense")).status == 422


async def test_csv_has_every_shipment_and_no_formula(browser: Client, store: ProjectionStore) -> None:
    fill(store)
    store.apply([], [make_snapshot(shipment_id="=1+1")], {})
    answer = await (await signed_in(browser)).get(f"{LIST}.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    text = await answer.text()
    rows = list(csv.reader(text.splitlines()))
    assert {row[0] for row in rows[1:]} == {"A", "B", "C", "'=1+1"}
    # The same file as the API's, byte order mark and columns included.
    async with browser.get(f"{API}/shipments.csv", headers={"Authorization": f"Bearer {TOKEN}"}) as same:
        assert await same.text() == text
