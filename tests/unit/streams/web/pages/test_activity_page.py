"""Activity: what people did, newest first, over all companies that are somebody's, by person and kind, and as CSV."""

import csv
import re
from collections.abc import Iterable
from datetime import timedelta

import pytest

from mappers.inbound.redrive import SentAgain, sent_again_header
from mappers.model.changes import DocumentChange
from mappers.model.lists import ActKind
from mappers.model.outcome import Outcome
from streams.projection.acts import ToldAct, act_of_redrive
from streams.projection.acts.entries import told_act
from streams.projection.place import microseconds
from streams.projection.store import ProjectionStore
from streams.web.pages.screens.activity import ROWS
from tests.builders import COMPANY_ID, OCCURRED_AT
from tests.outcome_builders import make_change, make_outcome, make_snapshot, rejected, unknown_customer, waiting
from tests.unit.streams.web.conftest import OTHER_COMPANY, Client
from tests.unit.streams.web.pages.conftest import PAGES, TOKENS, signed_in, text_of


def paused(after: float, company: str = COMPANY_ID, reason: str = "month end") -> ToldAct:
    at = microseconds(OCCURRED_AT + timedelta(seconds=after))
    return told_act(at, f"p0/{after}", ActKind.PAUSED.value, "Olaf", company, detail=reason)


def sent_again(after: float, key: bytes) -> ToldAct:
    again = SentAgain(by="Olaf", at=OCCURRED_AT + timedelta(seconds=after))
    told = act_of_redrive([sent_again_header(again)], key, None, f"0/{after}")
    assert told is not None
    return told


@pytest.fixture(autouse=True)
def done(store: ProjectionStore) -> None:
    """Something of everything, in two companies and in one that the profile does not have."""
    outcomes: list[Outcome | DocumentChange] = [
        make_outcome(shipment_id="A", request="1"),
        waiting("paused", shipment_id="A", request="2", after=1, trigger="sync_now", requested_by="Sandra"),
        make_outcome(shipment_id="A", request="2", after=5, trigger="sync_now", requested_by="Sandra"),
        make_change("paid", after=60).model_copy(update={"shipment_id": "A"}),
        rejected(company_id=OTHER_COMPANY, shipment_id="C", request="5", trigger="sync_now", requested_by="Theo"),
    ]
    acts = [paused(30), paused(40, OTHER_COMPANY, "another profile"), sent_again(50, b"nobody/X-1")]
    store.apply(enumerate(outcomes), [make_snapshot(shipment_id="A")], {}, acts)


