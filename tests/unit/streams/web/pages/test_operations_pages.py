"""Connections and dead letters: who sees which, and what sending again does."""

from dataclasses import replace

import pytest
from starlette.types import ASGIApp

from streams.web.access import Person
from streams.web.app import WebParts, build_app
from tests.browser.site import Letters
from tests.fakes.pauses import SaidPauses, make_pause
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
