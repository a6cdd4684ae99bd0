"""Connections and dead letters: who sees which, and what sending again does."""

from dataclasses import replace

import pytest
from starlette.types import ASGIApp

from streams.projection.store import ProjectionStore
from streams.web.access import Person
from streams.web.app import WebParts, build_app
from tests.browser.site import Letters
from tests.fakes.pauses import SaidPauses, make_pause
from tests.outcome_builders import make_snapshot
from tests.unit.streams.web.conftest import OTHER_COMPANY, Client
from tests.unit.streams.web.pages.conftest import TOKENS, hash_of, signed_in, text_of


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def app(parts: WebParts, people: dict[str, Person], letters: Letters) -> ASGIApp:
    """With an operator of one company besides."""
    own = Person("Otto", people[hash_of(TOKENS["Olaf"])].role, frozenset({"southern-beef"}), hash_of("token-of-otto"))
    everybody = {**people, own.token_hash: own}
    return build_app(replace(parts, people=lambda: everybody, dead_letters=letters))


async def test_connections_are_those_of_the_persons_companies(browser: Client, pauses: SaidPauses) -> None:
    pauses.said["southern-beef"] = make_pause("southern-beef")
    text = await text_of(await (await signed_in(browser, TOKENS["Vera"])).get("/connections"))
    assert "Paused by anna" in text
    assert "month end" in text
    assert OTHER_COMPANY not in text
    everything = await text_of(await (await signed_in(browser, TOKENS["Olaf"])).get("/connections"))
    assert OTHER_COMPANY in everything


async def test_dead_letters_are_for_operators_and_of_their_companies(browser: Client) -> None:
    assert (await (await signed_in(browser, TOKENS["Sandra"])).get("/dead-letters")).status == 403
    text = await text_of(await (await signed_in(browser, "token-of-otto")).get("/dead-letters"))
    assert "southern-beef/SHP-9" in text
    assert "nobody/X-1" not in text
    everything = await text_of(await (await signed_in(browser, TOKENS["Olaf"])).get("/dead-letters"))
    assert "nobody/X-1" in everything


@pytest.mark.parametrize(
    ("token", "place", "status"),
    [
        (TOKENS["Olaf"], (0, 3), 303),
        ("token-of-otto", (0, 3), 303),
        (TOKENS["Olaf"], (1, 0), 422),
        ("token-of-otto", (1, 0), 404),
        (TOKENS["Olaf"], (5, 5), 404),
        (TOKENS["Sandra"], (0, 3), 403),
    ],
)
async def test_a_letter_is_sent_again_by_whom_it_concerns_where_it_is_whole(
    browser: Client, letters: Letters, token: str, place: tuple[int, int], status: int
) -> None:
    browser = await signed_in(browser, token)
    data = {"partition": str(place[0]), "offset": str(place[1])}
    answer = await browser.post("/dead-letters", data=data, allow_redirects=False)
    assert answer.status == status
    assert letters.sent == ([place] if status == 303 else [])
    name = {TOKENS["Olaf"]: "Olaf", "token-of-otto": "Otto"}
    assert letters.by == ([name[token]] if status == 303 else [])


@pytest.mark.parametrize(
    ("token", "place", "status"),
    [
        (TOKENS["Olaf"], "0/3", 200),
        ("token-of-otto", "0/3", 200),
        ("token-of-otto", "1/0", 404),
        (TOKENS["Olaf"], "5/5", 404),
        (TOKENS["Olaf"], "0/-1", 422),
        (TOKENS["Sandra"], "0/3", 403),
    ],
)
async def test_the_bytes_of_a_letter_are_for_operators_of_its_company(
    browser: Client, token: str, place: str, status: int
) -> None:
    assert (await (await signed_in(browser, token)).get(f"/dead-letters/{place}")).status == status


async def test_bytes_are_shown_escaped_and_in_base64_where_they_are_no_text(browser: Client, letters: Letters) -> None:
    browser = await signed_in(browser, TOKENS["Olaf"])
    letters.content = b"<script>alert(1)</script>"
    body = await (await browser.get("/dead-letters/0/3")).text()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</pre>" in body
    assert "<script>alert" not in body
    letters.content = b"\xff\x00"
    text = await text_of(await browser.get("/dead-letters/0/3"))
    assert "in Base64" in text
    assert "/wA=" in text


async def test_a_shipments_dead_letters_stand_on_its_page(
    browser: Client, letters: Letters, store: ProjectionStore
) -> None:
    store.apply([], [make_snapshot(shipment_id="A")], {})
    letters.aside = "southern-beef/A"
    page = "/companies/southern-beef/shipments/A"
    browser = await signed_in(browser, TOKENS["Vera"])
    seen = await browser.get(page)
    assert "It is not JSON." in await text_of(seen)
    assert "/dead-letters/" not in await seen.text()
    letters.is_away = True
    assert "is not known at the moment" in await text_of(await browser.get(page))
    letters.is_away = False
    browser = await signed_in(browser, TOKENS["Olaf"])
    assert 'href="/dead-letters/0/3"' in await (await browser.get(page)).text()