async def rows(browser: Client, name: str, path: str) -> list[str]:
    """What people read of each line."""
    body = await (await (await signed_in(browser, TOKENS[name])).get(path)).text()
    found = re.findall(r"<tr>\s*<td.*?</tr>", body, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", each).split()) for each in found]


async def test_what_people_did_is_there_newest_first_with_what_came_of_it(browser: Client) -> None:
    """What shipping's own status change asked for is none of it."""
    assert await rows(browser, "Vera", "/activity") == [
        "20 Nov 2026, 03:16 UTC Somebody in Xero Changed in Xero A Paid INV-2026-0042",
        "20 Nov 2026, 03:15 UTC Olaf Paused month end",
        "20 Nov 2026, 03:15 UTC Sandra Sent to Accounting A Processed INV-2026-0042",
    ]
    assert await rows(browser, "Vera", f"{PAGES}/activity") == await rows(browser, "Vera", "/activity")


async def test_who_sees_all_sees_what_is_of_no_known_company_too(browser: Client) -> None:
    found = await rows(browser, "Olaf", "/activity")
    assert found[:3] == [
        f"20 Nov 2026, 03:16 UTC Somebody in Xero Changed in Xero {COMPANY_ID} A Paid INV-2026-0042",
        "20 Nov 2026, 03:16 UTC Olaf Dead letter sent again nobody X-1",
        f"20 Nov 2026, 03:16 UTC Olaf Paused {OTHER_COMPANY} another profile",
    ]
    assert len(found) == 6
    assert await rows(browser, "Olaf", f"/activity?company={OTHER_COMPANY}") == [
        "20 Nov 2026, 03:16 UTC Olaf Paused another profile",
        f"20 Nov 2026, 03:15 UTC Theo Sent to Accounting C Rejected {unknown_customer().message}",
    ]


@pytest.mark.parametrize(
    ("query", "count"), [("person=olaf", 3), ("kind=sent", 2), ("person=Olaf&kind=sent_again", 1), ("person=Ol", 0)]
)
async def test_a_person_and_a_kind_can_be_asked_for(browser: Client, query: str, count: int) -> None:
    assert len(await rows(browser, "Olaf", f"/activity?{query}")) == count


async def test_what_waits_says_for_what_and_who_has_no_name_is_not_named(
    browser: Client, store: ProjectionStore
) -> None:
    sent = waiting("paused", shipment_id="B", request="9", after=95, trigger="sync_now")
    store.apply([(9, sent)], [], {})
    assert (await rows(browser, "Vera", "/activity"))[0] == (
        "20 Nov 2026, 03:16 UTC Not named Sent to Accounting B Waiting an operator has paused it"
    )


async def test_sign_ins_are_said_to_be_in_the_log_to_operators_alone(browser: Client) -> None:
    words = "Sign-ins, and those that were refused, are in the worker's log"
    assert words in await text_of(await (await signed_in(browser, TOKENS["Olaf"])).get("/activity"))
    assert words not in await text_of(await (await signed_in(browser, TOKENS["Sandra"])).get("/activity"))


async def test_csv_has_what_the_filters_leave_and_no_formula(browser: Client, store: ProjectionStore) -> None:
    store.apply([], [], {}, [paused(90, reason="=1+1")])
    browser = await signed_in(browser, TOKENS["Vera"])
    text = await (await browser.get("/activity.csv?person=OLAF")).text()
    # Excel takes what begins otherwise for another encoding.
    assert text.startswith("\ufeff")
    assert list(csv.reader(text[1:].splitlines())) == [
        ["Time (UTC)", "Who", "What", "Company", "Shipment", "Result", "Detail"],
        ["2026-11-20T03:16:52.123Z", "Olaf", "Paused", COMPANY_ID, "", "", "'=1+1"],
        ["2026-11-20T03:15:52.123Z", "Olaf", "Paused", COMPANY_ID, "", "", "month end"],
    ]
    assert (await browser.get(f"/activity.csv?company={OTHER_COMPANY}")).status == 404


async def test_older_acts_are_a_page_further_and_all_of_them_in_the_csv(
    browser: Client, store: ProjectionStore
) -> None:
    names = [f"S-{index:03}" for index in range(ROWS + 5)]
    sent = [make_outcome(shipment_id=each, request=each, after=900, trigger="sync_now") for each in names]
    store.apply(enumerate(sent), [], {})
    browser = await signed_in(browser, TOKENS["Vera"])
    found: list[str] = []
    path = "/activity?kind=sent"
    for _ in range(4):
        body = await (await browser.get(path)).text()
        found += re.findall(r"shipments/(S-\d+)\"", body)
        older = re.search(r'href="(/activity\?[^"]+)" rel="next"', body)
        if older is None:
            break
        path = older[1].replace("&amp;", "&")
    assert sorted(found) == names
    text = await (await browser.get("/activity.csv")).text()
    assert sorted(shipments_in(text.splitlines()[1:]))[1:] == names


def shipments_in(lines: Iterable[str]) -> set[str]:
    return {each[4] for each in csv.reader(lines)} - {"A"}


@pytest.mark.parametrize("query", ["cursor=x", "cursor=%00", "kind=robbed", f"person={'x' * 501}"])
async def test_an_address_that_no_page_links_to_is_refused(browser: Client, query: str) -> None:
    answer = await (await signed_in(browser, TOKENS["Vera"])).get(f"/activity?{query}")
    assert answer.status == 422


async def test_a_path_that_names_no_company_is_not_all_of_them(browser: Client) -> None:
    assert (await (await signed_in(browser, TOKENS["Olaf"])).get("/companies/%20/activity")).status == 404


@pytest.mark.parametrize("query", ["?kind=resumed", "?person=nobody"])
async def test_where_nothing_fits_it_says_so(browser: Client, query: str) -> None:
    assert "Nothing found." in await text_of(await (await signed_in(browser, TOKENS["Vera"])).get(f"/activity{query}"))
