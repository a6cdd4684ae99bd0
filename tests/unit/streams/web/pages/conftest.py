"""The pages over HTTP, as a browser without JavaScript meets them."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from itertools import count
from uuid import UUID

import pytest
from aiohttp import ClientResponse
from starlette.types import ASGIApp

from streams.web.access import Person, Role
from streams.web.app import WebParts, build_app
from streams.web.http.server import WebServer
from tests.unit.streams.web.conftest import OTHER_COMPANY, TOKEN, Client, calling_with

PAGES = "/companies/southern-beef"
TOKENS = {"Vera": "token-of-the-viewer", "Sandra": "token-of-the-sender", "Olaf": "token-of-the-operator"}
ROLES = {"Vera": Role.VIEWER, "Sandra": Role.SENDER, "Olaf": Role.OPERATOR}


def hash_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@pytest.fixture
def people() -> dict[str, Person]:
    """Vera and Sandra are of one company, Olaf is of all."""
    found = {}
    for name, token in TOKENS.items():
        companies = None if name == "Olaf" else frozenset({"southern-beef"})
        found[hash_of(token)] = Person(name, ROLES[name], companies, hash_of(token))
    return found


@pytest.fixture
async def browser(server: WebServer) -> AsyncIterator[Client]:
    """A browser that keeps cookies, and says where its forms come from as browsers do."""
    async with calling_with(server.port, {"Sec-Fetch-Site": "same-origin"}) as session:
        yield session


class Now:
    """The wall clock of the test, in seconds since 1970."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def app(parts: WebParts, people: dict[str, Person], now: Now) -> ASGIApp:
    """The application with people in it."""

    def of_today() -> Mapping[str, Person]:
        return people

    ids = count(1)
    return build_app(
        replace(
            parts,
            people=of_today,
            clock=lambda: datetime.fromtimestamp(now.seconds, UTC),
            new_event_id=lambda: str(UUID(int=next(ids))),
        )
    )


async def signed_in(browser: Client, token: str = TOKEN) -> Client:
    async with browser.post("/sign-in", data={"token": token}, allow_redirects=False) as answer:
        assert answer.status == 303
    # aiohttp keeps no cookies of an address that is a number.
    browser.headers["Cookie"] = answer.headers["Set-Cookie"].split(";")[0]
    return browser


async def text_of(answer: ClientResponse) -> str:
    """What people read: the page without its tags, blanks in a row as one."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", await answer.text(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


__all__ = ["OTHER_COMPANY", "PAGES", "TOKENS", "hash_of", "signed_in", "text_of"]
